"""The staff page where people meet: approvals, merges, the history the way back, and trouble with files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_geocoder import EDINA, FakeGeocoder, answering, failing, fake_geocoder
from tests.support.page_visits import ALL_IDS, forget_everything, shown
from tests.support.page_visits import opened as finder_opened
from tests.support.shipped_copy import put_ahead_of_the_clock, rewrite
from tests.support.staff_visit import (
    APPROVER,
    CALLS,
    EDITOR,
    HISTORY,
    OTHER_EDITOR,
    TABLE,
    WAITING,
    Visit,
    begin_anew,
    cells,
    records,
    visit,
)

PHONE, OTHER_PHONE, SHIPPED_PHONE = "612-555-0177", "612-555-0188", "763-201-8191"


@pytest.fixture(autouse=True)
def _a_server_of_its_own(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    """The page on a copy of the shipped data, with two editors and an approver."""
    begin_anew(monkeypatch, data_dir)
    yield
    forget_everything()


@pytest.fixture
def two_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of an editor's waits for an approver."""
    monkeypatch.setenv("LOCATOR_STAFF__TWO_PEOPLE", "true")


def phone(data_dir: Path, site_id: str = "edina") -> str:
    """A clinic's phone number in the file."""
    return cells(data_dir)[site_id]["phone"]


@pytest.mark.usefixtures("two_people")
def test_an_editors_change_waits_until_an_approver_has_looked_at_it(data_dir: Path) -> None:
    editor = visit(EDITOR).edit("edina", phone=PHONE).publish("the front desk said so")
    assert editor.said == ["The change waits for an approver."]
    assert editor.changes == []
    assert phone(data_dir) == SHIPPED_PHONE
    approver = visit(APPROVER).do(WAITING)
    assert EDITOR in approver.text
    assert "the front desk said so" in approver.text
    assert approver.changes == [["edina", "phone", SHIPPED_PHONE, PHONE]]
    (change_id,) = approver.keys("staff-approve-")
    approver.press(f"staff-approve-{change_id}")
    assert approver.said == ["Approved and published."]
    assert "Nothing waits." in approver.text
    assert phone(data_dir) == PHONE
    newest = records(data_dir)[-1]
    assert (newest["who"], newest["approved_by"]) == (EDITOR, APPROVER)


@pytest.mark.usefixtures("two_people")
def test_an_editor_can_approve_nothing(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    for email, said in (
        (EDITOR, "Only an approver may approve a change."),
        (OTHER_EDITOR, "Only an approver may approve a change."),
    ):
        editor = visit(email).do(WAITING)
        (change_id,) = editor.keys("staff-approve-")
        assert editor.press(f"staff-approve-{change_id}").errors == [said]
    assert phone(data_dir) == SHIPPED_PHONE


@pytest.mark.usefixtures("two_people")
def test_nobody_approves_their_own_change(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    # The editor has become an approver since.
    monkeypatch.setenv("LOCATOR_STAFF__OIDC_EDITORS", OTHER_EDITOR)
    monkeypatch.setenv("LOCATOR_STAFF__OIDC_APPROVERS", f"{APPROVER},{EDITOR}")
    forget_everything()
    author = visit(EDITOR).do(WAITING)
    (change_id,) = author.keys("staff-approve-")
    assert author.press(f"staff-approve-{change_id}").errors == [
        "Your own change waits for another person's approval."
    ]
    assert phone(data_dir) == SHIPPED_PHONE


@pytest.mark.usefixtures("two_people")
def test_an_approvers_own_change_goes_into_service_at_once(data_dir: Path) -> None:
    visit(APPROVER).edit("edina", phone=PHONE).publish()
    assert phone(data_dir) == PHONE


@pytest.mark.usefixtures("two_people")
def test_an_editors_stamp_waits_too(data_dir: Path) -> None:
    editor = visit(EDITOR).press("staff-stamp-edina")
    assert editor.said == ["It is among your changes now."]
    assert cells(data_dir)["edina"]["verified_on"] == ""
    editor.publish()
    assert editor.said == ["The change waits for an approver."]


@pytest.mark.usefixtures("two_people")
def test_a_rejected_change_needs_a_reason_and_leaves_the_list(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    approver = visit(APPROVER).do(WAITING)
    (change_id,) = approver.keys("staff-reject-")
    assert approver.press(f"staff-reject-{change_id}").errors == ["Say why the change is rejected."]
    approver.say("staff-no-", "a made-up reason")
    approver.press(f"staff-reject-{change_id}")
    assert "Nothing waits." in approver.text
    assert phone(data_dir) == SHIPPED_PHONE


@pytest.mark.usefixtures("two_people")
def test_approving_keeps_what_the_approver_was_changing(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    approver = visit(APPROVER).edit("delano", phone=OTHER_PHONE).do(WAITING)
    (change_id,) = approver.keys("staff-approve-")
    approver.press(f"staff-approve-{change_id}")
    assert approver.do(CALLS).changes == [["delano", "phone", SHIPPED_PHONE, OTHER_PHONE]]
    approver.publish()
    assert (phone(data_dir), phone(data_dir, "delano")) == (PHONE, OTHER_PHONE)


@pytest.mark.usefixtures("two_people")
def test_a_change_that_was_overtaken_is_not_published_over_the_other(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    visit(APPROVER).edit("delano", phone=OTHER_PHONE).publish()
    approver = visit(APPROVER).do(WAITING)
    (change_id,) = approver.keys("staff-approve-")
    (said,) = approver.press(f"staff-approve-{change_id}").errors
    assert "Somebody else published since." in said
    assert (phone(data_dir), phone(data_dir, "delano")) == (SHIPPED_PHONE, OTHER_PHONE)


@pytest.mark.usefixtures("two_people")
def test_a_damaged_change_is_told_and_hides_no_other(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    visit(EDITOR).edit("delano", phone=PHONE).publish()
    waiting = data_dir / "history" / "waiting"
    min(waiting.glob("*.csv")).write_bytes(b"damaged")
    approver = visit(APPROVER).do(WAITING)
    assert len(approver.errors) == 1
    (change_id,) = approver.keys("staff-approve-")
    approver.press(f"staff-approve-{change_id}")
    assert phone(data_dir, "delano") == PHONE


def test_nothing_waits_where_one_person_is_enough() -> None:
    tasks = visit().app.button_group(key="staff-task").options
    assert WAITING not in [getattr(task, "content", task) for task in tasks]


def overtaken(data_dir: Path, site_id: str, **theirs: str) -> Visit:
    """A visit whose change of Edina's phone meets another one that was published meanwhile."""
    mine = visit(EDITOR).edit("edina", phone=PHONE)
    visit(OTHER_EDITOR).edit(site_id, **theirs).publish("the other change")
    mine.publish("my change")
    assert len(mine.said) == 1
    assert "Somebody else published meanwhile." in mine.said[0]
    assert phone(data_dir) != PHONE
    return mine


def test_changes_of_two_people_come_together_field_by_field(data_dir: Path) -> None:
    mine = overtaken(data_dir, "edina", fax=OTHER_PHONE)
    assert mine.changes == [["edina", "phone", SHIPPED_PHONE, PHONE]]
    mine.publish("my change")
    row = cells(data_dir)["edina"]
    assert (row["phone"], row["fax"]) == (PHONE, OTHER_PHONE)
    assert [record["why"] for record in records(data_dir)[1:]] == ["the other change", "my change"]


def test_a_cell_both_changed_must_be_decided_before_publishing(data_dir: Path) -> None:
    mine = overtaken(data_dir, "edina", phone=OTHER_PHONE)
    assert f"edina, phone: yours is “{PHONE}”, theirs “{OTHER_PHONE}”." in mine.text
    assert mine.changes == []
    mine.edit("delano", note="A made-up note")
    assert mine.publish().errors == ["Decide first which of both changes to take."]
    assert phone(data_dir) == OTHER_PHONE
    mine.press("staff-mine-0")
    assert ["edina", "phone", OTHER_PHONE, PHONE] in mine.changes
    mine.publish()
    assert phone(data_dir) == PHONE
    assert cells(data_dir)["delano"]["note"] == "A made-up note"


def test_theirs_can_be_kept(data_dir: Path) -> None:
    mine = overtaken(data_dir, "edina", phone=OTHER_PHONE).press("staff-theirs-0")
    assert "No changes yet." in mine.text
    assert mine.keys("staff-mine-") == []
    assert phone(data_dir) == OTHER_PHONE


def test_dropping_all_changes_leaves_nothing_to_decide(data_dir: Path) -> None:
    mine = overtaken(data_dir, "edina", phone=OTHER_PHONE).edit("delano", note="A made-up note")
    mine.press("staff-drop")
    assert mine.keys("staff-mine-") == []
    mine.edit("delano", note="Another made-up note").publish()
    assert cells(data_dir)["delano"]["note"] == "Another made-up note"


@pytest.mark.parametrize("take", ["mine", "theirs"])
def test_a_clinic_taken_out_by_hand_stays_out_or_comes_back_as_is_decided(data_dir: Path, take: str) -> None:
    mine = visit().edit("edina", phone=PHONE)
    lines = (data_dir / "clinics.csv").read_bytes().splitlines(keepends=True)
    (data_dir / "clinics.csv").write_bytes(b"".join(line for line in lines if not line.startswith(b"edina,")))
    mine.publish()
    assert "yours is “edina”, theirs without the clinic" in mine.text
    mine.press(f"staff-{take}-0")
    if take == "mine":
        mine.give_reasons().publish()
        assert phone(data_dir) == PHONE
    else:
        assert "No changes yet." in mine.text
        assert "edina" not in cells(data_dir)


def test_a_file_changed_by_hand_meanwhile_is_merged_as_well(data_dir: Path) -> None:
    mine = visit().edit("edina", phone=PHONE)
    rewrite(data_dir, "delano", phone=OTHER_PHONE)
    mine.publish().publish()
    assert (phone(data_dir), phone(data_dir, "delano")) == (PHONE, OTHER_PHONE)
    assert [record["kind"] for record in records(data_dir)] == ["first", "outside", "published"]


def test_a_file_that_cannot_be_merged_leaves_my_changes_where_they_are(data_dir: Path) -> None:
    mine = visit().edit("edina", phone=PHONE)
    path = data_dir / "clinics.csv"
    good = path.read_bytes()
    path.write_bytes(good + good.splitlines(keepends=True)[-1])
    *_, said = mine.publish().errors
    assert "Your changes are still here." in said
    path.write_bytes(good)
    mine.run()
    assert mine.changes == [["edina", "phone", SHIPPED_PHONE, PHONE]]
    assert mine.publish().said == ["Published. Every visitor sees it from now on."]


def test_what_others_publish_is_seen_where_nothing_is_under_way() -> None:
    mine = visit()
    visit(OTHER_EDITOR).press("staff-stamp-edina")
    assert "7 clinics have something" in mine.run().text


def test_a_version_is_compared_and_restored_byte_for_byte(data_dir: Path) -> None:
    path = data_dir / "clinics.csv"
    # Bytes that the page itself would never write.
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    first = path.read_bytes()
    staff = visit().edit("edina", phone=PHONE).publish().do(HISTORY)
    _, oldest = staff.keys("staff-compare-")
    staff.app.toggle(key=f"staff-compare-{oldest}").set_value(True)
    staff.run()
    assert staff.changes == [["edina", "phone", PHONE, SHIPPED_PHONE]]
    assert staff.press(f"staff-restore-{oldest}").errors == ["Say why first."]
    staff.say("staff-back-", "the change was wrong")
    staff.press(f"staff-restore-{oldest}")
    assert staff.said == ["Restored. Every visitor sees it from now on."]
    assert path.read_bytes() == first
    newest = records(data_dir)[-1]
    assert (newest["kind"], newest["who"], newest["why"]) == ("restored", EDITOR, "the change was wrong")
    assert SHIPPED_PHONE in shown(finder_opened()).cards.text


def restore_oldest(staff: Visit) -> Visit:
    """Go back to the oldest version."""
    *_, oldest = staff.keys("staff-compare-")
    staff.app.toggle(key=f"staff-compare-{oldest}").set_value(True)
    staff.run().say("staff-back-", "a made-up reason")
    return staff.press(f"staff-restore-{oldest}")


def test_going_back_keeps_the_changes_under_way() -> None:
    staff = visit().edit("edina", phone=PHONE).publish()
    staff.edit("delano", phone=OTHER_PHONE).do(HISTORY)
    restore_oldest(staff)
    assert staff.do(CALLS).changes == [["delano", "phone", SHIPPED_PHONE, OTHER_PHONE]]


@pytest.mark.usefixtures("two_people")
def test_an_editor_cannot_go_back_alone() -> None:
    staff = visit(EDITOR).do(HISTORY)
    (first,) = staff.keys("staff-compare-")
    staff.app.toggle(key=f"staff-compare-{first}").set_value(True)
    assert staff.run().keys("staff-restore-") == []


def test_a_damaged_version_is_told_and_hides_no_other(data_dir: Path) -> None:
    staff = visit().edit("edina", phone=PHONE).publish()
    min((data_dir / "history").glob("2*.json")).write_text("damaged")
    staff.do(HISTORY)
    (said,) = [one.value for one in staff.app.warning]
    assert "cannot be read" in said
    assert len(staff.keys("staff-compare-")) == 1


def test_a_broken_row_is_shouted_with_every_problem_and_mended_in_its_form(data_dir: Path) -> None:
    visit()
    rewrite(data_dir, "edina", zip="made up", phone="made up")
    staff = visit()
    assert "The clinic file has errors." in staff.errors[0]
    problems = staff.listed("Errors in the file")
    assert [any(column in one for one in problems) for column in ("zip", "phone")] == [True, True]
    staff.edit("edina", zip="55435", phone=PHONE).give_reasons().publish()
    assert staff.errors == []
    assert phone(data_dir) == PHONE


def test_a_clock_behind_the_file_is_shouted_and_its_dates_are_not_called_errors(data_dir: Path) -> None:
    visit()
    put_ahead_of_the_clock(data_dir)
    staff = visit()
    (said,) = staff.errors
    assert "The clock of this server may be wrong." in said
    assert "January 1, 2999" in said


TORN = {"empty": b"", "half a row": b"site_id,name\nedina", "a column twice": b"site_id,site_id\na,b\n"}


@pytest.mark.parametrize("torn", [*TORN.values(), None], ids=[*TORN, "gone"])
def test_a_file_that_is_no_table_is_shouted_and_its_last_version_brought_back(
    data_dir: Path, torn: bytes | None
) -> None:
    path = data_dir / "clinics.csv"
    finder, staff = finder_opened(), visit()
    good = path.read_bytes()
    if torn is None:
        path.unlink()
    else:
        path.write_bytes(torn)
    staff = visit()
    assert "The clinic file has errors." in staff.errors[0]
    assert len(staff.errors) == 2
    assert set(shown(finder.run()).ids) == ALL_IDS
    restore_oldest(staff)
    assert staff.errors == []
    assert staff.said == ["Restored. Every visitor sees it from now on."]
    assert path.read_bytes() == good


def test_trouble_with_a_folder_is_a_plain_message_and_keeps_the_changes(data_dir: Path) -> None:
    staff = visit().edit("edina", phone=PHONE)
    history = data_dir / "history"
    kept = history.rename(data_dir / "elsewhere")
    history.write_text("in the way")
    (said,) = staff.publish().errors
    assert "cannot be written" in said
    assert phone(data_dir) == SHIPPED_PHONE
    history.unlink()
    kept.rename(history)
    assert staff.run().changes == [["edina", "phone", SHIPPED_PHONE, PHONE]]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGeocoder]:
    """The service that places clinics, on this machine."""
    with fake_geocoder() as running:
        prefix = "LOCATOR_CLINIC_GEOCODER__"
        monkeypatch.setenv(f"{prefix}SERVICE", "nominatim")
        monkeypatch.setenv(f"{prefix}ARGUMENTS__DOMAIN", running.host)
        monkeypatch.setenv(f"{prefix}ARGUMENTS__SCHEME", "http")
        forget_everything()
        yield running


NO_PIN = {"latitude": "", "longitude": "", "pin_source": "", "pin_precision": "", "pin_address": ""}


def test_clinics_without_a_pin_are_placed_by_the_service(data_dir: Path, service: FakeGeocoder) -> None:
    service.behave = answering([EDINA])
    rewrite(data_dir, "edina", **NO_PIN)
    staff = visit().do(TABLE).press("staff-place")
    assert staff.said == ["1 pin was found."]
    now = {row[1]: row[3] for row in staff.changes}
    assert (now["latitude"], now["longitude"]) == ("44.863000", "-93.330000")
    assert cells(data_dir)["edina"]["latitude"] == ""
    assert staff.do(TABLE).keys("staff-place") == []


def test_an_outage_of_the_service_is_told_and_changes_nothing(data_dir: Path, service: FakeGeocoder) -> None:
    service.behave = failing(500)
    rewrite(data_dir, "edina", **NO_PIN)
    staff = visit().do(TABLE).press("staff-place")
    (said,) = staff.said
    assert said.startswith("0 pins were found. ")
    assert len(said) > len("0 pins were found. ")
    assert staff.changes == []
    assert staff.keys("staff-place") == [""]


def test_nobody_is_asked_where_every_clinic_has_a_pin() -> None:
    assert visit().do(TABLE).keys("staff-place") == []


def test_a_clinic_that_stands_twice_cannot_be_stamped_and_says_why(data_dir: Path) -> None:
    path = data_dir / "clinics.csv"
    rows = path.read_bytes()
    (edina,) = [line for line in rows.splitlines(keepends=True) if line.startswith(b"edina,")]
    path.write_bytes(rows + edina.replace(b"7700", b"7701"))
    staff = visit()
    before = path.read_bytes()
    *_, said = staff.press("staff-stamp-edina").errors
    assert said == "It cannot be stamped: the table has not just one clinic edina."
    staff.edit("edina", phone=PHONE)
    assert staff.changes == [["edina", "phone", SHIPPED_PHONE, PHONE]]
    assert path.read_bytes() == before
