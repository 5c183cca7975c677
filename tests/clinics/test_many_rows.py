"""The rows of a large file give what each gives in a file of its own, to the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from locator.clinics.csv_table import Problem
from locator.clinics.reading import DirectoryReading, parse_directory
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS
from locator.sites import Site
from tests.support.made_up_directory import directory_csv
from tests.support.pin_samples import as_csv, pinned

TODAY: Final = date(2026, 11, 22)
MANY: Final = 200
# Right and wrong, alone and beside others: what rules between cells tell apart, and what they do not.
CELLS: Final = {
    "phone": ["612-555-0101", "6125550101", ""],
    "latitude": ["", "45.1", "99.1"],
    "longitude": ["", "-93.1", "x"],
    "pin_source": ["", "made up"],
    "pin_precision": ["", "rooftop", "vague"],
    "hours": ["", "Mo-Fr 08:00-17:00", "spring"],
    "evaluation": ["yes", "no", "unknown", "", "maybe"],
    "evaluation_status": ["confirmed", "provisional", "unknown", "?"],
    "evaluation_source": ["", "a made-up list"],
    "evaluation_as_of": ["", "2026-01-02", "2027-01-02"],
    "procedure": ["yes", "unknown"],
    "procedure_status": ["confirmed", "unknown"],
    "verified_on": ["", "2026-01-02"],
    "verified_by": ["", "Fake Person"],
    "wheelchair_parking": ["", "yes"],
    "note": ["", "a\ufffdb", "plain"],
}


def parsed(rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> DirectoryReading:
    return parse_directory(as_csv(*rows, columns=columns), today=TODAY)


def alone(rows: list[dict[str, str]]) -> tuple[list[Site], list[Problem]]:
    """What each row gives in a file of its own, with the lines it has among the others."""
    readings = [parsed([row]) for row in rows]
    sites = [site for reading in readings for site in reading.sites]
    problems = [
        replace(problem, line=line)
        for line, reading in enumerate(readings, start=2)
        for problem in reading.problems
    ]
    return sites, problems


def own_pin(number: int) -> dict[str, str]:
    """A row that is right, with a pin that no other has however many there are."""
    return pinned(number, latitude=f"44.98{number:04}1")


def with_own_pin(number: int, cells: dict[str, str]) -> dict[str, str]:
    """The cells with a latitude that no other row has, as two pins on one point are a problem of two rows."""
    latitude = cells.get("latitude")
    return cells | {"latitude": f"{latitude}{number:03d}1"} if latitude else cells


ODD_ROWS: Final = st.lists(
    st.fixed_dictionaries({}, optional={column: st.sampled_from(cells) for column, cells in CELLS.items()}),
    min_size=1,
    max_size=40,
)


@given(odd=ODD_ROWS, after=st.booleans())
@settings(max_examples=min(60, settings().max_examples), deadline=None)
def test_many_rows_give_what_each_gives_alone(odd: list[dict[str, str]], after: bool) -> None:
    right = [own_pin(number) for number in range(MANY)]
    wrong = [own_pin(MANY + number) | with_own_pin(number, cells) for number, cells in enumerate(odd)]
    rows = right + wrong if after else wrong + right
    reading = parsed(rows)
    assert (list(reading.sites), list(reading.problems)) == alone(rows)


def test_many_rows_without_a_column_give_no_clinic_and_no_problem_of_their_own() -> None:
    reading = parsed([own_pin(number) for number in range(MANY)], COLUMNS[:-1])
    assert (reading.sites, reading.rows_read) == ((), MANY)
    assert [problem.line for problem in reading.problems] == [1]


def test_many_rows_may_lack_the_column_that_a_file_may_lack() -> None:
    columns = tuple(column for column in COLUMNS if column not in OPTIONAL_COLUMNS)
    rows = [own_pin(number) for number in range(MANY)]
    reading = parsed(rows, columns)
    assert (list(reading.sites), list(reading.problems)) == alone(rows)
    assert len(reading.sites) == MANY


def test_a_made_up_directory_is_right_in_every_row() -> None:
    reading = parse_directory(directory_csv(400), today=TODAY)
    assert (len(reading.sites), reading.problems) == (400, ())


def test_clinics_share_what_is_equal_of_them() -> None:
    sites = parse_directory(directory_csv(400), today=TODAY).sites
    for shared in ([site.evaluation for site in sites], [site.city for site in sites]):
        assert len({id(one) for one in shared}) == len(set(shared))


def test_blanks_around_cells_are_dropped_and_the_rest_still_shared() -> None:
    rows = [own_pin(number) | {"city": f"{' ' * (number % 3)}Testville\u00a0"} for number in range(MANY)]
    cities = [site.city for site in parsed(rows).sites]
    assert len(cities) == MANY
    assert set(cities) == {"Testville"}
    assert len({id(city) for city in cities}) == 1
