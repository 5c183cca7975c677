"""What a row gains, and why one is set aside."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import pytest

from locator.cli.matching.columns import find_columns
from locator.cli.matching.matcher import UNREADABLE, Counts, MatchedBlock, Matcher
from locator.cli.matching.nearby import ADDED, Nearby
from locator.cli.matching.rows import Block
from locator.clinics.csv_injection import restored
from locator.clinics.search import SiteIndex
from locator.geocoding.types import PostalAddress
from locator.referral.journey import Journey, Visit, VisitPlace
from locator.sites import (
    METRES_PER_MILE,
    Ambiguous,
    Coordinate,
    Located,
    NotLocated,
    Origin,
    PlaceAnswer,
    Precision,
    Site,
)
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_site

FAKE_ZIP = Origin("ZIP 55999 (Testville, MN)", MINNEAPOLIS, Precision.ZIP, 0.0, "test gazetteer")
JOURNEY = Journey(
    (
        Visit("evaluation", "Evaluation", VisitPlace.EVALUATION, 1, "", "", ""),
        Visit("implant", "Implant", VisitPlace.PROCEDURE, 2, "", "", ""),
    )
)


class FakePlaces:
    """Answers by ZIP code, else that it is not known; counts what it was asked."""

    def __init__(self, **answers: PlaceAnswer) -> None:
        self._answers = {name.removeprefix("z"): answer for name, answer in answers.items()}
        self.asked: list[PostalAddress] = []

    def place(self, address: PostalAddress) -> PlaceAnswer:
        """What is known of the ZIP code."""
        self.asked.append(address)
        return self._answers.get(address.zip_code or "", NotLocated("We do not know that place."))


def label(origin: Origin) -> list[str]:
    """Stands for what is near a place."""
    return [origin.label]


def sort(
    text: str | bytes, places: FakePlaces, *, header: Sequence[str] = ("zip",), for_spreadsheet: bool = False
) -> MatchedBlock:
    raw = text.encode() if isinstance(text, str) else text
    matcher = Matcher(
        find_columns(header, {}), places.place, label, line_end=b"\n", for_spreadsheet=for_spreadsheet
    )
    return matcher.match(Block(raw.splitlines(keepends=True), 0, is_last=True), first_line=2)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(errors="surrogateescape"), newline="")))


def known() -> FakePlaces:
    return FakePlaces(z55999=Located(FAKE_ZIP))


def test_a_row_keeps_its_own_bytes_and_gains_what_is_near() -> None:
    found = sort('"55999", as "it" is \r\n', known(), header=("zip", "note"))
    assert found.matched == b'"55999", as "it" is ,"ZIP 55999 (Testville, MN)"\n'
    assert found.set_aside == b""
    assert found.counts == Counts(rows=1, set_aside=0, guessed_lines=0)


def test_rows_of_one_area_are_placed_once_and_those_with_a_street_each_by_itself() -> None:
    places = known()
    sort("55999,\n" * 3 + "55999, \n55999,1 Elm St\n55999,1 Elm St\n", places, header=("zip", "address"))
    assert [asked.street for asked in places.asked] == [None, "1 Elm St", "1 Elm St"]


def test_no_answer_is_kept_for_a_cell_that_is_no_name_of_a_place() -> None:
    places = known()
    sort(f"55999,{'x' * 100}\n" * 2 + "55999,x\n" * 2, places, header=("zip", "city"))
    assert [len(asked.city or "") for asked in places.asked] == [100, 100, 1]


def test_each_part_of_an_address_is_taken_from_its_own_column() -> None:
    places = known()
    header = ("Zip", "id", "state", "address", "city")
    sort("55999-1234,7,Minnesota, 1 Elm St ,Testville\n", places, header=header)
    assert places.asked == [PostalAddress("1 Elm St", None, "Testville", "MN", "55999")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("55000,x", "We do not know that place."),
        ("55001,x", "it could be several places: A; B"),
        (" ,x", "no address, city or ZIP code"),
        ("55999", "1 cell where 2 belong"),
        ("55999,x,y", "3 cells where 2 belong"),
        ("55999,x\0", "there is a NUL character in it, so the row is damaged"),
    ],
)
def test_a_row_without_one_place_is_set_aside_as_it_is_with_line_and_reason(row: str, reason: str) -> None:
    several = tuple(Origin(name, MINNEAPOLIS, Precision.CITY, 0, "test gazetteer") for name in "AB")
    places = FakePlaces(z55999=Located(FAKE_ZIP), z55001=Ambiguous(several))
    found = sort(f"55999,fine\n{row}\n", places, header=("zip", "note"))
    assert lines(found.matched) == [["55999", "fine", FAKE_ZIP.label]]
    assert lines(found.set_aside) == [["3", reason, *row.split(",")]]
    assert (found.counts.rows, found.counts.set_aside) == (2, 1)


def test_of_many_places_a_row_could_be_a_few_are_named() -> None:
    several = tuple(Origin(name, MINNEAPOLIS, Precision.CITY, 0, "test gazetteer") for name in "ABCDEF")
    found = sort("55001\n", FakePlaces(z55001=Ambiguous(several)))
    assert lines(found.set_aside)[0][1] == "it could be several places: A; B; C; D; E; and others"


def test_a_line_that_cannot_be_read_is_kept_whole_in_one_cell() -> None:
    found = sort('55999,"x" y\n55999,x\n', known(), header=("zip", "note"))
    assert lines(found.set_aside) == [["2", UNREADABLE, '55999,"x" y']]
    assert lines(found.matched) == [["55999", "x", FAKE_ZIP.label]]


def test_windows_1252_is_written_as_utf8_and_counted() -> None:
    raw = "55999,Añoka\n".encode("cp1252") + "55999,Añoka\n".encode()
    found = sort(raw, known(), header=("zip", "note"))
    assert lines(found.matched) == [["55999", "Añoka", FAKE_ZIP.label]] * 2
    assert found.counts.guessed_lines == 1


def test_bytes_that_are_no_text_set_their_own_row_aside_and_are_kept() -> None:
    found = sort(b"55999,\x81\n55999,x\n", known(), header=("zip", "note"))
    assert found.set_aside == b"2,it is neither UTF-8 nor Windows-1252 text,55999,\x81\n"
    assert found.counts.guessed_lines == 0
    assert lines(found.matched) == [["55999", "x", FAKE_ZIP.label]]


def test_what_is_added_never_runs_as_a_formula() -> None:
    label_runs = Origin("=1+1", MINNEAPOLIS, Precision.ZIP, 0.0, "test gazetteer")
    found = sort("55999\n", FakePlaces(z55999=Located(label_runs)))
    assert lines(found.matched) == [["55999", "'=1+1"]]


def test_for_a_spreadsheet_no_cell_of_the_table_runs_either() -> None:
    rows = '55999,=1+1\n55000,@SUM\n=oops,"x" y\n'
    plain, safe = (
        lines(found.matched) + lines(found.set_aside)
        for found in (
            sort(rows, known(), header=("zip", "note"), for_spreadsheet=for_spreadsheet)
            for for_spreadsheet in (False, True)
        )
    )
    assert plain[0] == ["55999", "=1+1", FAKE_ZIP.label]
    assert not any(cell.startswith(("=", "@")) for row in safe for cell in row)
    assert [list(map(restored, row)) for row in safe] == plain


def north_of(miles: float) -> Coordinate:
    return Coordinate(MINNEAPOLIS.lat_deg + miles * METRES_PER_MILE / 111_140, MINNEAPOLIS.lon_deg)


def near(sites: Iterable[Site], uncertainty_mi: float = 0.0) -> dict[str, str]:
    origin = Origin(
        "a fake place",
        MINNEAPOLIS,
        Precision.CITY,
        uncertainty_mi * METRES_PER_MILE,
        "test",
        ("One.", "Two."),
    )
    cells = Nearby(SiteIndex(sites), JOURNEY).cells(origin)
    return dict(zip(ADDED, cells, strict=True))


EVALUATES = make_site("fake-e", north_of(10), name="Fake E", evaluation=PROVISIONAL_YES)
TREATS = make_site("fake-t", north_of(20), evaluation=CONFIRMED_NO, procedure=CONFIRMED_YES)
UNSURE = make_site("fake-u", north_of(5), evaluation=CONFIRMED_NO)


def test_the_place_is_told_with_how_sure_it_is() -> None:
    found = near([], uncertainty_mi=1.5)
    assert [found[name] for name in ADDED[:4]] == ["a fake place", "city", "1.5", "One. Two."]


def test_the_nearest_site_known_for_each_part_is_told_with_its_status_and_range() -> None:
    found = near([EVALUATES, TREATS, UNSURE], uncertainty_mi=2)
    assert found["evaluation_site_id"] == "fake-e"
    assert found["evaluation_name"] == "Fake E – Testville"
    assert found["evaluation_status"] == "provisional"
    ranges = [float(found[f"evaluation_{name}_mi"]) for name in ("distance", "low", "high")]
    assert ranges == pytest.approx([10, 8, 12], abs=0.15)
    assert (found["procedure_site_id"], found["procedure_status"]) == ("fake-t", "confirmed")


def test_a_site_of_which_it_is_not_known_is_told_apart_however_near_it_is() -> None:
    found = near([EVALUATES, TREATS, UNSURE])
    assert found["procedure_site_id"] == "fake-t"
    assert found["procedure_unknown_site_id"] == "fake-u"
    assert float(found["procedure_unknown_distance_mi"]) == pytest.approx(5, abs=0.1)
    assert found["evaluation_unknown_site_id"] == found["evaluation_unknown_distance_mi"] == ""


def test_the_best_pair_known_and_the_best_that_is_not_are_told_apart() -> None:
    found = near([EVALUATES, TREATS, UNSURE])
    assert (found["pair_evaluation_site_id"], found["pair_procedure_site_id"]) == ("fake-e", "fake-t")
    # There and back, once to the one and twice to the other.
    assert float(found["pair_total_mi"]) == pytest.approx(2 * 10 + 4 * 20, abs=0.5)
    assert found["pair_status"] == "provisional"
    assert found["pair_unknown_evaluation_site_id"] == "fake-e"
    assert found["pair_unknown_procedure_site_id"] == "fake-u"
    assert float(found["pair_unknown_total_mi"]) == pytest.approx(2 * 10 + 4 * 5, abs=0.5)


def test_what_is_not_known_never_takes_the_place_of_what_is() -> None:
    found = near([EVALUATES, UNSURE])
    assert (
        found["procedure_site_id"] == found["procedure_distance_mi"] == found["pair_procedure_site_id"] == ""
    )
    assert found["procedure_unknown_site_id"] == found["pair_unknown_procedure_site_id"] == "fake-u"


def test_a_pair_is_confirmed_where_both_of_its_parts_are() -> None:
    confirmed = make_site("fake-c", north_of(1), evaluation=CONFIRMED_YES)
    assert near([confirmed, TREATS])["pair_status"] == "confirmed"


def test_where_another_may_be_as_near_the_row_says_so() -> None:
    other = make_site("fake-f", north_of(11), evaluation=CONFIRMED_YES, procedure=CONFIRMED_NO)
    for uncertainty_mi, mark in ((0, "no"), (1, "yes")):
        found = near([EVALUATES, other, TREATS], uncertainty_mi)
        assert (found["evaluation_about_same"], found["pair_about_same"]) == (mark, mark)
        assert found["procedure_about_same"] == "no"


def test_where_nothing_is_known_the_cells_are_blank_and_none_says_no() -> None:
    found = near([make_site("fake-n", evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO)])
    assert set(list(found.values())[4:]) == {""}
