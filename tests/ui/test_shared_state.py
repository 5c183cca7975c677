"""What limits all visitors and what the operator set outlives everything that empties Streamlit's caches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from locator.staff.feedback.reports import Complaint
from locator.ui.runtime import resources
from tests.support.restarting import restart


@pytest.fixture(autouse=True)
def _a_server_of_its_own(data_dir: Path) -> Iterator[None]:
    del data_dir
    restart()
    yield
    restart()


def empty_the_caches() -> None:
    """What Streamlit does for `clear_cache`, and for anybody in the developers' menu."""
    st.cache_resource.clear()
    st.cache_data.clear()


def test_the_limit_of_reports_an_hour_is_the_same_one_after_the_caches_were_emptied() -> None:
    taken = 0
    for _ in range(100):
        taken += resources.reports().add("edina", Complaint.CLOSED)
        empty_the_caches()
    assert taken == 30


def test_the_street_service_keeps_its_time_after_the_caches_were_emptied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCATOR_PATIENT_GEOCODER__SERVICE", "photon")
    monkeypatch.setenv("LOCATOR_PATIENT_GEOCODER__ARGUMENTS__DOMAIN", "geocoder.example")
    before = resources.patient_geocoder()
    empty_the_caches()
    assert before is not None
    assert resources.patient_geocoder() is before


@pytest.mark.parametrize(
    "name",
    ["settings", "history", "directory_writer", "waiting", "view_counts", "reports", "clinic_geocoder"],
)
def test_what_all_visitors_share_stays_the_same_thing(name: str) -> None:
    get = getattr(resources, name)
    before = get()
    empty_the_caches()
    assert get() is before


def test_a_setting_that_was_broken_meanwhile_breaks_no_open_page(
    monkeypatch: pytest.MonkeyPatch, project_root: Path
) -> None:
    app = AppTest.from_file(str(project_root / "pages" / "shell.py"), default_timeout=60).run()
    assert not app.exception
    monkeypatch.setenv("LOCATOR_MOST_VISITS", "half edi")
    empty_the_caches()
    assert not app.run().exception
    assert resources.settings().most_visits == 400


def test_who_asks_at_the_same_time_is_given_the_same_thing() -> None:
    found: list[object] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        found.append(resources.reports())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1


def test_after_a_restart_settings_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resources.settings().most_visits == 400
    monkeypatch.setenv("LOCATOR_MOST_VISITS", "7")
    restart()
    assert resources.settings().most_visits == 7
