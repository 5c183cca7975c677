"""The staff page in another language: each thing it says is a message, whatever is done on it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from streamlit.testing.v1 import AppTest

from locator.clinics.schema import COLUMNS, SCHEMA
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.language import Language, ask_when_unset, languages, speaking
from locator.settings.loading import Settings
from locator.staff.feedback.reports import Complaint, ComplaintCounts
from locator.ui.runtime.visit_language import of_visit
from tests.support.page_visits import forget_everything
from tests.support.page_words import said, words_outside
from tests.support.pseudo_language import pseudo_language
from tests.support.shipped_copy import rewrite
from tests.support.staff_visit import (
    APPROVER,
    CALLS,
    CLINIC,
    EDITOR,
    FILE,
    HISTORY,
    OTHER_EDITOR,
    TABLE,
    WAITING,
    Visit,
    begin_anew,
    claims,
)

ROOT = Path(__file__).resolve().parents[2]
VERSION_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
GAZETTEER = load_gazetteer(ROOT / "data" / "gazetteer")
CITIES = {city for area in GAZETTEER.zips.values() for city in (area.city, *area.other_cities)}


@pytest.fixture(autouse=True)
def _a_server_of_its_own(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    begin_anew(monkeypatch, data_dir)
    monkeypatch.setenv("LOCATOR_STAFF__TWO_PEOPLE", "true")
    with pseudo_language() as spoken:
        ask_when_unset(lambda: spoken)
        yield
        ask_when_unset(of_visit)
    forget_everything()


def visit(email: str = EDITOR) -> Visit:
    """The staff page by itself: what holds the pages together would settle on a language that there is."""
    app = AppTest.from_file(str(ROOT / "pages" / "staff.py"), default_timeout=60)
    app.user = claims(email)
    return Visit(app).run()


def outside(one: Visit, data_dir: Path, *data: str) -> list[str]:
    """The words on the page that stand in no message and are none of the data."""
    with (data_dir / "clinics.csv").open(encoding="utf-8", newline="") as file:
        cells = {cell for row in csv.DictReader(file) for pair in row.items() for cell in pair if cell}
    names = {EDITOR, OTHER_EDITOR, APPROVER, Settings().practice_name}
    names |= {one.name for one in languages()}
    return words_outside((VERSION_ID.sub(" ", text) for text in said(one.app)), cells | names | {*data})


def report(data_dir: Path) -> None:
    for complaint in Complaint:
        ComplaintCounts(data_dir / "history" / "reports.json").add("edina", complaint)


@pytest.mark.parametrize("task", [CALLS, CLINIC, TABLE, FILE, WAITING, HISTORY])
def test_each_thing_to_do_is_explained_in_the_readers_language(task: str, data_dir: Path) -> None:
    report(data_dir)
    assert outside(visit().do(task), data_dir) == []


def test_nothing_is_said_outside_the_messages_to_a_stranger(data_dir: Path) -> None:
    app = AppTest.from_file(str(ROOT / "pages" / "staff.py"), default_timeout=60)
    app.user = {}
    assert outside(Visit(app).run(), data_dir) == []


def test_the_columns_of_the_table_are_those_of_the_file(data_dir: Path) -> None:
    (table,) = visit().do(TABLE).app.get("dataframe")
    assert set(json.loads(table.proto.columns)) >= set(COLUMNS)
    assert outside(visit().do(TABLE), data_dir) == []


def test_a_change_is_shown_in_the_readers_language(data_dir: Path) -> None:
    moved = {"latitude": "45.2", "pin_source": "manual", "fax": "612-555-0177"}
    page = visit(APPROVER).edit("edina", phone="612-555-0177", city="Nowhere", **moved, active="no")
    data = ("Nowhere", "manual", "no", "MN", "WI", *CITIES)
    assert outside(page, data_dir, *data) == []
    page.press("staff-publish")
    assert outside(page, data_dir, *data) == []
    assert page.errors


def test_an_error_is_shown_in_the_readers_language(data_dir: Path) -> None:
    page = visit().edit("edina", phone="12")
    assert outside(page, data_dir) == []


def test_what_an_action_came_to_is_said_in_the_readers_language(data_dir: Path) -> None:
    page = visit(APPROVER).edit("edina", phone="612-555-0177").publish("seis")
    assert page.said
    assert outside(page, data_dir) == []
    page.do(HISTORY)
    assert outside(page, data_dir, "seis") == []


def test_a_version_is_compared_and_kept_in_the_readers_language(data_dir: Path) -> None:
    visit(APPROVER).edit("edina", phone="612-555-0177").publish("seis")
    page = visit(APPROVER).do(HISTORY)
    first = page.keys("staff-compare-")[-1]
    page.app.toggle(key=f"staff-compare-{first}").set_value(True)
    page.run().press(f"staff-restore-{first}")
    assert page.errors
    assert outside(page, data_dir, "seis") == []


def test_a_change_that_waits_is_told_in_the_readers_language(data_dir: Path) -> None:
    visit(EDITOR).edit("edina", phone="612-555-0177").publish("seis")
    page = visit(EDITOR).do(WAITING)
    (change,) = page.keys("staff-approve-")
    page.press(f"staff-approve-{change}")
    assert page.errors
    assert outside(page, data_dir, "seis", "612-555-0177") == []
    page = visit(EDITOR).do(WAITING).press(f"staff-reject-{change}")
    assert page.errors
    assert outside(page, data_dir, "seis") == []


def test_two_peoples_changes_are_told_in_the_readers_language(data_dir: Path) -> None:
    mine = visit(APPROVER).edit("edina", phone="612-555-0177", fax="612-555-0199")
    visit(APPROVER).edit("edina", phone="612-555-0188").publish("seis")
    mine.publish("siete")
    assert mine.keys("staff-mine-") == ["0"]
    assert outside(mine, data_dir) == []


def test_a_call_is_noted_in_the_readers_language(data_dir: Path) -> None:
    page = visit(APPROVER)
    page.press("staff-stamp-edina")
    assert page.said
    assert outside(page.do(HISTORY), data_dir) == []


def test_an_uploaded_file_is_read_out_in_the_readers_language(data_dir: Path) -> None:
    raw = (data_dir / "clinics.csv").read_bytes().replace(b"55435", b"5543")
    page = visit().upload("uno.csv", raw)
    assert outside(page, data_dir) == []


def test_a_broken_file_is_shouted_in_the_readers_language(data_dir: Path) -> None:
    visit()
    rewrite(data_dir, "edina", zip="5540", note="a\x0bb")
    page = visit()
    assert page.errors
    assert outside(page, data_dir, "a\\x0bb", "000B") == []


def test_what_a_field_means_is_told_as_the_catalogue_has_it(tmp_path: Path) -> None:
    column = SCHEMA["phone"]
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    words = Catalog(locale="es")
    words.add(column.about.meaning, "uno")
    words.add(column.allowed, "dos")
    with (folder / "messages.po").open("wb") as file:
        write_po(file, words)
    with speaking(Language("xx", "Made-up", tmp_path)):
        assert column.help == "uno. dos"
