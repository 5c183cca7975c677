"""The staff page, run without a browser: who gets in, and what each way of changing the directory does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from locator.clinics import parse_directory
from locator.clock import chicago_today
from locator.staff.editing import impact
from tests.support.counted_calls import counting
from tests.support.page_visits import ALL_IDS, forget_everything, html_of, shown
from tests.support.page_visits import opened as finder_opened
from tests.support.shipped_copy import rewrite
from tests.support.staff_visit import (
    APPROVER,
    CALLS,
    CLINIC,
    FILE,
    HISTORY,
    TABLE,
    arrive,
    begin_anew,
    cells,
    claims,
    everything_sent,
    records,
    visit,
)

PHONE = "612-555-0177"
OTHER_PHONE = "612-555-0188"
NEW_CLINIC = {
    "site_id": "fake-new",
    "name": "Fake Clinic",
    "street": "1 Nowhere St",
    "city": "Minneapolis",
    "zip": "55407",
    "phone": PHONE,
    "source": "a made-up listing",
    "as_of": "2026-01-02",
}


TELLING = ("site_id", "street", "zip", "latitude", "phone", "website")


@pytest.fixture(autouse=True)
def _a_server_of_its_own(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    """The page on a copy of the shipped data, with two editors and an approver."""
    begin_anew(monkeypatch, data_dir)
    yield
    forget_everything()


def test_the_form_offers_a_column_that_the_file_lacks_and_adds_it_with_its_first_value(
    data_dir: Path,
) -> None:
    path = data_dir / "clinics.csv"
    rows = [
        {name: text for name, text in row.items() if name != "pin_address"}
        for row in cells(data_dir).values()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    page = visit().edit("edina", phone=PHONE)
    page.publish()
    assert "pin_address" not in cells(data_dir)["edina"]
    page.edit("edina", pin_address="1 Nowhere St, Edina, MN 55435").give_reasons().publish()
    assert list(cells(data_dir)["edina"])[-1] == "pin_address"
    assert cells(data_dir)["edina"]["pin_address"] == "1 Nowhere St, Edina, MN 55435"
    assert {row["pin_address"] for site_id, row in cells(data_dir).items() if site_id != "edina"} == {""}


STRANGERS = {
    "nobody": {"email": "eddy@example.org"},
    "signed out": claims("eddy@example.org", is_logged_in=False),
    "unverified address": claims("eddy@example.org", email_verified=False),
    "not on the lists": claims("mallory@example.org"),
    "signed in long ago": claims("eddy@example.org", iat=1.0),
}


@pytest.mark.parametrize("user", STRANGERS.values(), ids=STRANGERS)
def test_nobody_but_staff_gets_anything_of_the_directory(user: dict[str, object], data_dir: Path) -> None:
    stranger = arrive(user)
    sent = everything_sent(stranger.app)
    for row in cells(data_dir).values():
        assert [column for column in TELLING if row[column] and row[column] in sent] == []
    assert [one.label for one in stranger.app.button] == ["Sign in with your organisation", "Español"]
    for kind in ("file_uploader", "download_button", "text_input", "dataframe", "component_instance"):
        assert list(stranger.app.get(kind)) == []
    assert not (data_dir / "history").exists()


def test_the_page_is_closed_where_nobody_was_let_in_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EDITORS", "APPROVERS"):
        monkeypatch.delenv(f"LOCATOR_STAFF__OIDC_{name}")
    closed = visit()
    assert "This page is closed." in closed.text
    assert list(closed.app.button) == []


def test_the_way_in_with_a_password_is_under_the_path_of_the_app(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCATOR_STAFF__ACCOUNTS_FILE", str(tmp_path / "kept" / "staff.json"))
    monkeypatch.setenv("LOCATOR_BASE_PATH", "clinics")
    assert 'href="/clinics/staff/sign-in"' in html_of(arrive({}).app)


def test_the_way_in_takes_the_language_of_the_address_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCATOR_STAFF__ACCOUNTS_FILE", str(tmp_path / "kept" / "staff.json"))
    closed = arrive({})
    closed.app.query_params["lang"] = "es"
    assert 'href="/staff/sign-in?lang=es"' in html_of(closed.run().app)


@pytest.mark.parametrize(("email", "role"), [("eddy@example.org", "editor"), (APPROVER, "approver")])
def test_staff_see_who_they_are(email: str, role: str) -> None:
    assert f"Signed in: {email}, {role}" in visit(email).text


def test_a_change_shows_what_it_does_and_is_in_service_once_published(data_dir: Path) -> None:
    finder = finder_opened()
    staff = visit().edit("edina", phone=PHONE)
    assert staff.changes == [["edina", "phone", "763-201-8191", PHONE]]
    assert staff.text.count("nothing changes for anybody") == 2
    assert cells(data_dir)["edina"]["phone"] == "763-201-8191"
    staff.publish("the front desk said so")
    assert staff.said == ["Published. Every visitor sees it from now on."]
    assert staff.changes == []
    assert cells(data_dir)["edina"]["phone"] == PHONE
    first, newest = records(data_dir)
    assert (first["who"], first["kind"]) == (None, "first")
    assert (newest["who"], newest["why"]) == ("eddy@example.org", "the front desk said so")
    assert PHONE in shown(finder.run()).cards.text


def test_one_change_leaves_every_other_byte_of_the_file_as_it_was(data_dir: Path) -> None:
    before = (data_dir / "clinics.csv").read_bytes()
    visit().edit("edina", note="A made-up note").publish()
    row = before.splitlines()
    (edina,) = [line for line in row if line.startswith(b"edina,")]
    after = (data_dir / "clinics.csv").read_bytes()
    assert after == before.replace(edina, edina + b"A made-up note")


def test_a_change_is_read_once_however_often_the_page_is_drawn() -> None:
    staff = visit().do(CLINIC)
    with counting({"read": parse_directory, "impact": impact}) as calls:
        staff.run()
        assert calls["read"] == 0
        staff.edit("edina", phone=PHONE)
        assert calls["read"] == calls["impact"] == 1
        for task in (TABLE, FILE, CALLS, CLINIC):
            staff.do(task)
        assert calls["read"] == calls["impact"] == 1
        staff.edit("edina", phone=OTHER_PHONE)
        assert calls["read"] == calls["impact"] == 2
        # Once more before it goes into service, and once by the server that then shows it.
        staff.publish().run()
        assert calls["read"] == 4


def test_problems_are_told_in_the_language_that_staff_switch_to() -> None:
    page = visit().edit("edina", phone="none")
    assert "use ten digits as 763-555-0123" in page.text
    page.press("language-es")
    assert "use ten digits" not in page.text


def test_staff_can_switch_the_language_and_what_they_changed_stays() -> None:
    page = visit().edit("edina", phone=PHONE)
    page.press("language-es")
    assert page.app.button(key="language-en").label == "English"
    assert page.app.query_params["lang"] == "es"
    assert any(PHONE in fragment.text for fragment in page.fragments)


def test_what_a_change_means_for_patients_is_counted_in_people() -> None:
    staff = visit().edit("maple-grove", active="no")
    assert ["maple-grove", "active", "yes", "no"] in staff.changes
    assert "Closed: maple-grove" in staff.text
    assert "another one for" in staff.text
    assert "Farther for" in staff.text
    assert "ZIP codes" in staff.text


def test_a_moved_pin_is_drawn_with_its_distance_and_asks_why() -> None:
    staff = visit().edit("edina", latitude="44.9")
    assert "Pin moved: edina, by" in staff.text
    assert len(staff.app.get("component_instance")) == 2
    assert any("The pin moves by" in reason for reason in staff.reasons)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("phone", "7.63E+09"),
        ("zip", "5537"),
        ("hours", "whenever"),
        ("website", "javascript:alert(1)"),
        ("latitude", "0"),
        ("npi", "1234567890"),
        ("verified_on", "2999-01-01"),
        ("evaluation_source", ""),
    ],
)
def test_an_error_is_named_and_blocks_publishing(data_dir: Path, column: str, text: str) -> None:
    before = (data_dir / "clinics.csv").read_bytes()
    staff = visit().edit("edina", **{column: text})
    problems = staff.listed("Errors: these must be mended before publishing")
    assert any(column.partition("_")[0] in problem for problem in problems)
    assert "What it means for patients" not in staff.text
    staff.publish()
    assert staff.errors == ["Mend the errors first."]
    assert (data_dir / "clinics.csv").read_bytes() == before
    assert len(records(data_dir)) == 1


def test_a_warning_asks_for_a_reason_and_the_history_keeps_it(data_dir: Path) -> None:
    staff = visit().edit("edina", fax="763-201-8191")
    (warning,) = staff.reasons
    assert "The fax number is also the phone number." in warning
    assert staff.publish().errors == ["Give a reason for each warning first."]
    staff.say("staff-reason-", "  one line for both  ")
    staff.press("staff-publish")
    assert staff.said == ["Published. Every visitor sees it from now on."]
    (kept,) = records(data_dir)[-1]["reasons"]
    assert kept == f"{warning} Reason: one line for both"


def test_nothing_is_published_without_saying_why(data_dir: Path) -> None:
    staff = visit().edit("edina", phone=PHONE)
    assert staff.publish("   ").errors == ["Say why this change is made first."]
    assert cells(data_dir)["edina"]["phone"] == "763-201-8191"
    assert staff.changes != []


def test_a_warning_that_stood_before_is_told_and_asks_for_nothing() -> None:
    staff = visit().edit("edina", phone=PHONE)
    assert any("hours_as_of" in line for line in staff.listed("Already so in the published version"))
    assert staff.reasons == []


def test_dropped_changes_are_gone_and_nothing_is_published(data_dir: Path) -> None:
    before = (data_dir / "clinics.csv").read_bytes()
    staff = visit().edit("edina", phone=PHONE).press("staff-drop")
    assert "No changes yet." in staff.text
    assert staff.do(CLINIC).field("phone").value == "763-201-8191"
    assert (data_dir / "clinics.csv").read_bytes() == before


def test_changes_stay_while_somebody_looks_at_something_else() -> None:
    staff = visit().edit("edina", phone=PHONE)
    for task in (CALLS, TABLE, FILE, HISTORY):
        assert staff.do(task).changes == [["edina", "phone", "763-201-8191", PHONE]]


def test_a_clinic_is_added_and_found(data_dir: Path) -> None:
    staff = visit().add(**NEW_CLINIC)
    assert "Added: fake-new" in staff.text
    staff.publish()
    assert cells(data_dir)["fake-new"]["phone"] == PHONE
    assert set(shown(finder_opened()).ids) == ALL_IDS | {"fake-new"}


def test_a_new_clinic_never_takes_the_place_of_another() -> None:
    staff = visit().add(**(NEW_CLINIC | {"site_id": "edina"}))
    problems = staff.listed("Errors: these must be mended before publishing")
    assert any("edina" in problem and "line" in problem for problem in problems)
    assert staff.changes == []


def test_a_new_clinic_without_an_id_is_an_error_and_can_be_mended() -> None:
    staff = visit().add(**(NEW_CLINIC | {"site_id": ""}))
    assert any("site_id" in line for line in staff.listed("Errors: these must be mended before publishing"))
    staff.add(site_id="fake-new")
    assert staff.listed("Errors: these must be mended before publishing") == []
    assert "Added: fake-new" in staff.text


def test_the_id_of_a_clinic_cannot_be_changed_in_its_form() -> None:
    staff = visit().do(CLINIC)
    assert staff.field("site_id").disabled
    assert not staff.field("phone").disabled


def test_each_field_says_what_it_means_and_whether_it_must_be_filled() -> None:
    staff = visit().do(CLINIC)
    assert staff.field("phone").label == "Phone (required)"
    assert staff.field("fax").label == "Fax"
    assert staff.field("zip").help.startswith("ZIP code. five digits")


def test_cells_are_changed_and_rows_added_in_the_table(data_dir: Path) -> None:
    at = str(list(cells(data_dir)).index("edina"))
    staff = visit().edit_table(
        edited_rows={at: {"phone": f" {PHONE} ", "unit": None}},
        added_rows=[NEW_CLINIC | {"state": "MN", "country": "US"}],
    )
    assert [row[1:] for row in staff.changes] == [
        ["unit", "Ste 240 & 260", "empty"],
        ["phone", "763-201-8191", PHONE],
    ]
    assert "Added: fake-new" in staff.text
    missing = staff.listed("Errors: these must be mended before publishing")
    assert any("time_zone" in problem for problem in missing)


def test_no_row_of_the_table_can_be_deleted() -> None:
    (table,) = visit().do(TABLE).app.get("dataframe")
    assert "ADD_ONLY" in str(table.proto)


def test_a_clinic_is_stamped_in_two_clicks_and_leaves_the_queue(data_dir: Path) -> None:
    staff = visit()
    assert "8 clinics have something more than 90 days old." in staff.text
    assert "Evaluation: yes" in staff.text
    staff.press("staff-stamp-edina")
    assert staff.said == ["Published. Every visitor sees it from now on."]
    assert "7 clinics have something" in staff.text
    row = cells(data_dir)["edina"]
    assert (row["verified_on"], row["verified_by"]) == (
        chicago_today().isoformat(),
        "the clinic, by phone",
    )
    assert "edina" in records(data_dir)[-1]["why"]


def test_a_stamp_says_who_confirmed_it_blank_or_not(data_dir: Path) -> None:
    staff = visit()
    staff.app.text_input(key="staff-by-edina").set_value("   ")
    staff.app.text_input(key="staff-by-delano").set_value(" front desk ")
    staff.press("staff-stamp-edina").press("staff-stamp-delano")
    assert cells(data_dir)["edina"]["verified_by"] == "the clinic, by phone"
    assert cells(data_dir)["delano"]["verified_by"] == "front desk"


def test_a_stamp_joins_the_changes_that_are_under_way(data_dir: Path) -> None:
    staff = visit().edit("delano", phone=PHONE).do(CALLS).press("staff-stamp-edina")
    assert staff.said == ["It is among your changes now."]
    assert {row[0] for row in staff.changes} == {"delano", "edina"}
    assert cells(data_dir)["edina"]["verified_on"] == ""


def test_only_old_facts_are_in_the_queue(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    recently = (chicago_today() - timedelta(days=3)).isoformat()
    rewrite(data_dir, "edina", verified_on=recently, verified_by="a made-up desk")
    assert "edina" not in visit().keys("staff-stamp-")
    monkeypatch.setenv("LOCATOR_STAFF__STALE_AFTER_DAYS", "2")
    forget_everything()
    assert "edina" in visit().keys("staff-stamp-")


def test_confirming_a_role_asks_for_its_source(data_dir: Path) -> None:
    staff = visit()
    form = "FormSubmitter:staff-role-edina-Take over into the changes"
    staff.press(form)
    assert staff.errors == ["Say where the answer comes from."]
    assert staff.changes == []
    at = staff.keys("staff-stamp-").index("edina")
    sources = [one for one in staff.app.text_input if one.label.startswith("Its source")]
    sources[at].set_value("a made-up call")
    roles = [one for one in staff.app.selectbox if one.label == "What is done here?"]
    roles[at].set_value("procedure")
    staff.press(form)
    said = {row[1]: row[3] for row in staff.changes if row[0] == "edina"}
    assert said["procedure"] == "yes"
    assert said["procedure_status"] == "confirmed"
    assert said["procedure_source"] == "a made-up call"
    staff.publish()
    assert cells(data_dir)["edina"]["procedure_status"] == "confirmed"


def with_semicolons(raw: bytes) -> bytes:
    """The file as a spreadsheet of another country saves it."""
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(csv.reader(io.StringIO(raw.decode())))
    return made.getvalue().encode()


def test_a_good_file_is_taken_into_the_changes(data_dir: Path) -> None:
    raw = (data_dir / "clinics.csv").read_bytes().replace(b"Ste 240 & 260", b"Ste 9")
    staff = visit().upload("mine.csv", with_semicolons(raw))
    assert staff.listed("Errors in the file") == []
    staff.press("staff-take-file")
    assert ["edina", "unit", "Ste 240 & 260", "Ste 9"] in staff.changes


def test_a_bad_file_is_refused_with_every_problem_and_changes_nothing(data_dir: Path) -> None:
    raw = (data_dir / "clinics.csv").read_bytes().replace(b"763-201-8191", b"7.63E+09")
    staff = visit().upload("mine.csv", raw)
    problems = staff.listed("Errors in the file")
    assert len(problems) >= 8
    assert all("phone" in problem and "line" in problem for problem in problems)
    assert staff.keys("staff-take-file") == []
    assert "No changes yet." in staff.text


def test_a_file_without_a_clinic_cannot_delete_it(data_dir: Path) -> None:
    lines = (data_dir / "clinics.csv").read_bytes().splitlines(keepends=True)
    raw = b"".join(line for line in lines if not line.startswith(b"edina,"))
    staff = visit().upload("mine.csv", raw).press("staff-take-file").publish()
    assert staff.errors == ["Mend the errors first."]
    assert "edina" in cells(data_dir)


def test_a_file_that_would_replace_changes_under_way_says_so(data_dir: Path) -> None:
    raw = (data_dir / "clinics.csv").read_bytes().replace(b"Ste 240 & 260", b"Ste 9")
    staff = visit().edit("delano", phone=PHONE).upload("mine.csv", raw)
    assert [one.value for one in staff.app.warning] == [
        "This table takes the place of all the changes that you have made so far."
    ]


def test_signing_out_clears_the_draft_and_closes_the_page(data_dir: Path) -> None:
    staff = visit().edit("edina", phone=PHONE).press("staff-sign-out")
    assert "This page is for staff." in staff.text
    memory = staff.app.session_state._state.filtered_state  # noqa: SLF001 - it has no public listing
    assert [name for name in memory if str(name).startswith("staff-draft")] == []
    assert PHONE not in f"{everything_sent(staff.app)} {memory}"
    assert "Nicollet" not in everything_sent(staff.app)
    assert "This page is for staff." in staff.run().text
    assert cells(data_dir)["edina"]["phone"] == "763-201-8191"


def test_signing_out_ends_the_same_sign_in_everywhere() -> None:
    user = claims("eddy@example.org")
    one_tab, other_tab = arrive(user), arrive(user)
    one_tab.press("staff-sign-out")
    other_tab.run()
    assert "This page is for staff." in other_tab.text
    assert "Nicollet" not in everything_sent(other_tab.app)


def test_what_a_person_types_is_shown_as_text_and_nothing_else() -> None:
    nasty = "<img src=x onerror=alert(1)> {{ 7 * 7 }} ![x](https://evil.example/x.png)"
    staff = visit().edit("edina", note=nasty)
    assert staff.changes == [["edina", "note", "empty", nasty]]
    assert [one for fragment in staff.fragments for one in fragment.all("img")] == []
