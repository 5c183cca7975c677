"""What staff see of visitors' reports: the reported clinics first, until each is dealt with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from locator.files import exclusive
from locator.staff.feedback.reports import Complaint
from locator.ui.runtime import resources
from tests.support.restarting import restart
from tests.support.shipped_copy import rewrite
from tests.support.staff_visit import EDITOR, claims


@pytest.fixture(autouse=True)
def _a_server_of_its_own(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOCATOR_STAFF__OIDC_EDITORS", EDITOR)
    # One clinic was checked on a day that is never old; it would not be in the queue by itself.
    rewrite(data_dir, "edina", verified_on="2026-11-01", verified_by="Front desk")
    restart()
    yield
    restart()


def calls_page(after_days: int, tag: str) -> None:
    # A page of its own: Streamlit runs its source, apart from this module.
    from locator.language import languages, speaking  # noqa: PLC0415
    from locator.ui.runtime import resources  # noqa: PLC0415
    from locator.ui.staff import drafts, records  # noqa: PLC0415

    draft = drafts.current(resources.directory_writer().load)
    (language,) = [one for one in languages() if one.tag == tag]
    with speaking(language):
        records.calls(draft, draft.sites(), after_days)


def opened(after_days: int = 3650, tag: str = "en") -> AppTest:
    """The list of calls; by default nothing in it is old."""
    kwargs = {"after_days": after_days, "tag": tag}
    app = AppTest.from_function(calls_page, kwargs=kwargs, default_timeout=60)
    app.user = claims(EDITOR)
    app.run()
    assert [error.value for error in app.exception] == []
    return app


def listed(app: AppTest) -> list[str]:
    """The clinics in the list, in order."""
    keys = [button.key or "" for button in app.button]
    return [key.removeprefix("staff-stamp-") for key in keys if key.startswith("staff-stamp-")]


def report(site_id: str, *complaints: Complaint) -> None:
    for complaint in complaints:
        assert resources.reports().add(site_id, complaint)


def test_without_reports_the_list_says_nothing_of_them() -> None:
    app = opened()
    assert listed(app) == []
    assert "Visitors" not in " ".join(text.value for text in app.text)


def test_a_reported_clinic_is_listed_though_nothing_of_it_is_old() -> None:
    report("edina", Complaint.CLOSED, Complaint.CLOSED, Complaint.WRONG_HOURS)
    app = opened()
    assert listed(app) == ["edina"]
    assert "1 clinic" in app.text[0].value
    (said,) = [one.proto.body for one in app.get("html")]
    said = re.sub(r"\s+", " ", said)
    assert "Edina" in said
    assert "It has closed: 2 reports on" in said
    assert "The hours are wrong: 1 report on" in said


@pytest.mark.parametrize(
    ("tag", "one_day", "ninety_days"),
    [
        ("en", "8 clinics have something more than 1 day old.", "more than 90 days old."),
        ("es", "8 clínicas tienen algún dato de hace más de 1 día.", "hace más de 90 días."),
    ],
)
def test_one_day_is_no_days(tag: str, one_day: str, ninety_days: str) -> None:
    assert [text.value for text in opened(after_days=1, tag=tag).text][:1] == [one_day]
    assert opened(after_days=90, tag=tag).text[0].value.endswith(ninety_days)


def test_reported_clinics_come_first_the_most_reported_before_all_and_each_clinic_once() -> None:
    unreported = listed(opened(after_days=1))
    assert unreported[:1] != ["shakopee"]
    report("edina", Complaint.CLOSED)
    report("shakopee", Complaint.CLOSED, Complaint.OTHER)
    after = listed(opened(after_days=1))
    assert after[:2] == ["shakopee", "edina"]
    assert after[2:] == [site_id for site_id in unreported if site_id not in {"shakopee", "edina"}]


def test_a_clinic_that_is_reported_and_old_says_both_and_its_age_stays_once_it_is_dealt_with() -> None:
    report("shakopee", Complaint.MOVED)
    app = opened(after_days=1)
    assert "It has moved" in app.get("html")[0].proto.body
    assert "Old:" in app.get("html")[1].proto.body
    app.button(key="staff-settle-shakopee").click().run()
    assert "shakopee" in listed(app)
    assert "It has moved" not in " ".join(one.proto.body for one in app.get("html"))


def test_dealt_with_settles_the_reports_of_that_clinic_alone() -> None:
    report("edina", Complaint.CLOSED)
    report("shakopee", Complaint.CLOSED)
    app = opened()
    app.button(key="staff-settle-edina").click().run()
    assert listed(app) == ["shakopee"]
    assert set(resources.reports().open()) == {"shakopee"}


def test_a_report_that_comes_while_staff_look_is_not_settled_unseen() -> None:
    report("edina", Complaint.CLOSED)
    app = opened()
    report("edina", Complaint.MOVED)
    app.button(key="staff-settle-edina").click().run()
    assert [one.complaint for one in resources.reports().open().get("edina", ())] == [Complaint.MOVED]


def test_what_keeps_a_report_from_being_settled_is_said_beside_it_once(data_dir: Path) -> None:
    report("edina", Complaint.CLOSED)
    app = opened()
    with exclusive(data_dir / "history" / ".reports.json.lock", timeout_s=0):
        app.button(key="staff-settle-edina").click().run()
    assert [error.value for error in app.exception] == []
    assert "Try again" in app.error[0].value
    assert listed(app) == ["edina"]
    assert list(app.run().error) == []


def test_reports_of_clinics_no_longer_listed_are_not_shown(data_dir: Path) -> None:
    report("edina", Complaint.CLOSED)
    report("fake-gone", Complaint.CLOSED)
    rewrite(data_dir, "edina", active="no")
    assert listed(opened()) == []
