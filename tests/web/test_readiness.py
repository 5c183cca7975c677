"""Ready means: this process could answer a person now."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.testclient import TestClient

from locator.clock import chicago_today
from locator.settings import DataFiles, Settings
from locator.sites import Site
from locator.web.readiness import readiness_check
from locator.web.routes import NotReady, Ready, create_routes
from locator.web.served.snapshots import Snapshots
from tests.support.project_copy import project_copy
from tests.support.servers import running


@pytest.fixture
def data_dir(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the shipped data that a test may damage."""
    return Path(shutil.copytree(project_root / "data", tmp_path / "data"))


def test_the_shipped_data_are_ready(data_dir: Path) -> None:
    answer = readiness_check(Snapshots(DataFiles(data_dir)))()
    assert isinstance(answer, Ready)
    assert answer.sites == 8
    assert answer.directory


def test_without_a_directory_it_is_not_ready_until_there_is_one(data_dir: Path) -> None:
    directory = data_dir / "clinics.csv"
    kept = directory.read_bytes()
    directory.unlink()
    check = readiness_check(Snapshots(DataFiles(data_dir)))
    assert check() == NotReady("The clinic directory could not be loaded or holds no valid clinic.")
    directory.write_bytes(kept)
    assert isinstance(check(), Ready)


def test_a_directory_that_breaks_later_leaves_it_ready_with_the_last_good_one(data_dir: Path) -> None:
    check = readiness_check(Snapshots(DataFiles(data_dir)))
    before = check()
    (data_dir / "clinics.csv").write_text("nonsense\n")
    assert check() == before


def test_without_places_it_is_not_ready_and_names_no_file(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.move(data_dir / "gazetteer", data_dir / "elsewhere")
    check = readiness_check(Snapshots(DataFiles(data_dir)))
    assert check() == NotReady("The place data could not be loaded.")
    assert "zips.csv cannot be read" in caplog.text
    shutil.move(data_dir / "elsewhere", data_dir / "gazetteer")
    assert isinstance(check(), Ready)


def test_places_that_do_not_know_a_known_place_are_not_ready(data_dir: Path) -> None:
    zips = data_dir / "gazetteer" / "zips.csv"
    kept = [line for line in zips.read_text(encoding="utf-8").splitlines() if not line.startswith("554")]
    zips.write_text("\n".join(kept) + "\n", encoding="utf-8")
    elsewhere = data_dir / "gazetteer" / "elsewhere.csv"
    kept = [line for line in elsewhere.read_text(encoding="utf-8").splitlines() if "zip3" not in line]
    elsewhere.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert readiness_check(Snapshots(DataFiles(data_dir)))() == NotReady(
        "A search for a known place gave no answer."
    )


def test_a_clock_behind_the_facts_is_named_while_they_are_served(data_dir: Path) -> None:
    before_the_facts = date(2000, 1, 1)
    right = readiness_check(Snapshots(DataFiles(data_dir)))()
    answer = readiness_check(Snapshots(DataFiles(data_dir), today=lambda: before_the_facts))()
    assert isinstance(right, Ready)
    assert isinstance(answer, Ready)
    assert right.warning is None
    assert (answer.sites, answer.directory) == (right.sites, right.directory)
    assert "The clock of this machine may be wrong" in str(answer.warning)


def test_the_answer_says_what_to_look_at_only_where_there_is_something() -> None:
    answers = [Ready(8, "abc"), Ready(8, "abc", "Look here.")]
    routes = create_routes(Settings(), lambda: answers.pop(0))
    client = TestClient(Starlette(routes=routes))
    as_always = {"status": "ready", "sites": 8, "directory": "abc"}
    assert client.get("/readyz").json() == as_always
    assert client.get("/readyz").json() == as_always | {"warning": "Look here."}


def test_the_day_is_the_one_where_the_clinics_are() -> None:
    assert abs((chicago_today() - datetime.now(UTC).date()).days) <= 1


def test_with_nothing_to_draw_the_start_page_from_it_is_not_ready_and_names_no_file(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone: list[OSError] = [FileNotFoundError(2, "No such file", "/srv/secret/index.html")]

    def require_start_page(clinics: Sequence[Site]) -> None:
        assert len(clinics) == 8
        if gone:
            raise gone[0]

    check = readiness_check(Snapshots(DataFiles(data_dir)), require_start_page)
    assert check() == NotReady("Files that the start page is made of are gone.")
    assert "index.html" in caplog.text
    gone.clear()
    assert isinstance(check(), Ready)


@pytest.mark.process
def test_files_taken_away_under_a_running_server_are_seen_at_readyz(tmp_path: Path) -> None:
    copy = project_copy(tmp_path / "project")
    # Streamlit as the server finds it: a folder of links, of which one can be taken away.
    libraries = tmp_path / "site-packages"
    (libraries / "streamlit").mkdir(parents=True)
    for path in Path(streamlit.__file__).parent.iterdir():
        (libraries / "streamlit" / path.name).symlink_to(path)
    command = [sys.executable, str(copy / "scripts" / "serve.py")]
    settings = {"PYTHONPATH": f"{libraries}:{copy}"}
    with running(command, log=tmp_path / "log", settings=settings, await_path="/readyz") as server:
        for path in (
            libraries / "streamlit" / "static",
            copy / "locator" / "presentation" / "templates",
            copy / "locator" / "presentation" / "static" / "page.css",
            copy / "pages" / "shell.py",
        ):
            aside = path.with_name("aside")
            path.rename(aside)
            answer = httpx.get(f"{server.url}/readyz", trust_env=False, timeout=60)
            assert (path.name, answer.status_code) == (path.name, 503)
            assert answer.json()["reason"] == "Files that the start page is made of are gone."
            aside.rename(path)
            answer = httpx.get(f"{server.url}/readyz", trust_env=False, timeout=60)
            assert (path.name, answer.status_code) == (path.name, 200)
