"""Staff read all of it in their language: what stands outside the messages is data and the file's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from locator.clinics import ClinicTable
from locator.clinics.reading import LastGoodDirectory, parse_directory, read_directory
from locator.clinics.schema import COLUMNS
from locator.errors import DirectoryInvalidError
from locator.geocoding.pins.asking import ServiceResponse
from locator.geocoding.pins.audit import audit
from locator.geocoding.pins.plan import propose
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.geocoding.types import AnswerKind, Found
from locator.language import Language
from locator.presentation.templating import render
from locator.settings.loading import Settings
from locator.sites import Answer, Coordinate, Pin, PinPrecision
from locator.staff.editing.changes import Changes, FieldChange, MovedPin
from locator.staff.editing.impact import Impact, RoleImpact, Shift, Tally, ZipShift
from locator.staff.editing.placing import with_pins
from locator.staff.editing.review import review
from locator.staff.feedback.reports import Complaint, ComplaintCount
from locator.staff.imports.incoming import read_upload
from locator.staff.people import Role, StaffMember
from locator.staff.publishing.history import History, Kind, Version
from locator.staff.publishing.publishing import DirectoryWriter
from tests.support.clinic_files import PINNED, TODAY, as_csv
from tests.support.parsed_html import parse
from tests.support.pin_samples import GAZETTEER, found
from tests.support.pseudo_language import pseudo_language, visible_words_outside_marks, words_outside_marks
from tests.support.samples import make_site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="made_up")
def fixture_made_up() -> Iterator[Language]:
    with pseudo_language() as spoken:
        yield spoken


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("word", [*Role, *Kind, *Complaint])
def test_what_is_kept_as_a_value_is_read_as_words(word: Role | Kind | Complaint) -> None:
    assert words_outside_marks(word.words) == []


@pytest.mark.parametrize("word", [*Role, *Kind])
def test_a_role_and_a_kind_read_as_they_are_kept_in_english(word: Role | Kind) -> None:
    assert word.words == str(word)


def outside(told: Iterable[object], *, data: Iterable[str]) -> list[str]:
    """The words of these texts outside the marks, once these data are taken out of them."""
    left = " ".join(map(str, told))
    for text in sorted(filter(None, data), key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ", left)
    return words_outside_marks(left)


BAD_CELLS = {
    "site_id": "Not An Id",
    "name": "a\x0bb",
    "state": "ZZ",
    "zip": "5540",
    "country": "MX",
    "phone": "12",
    "website": "here",
    "npi": "1234567890",
    "hours": "whenever",
    "hours_as_of": "2999-01",
    "time_zone": "Mars/Base",
    "latitude": "1",
    "longitude": "1",
    "pin_precision": "vague",
    "evaluation": "maybe",
    "evaluation_status": "sure",
    "as_of": "2999-01-01",
    "active": "perhaps",
    "note": "x" * 1001,
}
BAD_ROWS = [
    {"latitude": ""},
    {"pin_source": ""},
    {"evaluation": "yes", "evaluation_status": "unknown"},
    {"evaluation": "yes", "evaluation_status": "provisional"},
    {"procedure_status": "confirmed", "procedure": "yes"},
    {"verified_on": "2026-01-01"},
    {"hours": "Mo-Mo 99:00-99:00"},
    *({column: text} for column, text in BAD_CELLS.items()),
]


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("cells", BAD_ROWS, ids=lambda cells: next(iter(cells)))
def test_what_is_wrong_with_a_row_is_told_in_the_readers_language(cells: dict[str, str]) -> None:
    row = PINNED | cells
    problems = parse_directory(as_csv(row), today=TODAY).problems
    assert problems
    shown = [problem.value for problem in problems]
    assert outside(problems, data=[*COLUMNS, *shown, *Answer, "000B"]) == []


BAD_FILES = {
    "empty": b"",
    "large": b"x" * 80_000_001,
    "empty lines": b"\n" * 1_000_001,
    "NUL": b"site_id\n\0",
    "no text": b"site_id\n\x81",
    "no header": b"uno,dos\n1,2\n",
    "no clinic": ",".join(COLUMNS).encode(),
    "named twice": b"site_id,site_id\n1,2\n",
    "cells missing": b"site_id,name\nuno\n",
    "open quote": b'site_id,name\n"uno" dos,tres\n',
    "many rows": b"site_id\n" + b"uno\n" * 100_001,
}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("raw", BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_wrong_with_a_file_is_told_in_the_readers_language(raw: bytes) -> None:
    problems = parse_directory(raw, today=TODAY).problems
    assert problems
    # The library that reads the file gives its own reason, which is not ours to translate.
    library = ["',' expected after '\"'", "x" * 59, "uno", "dos", "tres"]
    assert outside(problems, data=[*COLUMNS, *library, *(one.value for one in problems)]) == []


@pytest.mark.usefixtures("made_up")
def test_what_stands_twice_is_told_in_the_readers_language() -> None:
    problems = parse_directory(as_csv(PINNED, PINNED), today=TODAY).problems
    assert {problem.column for problem in problems} == {"site_id", "street", "latitude"}
    assert outside(problems, data=[*COLUMNS, *(one.value for one in problems)]) == []


@pytest.mark.usefixtures("made_up")
def test_a_file_that_is_not_there_is_told_in_the_readers_language(tmp_path: Path) -> None:
    (problem,) = read_directory(tmp_path / "gone.csv", today=TODAY).problems
    assert outside([problem], data=["gone.csv", "No such file or directory"]) == []


def test_the_rule_for_a_pins_precision_names_every_one() -> None:
    (problem,) = parse_directory(as_csv(PINNED | {"pin_precision": "vague"}), today=TODAY).problems
    assert problem.message == f"use {' or '.join(PinPrecision)}"


@pytest.mark.usefixtures("made_up")
def test_what_all_visitors_share_is_in_english_whoever_came_first(tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_bytes(as_csv(PINNED | {"zip": "5540"}))
    served = LastGoodDirectory(tmp_path / "clinics.csv", today=lambda: TODAY).current()
    assert [problem.message for problem in served.problems] == ["use five digits, such as 55369"]


CURRENT = ClinicTable(COLUMNS, (PINNED,))


def sent(**cells: str) -> bytes:
    return as_csv(PINNED | cells)


UPLOADS: Mapping[str, bytes] = {
    "empty": b"",
    "large": b"x" * 5_000_001,
    "many rows": b"site_id\n" + b"uno\n" * 10_001,
    "PDF": b"%PDF-1.7",
    "old Excel": b"\xd0\xcf\x11\xe0",
    "picture": b"GIF89a",
    "packed": b"\x1f\x8b",
    "document": b"{\\rtf1",
    "UTF-32": b"\xff\xfe\0\0s\0\0\0",
    "torn UTF-16": b"\xff\xfes",
    "web page": b"<html>",
    "NUL": b"site_id\n\0",
    "no text": b"site_id\n\x81",
    "torn archive": b"PK\x03\x04",
    "no columns": b"uno,dos\n1,2\n",
    "no clinic": ",".join(COLUMNS).encode(),
    "twice": b"site_id,site_id\nuno,dos\n",
    "no name": b"site_id,\nuno,dos\n",
    "too long": b"site_id\nuno,dos\n",
    "curly": "site_id\n“uno,dos”\n".encode(),
    "open quote": b'site_id,name\n"uno" dos,tres\n',
    "UTF-16": sent().decode().encode("utf-16"),
    "semicolons": sent().replace(b",", b";"),
    "with its mark": b"sep=;\n" + sent().replace(b",", b";"),
    "another order": b"name,site_id\nuno,dos\n",
    "with a column more": b"site_id,tres\nuno,dos\n",
    "undashed phone": sent(phone="6125550100"),
    "rounded": sent(npi="1.2E+09"),
    "short zip": sent(zip="5540"),
    "day in doubt": sent(as_of="1/2/2026"),
    "one day": sent(as_of="1/13/2026"),
    "no day": sent(as_of="13/13/2026"),
    "count of days": sent(as_of="46000"),
    "formula": sent(note="=1+1"),
    "kept from running": sent(note="'=uno"),
}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(
    "raw",
    [
        # A workbook is read in a process of its own.
        pytest.param(raw, id=name, marks=[pytest.mark.process] if raw.startswith(b"PK") else [])
        for name, raw in UPLOADS.items()
    ],
)
def test_how_a_file_was_read_is_told_in_the_readers_language(raw: bytes) -> None:
    incoming = read_upload(raw, "uno.xlsx", CURRENT)
    told = [*incoming.notes, *incoming.problems]
    assert told
    library = ["',' expected after '\"'", "uno", "dos", "tres", "uno.xlsx", "x" * 59]
    data = [*COLUMNS, *library, *(one.value for one in incoming.problems)]
    assert outside(told, data=data) == []


@pytest.mark.usefixtures("made_up")
def test_warnings_and_errors_of_a_change_are_in_the_readers_language() -> None:
    gone = PINNED | {"site_id": "fake-gone", "street": "2 Elsewhere St"}
    before = PINNED | {"evaluation_source": "x", "procedure_source": "x"}
    base = ClinicTable(COLUMNS, (before, gone))
    odd = PINNED | {
        "fax": PINNED["phone"],
        "city": "Nowhere",
        "state": "WI",
        "zip": "55407",
        "hours": "Mo 08:00-09:00",
        "hours_as_of": "2020-01",
        "latitude": "44.5",
        "pin_address": "9 Other St",
        "procedure": "yes",
        "procedure_status": "confirmed",
        "evaluation_source": "x",
        "procedure_source": "x",
        "evaluation_as_of": "2020-01-01",
        "procedure_as_of": "2020-01-01",
        "evaluation": "yes",
        "evaluation_status": "confirmed",
        "verified_on": "2020-01-02",
        "verified_by": "desk",
    }
    verdict = review(
        ClinicTable(COLUMNS, (odd,)),
        today=TODAY,
        gazetteer=load_gazetteer(ROOT / "data" / "gazetteer"),
        base=base,
    )
    assert len(verdict.warnings) >= 8
    assert [error.value for error in verdict.errors] == ["fake-gone"]
    data = [*COLUMNS, PINNED["site_id"], "fake-gone", "9 Other St", "Minneapolis", "MN"]
    assert outside([*verdict.warnings, *verdict.errors], data=data) == []


SITE = make_site(site_id="uno", name="Dos")
FAR = Coordinate(45.5, -93.27)
OFFERS: Mapping[str, tuple[Found, ...]] = {
    "nothing": (),
    "elsewhere": (found(FAR, AnswerKind.ZIP, city="Nowhere", state="WI", zip_code="55407"),),
    "a city": (found(kind=AnswerKind.CITY),),
    "two": (found(), found(Coordinate(44.99, -93.27))),
}


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("offers", OFFERS.values(), ids=OFFERS)
def test_why_a_pin_was_left_out_is_told_in_the_readers_language(offers: tuple[Found, ...]) -> None:
    bare = PINNED | dict.fromkeys(("latitude", "longitude", "pin_source", "pin_precision"), "")
    (site,) = parse_directory(as_csv(bare | {"zip": "55999"}), today=TODAY).sites
    proposal = propose(site, ServiceResponse("Uno", "dos", TODAY, offers), GAZETTEER)
    _table, left_out = with_pins(ClinicTable(COLUMNS, (bare,)), [proposal], [site])
    assert outside(left_out, data=[site.site_id, "Uno", "Nowhere", "Testville", "WI", "MN"]) == []
    assert left_out


@pytest.mark.usefixtures("made_up")
def test_odd_pins_are_told_in_the_readers_language() -> None:
    here = Pin(Coordinate(45.5, -93.27), "uno", PinPrecision.UNKNOWN)
    beside = replace(here, point=Coordinate(45.500001, -93.27))
    sites = [
        replace(SITE, site_id=name, zip_code="55999", pin=pin) for name, pin in (("a", here), ("b", beside))
    ]
    told = [finding.message for finding in audit(sites, GAZETTEER, {"a": "1 Dos St"})]
    assert len(told) == 5
    assert outside(told, data=["a", "b", "1 Dos St"]) == []


@pytest.mark.usefixtures("made_up")
def test_what_stands_in_the_way_of_publishing_is_told_in_the_readers_language(tmp_path: Path) -> None:
    writer = DirectoryWriter(tmp_path / "gone.csv", History(tmp_path / "history"), lambda: TODAY)
    with pytest.raises(DirectoryInvalidError) as told:
        writer.load()
    assert outside([told.value], data=["gone.csv"]) == []


def tally_of(zips: int) -> Tally:
    return Tally(zips, 1234)


def impact_of(site_title: str) -> Impact:
    """A change that does everything a change can do."""
    site = make_site(site_id="uno", name=site_title)
    shift = Shift(tally_of(2), 1609.0, 16093.0)
    shifts = (
        ZipShift("55407", "55407 (Dos, MN)", 5, site, 1609.0, None, None),
        ZipShift("55408", "55408 (Dos, MN)", 5, None, None, site, 1609.0),
    )
    role = RoleImpact(tally_of(2), shift, shift, tally_of(1), tally_of(1), tally_of(1), tally_of(1), shifts)
    return Impact(tally_of(3), role, replace(role, changed=Tally()))


TABLE_CHANGES = Changes(
    added=("uno",),
    retired=("dos",),
    removed=("tres",),
    fields=(FieldChange("uno", "phone", "", "612-555-0177"), FieldChange("uno", "fax", "x", "")),
    columns_added=("cuatro",),
    columns_removed=("cinco",),
    moved_pins=(MovedPin("uno", Coordinate(45, -93), Coordinate(45.1, -93), 11_000.0),),
)
DAY = date(2026, 1, 2)
VERSION = Version("id", datetime(2026, 1, 2, tzinfo=UTC), None, "why", Kind.FIRST, None, "0", ("seis",))
FRAGMENTS: Mapping[str, Mapping[str, object]] = {
    "staff_changes.html": {"changes": TABLE_CHANGES},
    "staff_due.html": {"site": SITE, "ages": "", "views": 3},
    "staff_impact.html": {"impact": impact_of("Dos")},
    "staff_masthead.html": {
        "settings": Settings(practice_name="Ocho"),
        "who": StaffMember("Nueve", Role.APPROVER),
    },
    "staff_problems.html": {"heading": "", "problems": ["siete"]},
    "staff_reports.html": {"site": SITE, "reports": [ComplaintCount(Complaint.MOVED, DAY, 2)]},
    "staff_version.html": {"version": VERSION, "day": DAY, "how": None, "why": ""},
    "sign_in.html": {"action": "/", "home": "/", "problem": "siete", "others": ()},
    "sign_out.html": {"action": "/"},
}
WAY = "/staff/sign-in"
ENTRANCE = {
    "closed": {"is_open": False, "has_ended": False, "sign_in": None},
    "password": {"is_open": True, "has_ended": False, "sign_in": WAY},
    "provider": {"is_open": True, "has_ended": False, "sign_in": None},
    "ended": {"is_open": True, "has_ended": True, "sign_in": WAY},
}
FACTS = {"uno", "Dos", "dos", "tres", "cuatro", "cinco", "seis", "siete", "Ocho", "Nueve", "MN", "id"}


def words_of(template: str, spoken: Language, **values: object) -> set[str]:
    return set(visible_words_outside_marks(render(template, language=spoken, **values)))


@pytest.mark.parametrize("template", FRAGMENTS)
def test_a_staff_fragment_says_nothing_outside_its_messages(template: str, made_up: Language) -> None:
    columns = {"phone", "fax", "x"} if template == "staff_changes.html" else set()
    address = {"Nowhere", "St", "Ste"} & set(re.findall(r"[A-Za-z]+", SITE.address))
    site = set(re.findall(r"[A-Za-z]+", f"{SITE.title} {SITE.address}"))
    assert words_of(template, made_up, **FRAGMENTS[template]) <= FACTS | columns | address | site


@pytest.mark.parametrize("state", ENTRANCE.values(), ids=ENTRANCE)
def test_the_way_in_says_nothing_outside_its_messages(state: Mapping[str, object], made_up: Language) -> None:
    settings = Settings(practice_name="Ocho")
    assert words_of("staff_entrance.html", made_up, settings=settings, **state) == {"Ocho"}


def test_every_staff_fragment_is_looked_at() -> None:
    names = {
        path.name for path in (ROOT / "locator" / "presentation" / "templates").glob("s[ti][ag][fn]*.html")
    }
    assert names - {"sign_in_style.html"} == FRAGMENTS.keys() | {"staff_entrance.html"}


@pytest.mark.usefixtures("made_up")
def test_a_note_that_nobody_signed_is_put_into_the_readers_language_and_no_other_is() -> None:
    noted = replace(VERSION, why="What was there when the history began.")
    assert words_outside_marks(noted.reason_why) == []
    assert replace(noted, who="Nueve").reason_why == noted.why
    assert replace(noted, why="").reason_why == ""


def test_the_sentences_of_an_impact_stand_apart() -> None:
    shown = parse(render("staff_impact.html", impact=impact_of("Dos"))).all("p")[0].text
    assert shown == (
        "Nearest evaluation clinic: another one for 1,234 people in 2 ZIP codes."
        " Farther for 1,234, by 1.0 miles on average and 10.0 at most."
        " Nearer for 1,234, by 1.0 miles on average. 1,234 people are left without any."
        " 1,234 people have one for the first time."
        " 1,234 people no longer have one within 60 miles. 1,234 people now have one within 60 miles."
    )
