"""Many rows read at once give what each gives by itself, to the letter."""

from __future__ import annotations

from datetime import date
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from locator.clinics.bulk_rows import read_rows
from locator.clinics.csv_table import Table, read_table
from locator.clinics.reading import parse_directory
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS, read_row
from locator.sites import Site
from tests.support.made_up_directory import directory_csv
from tests.support.pin_samples import as_csv, pinned

TODAY: Final = date(2026, 11, 22)
# So many rows are read at once.
MANY: Final = 200
# Right and wrong, alone and beside others: what rules between cells tell apart, and what they do not.
CELLS: Final = {
    "phone": ["612-555-0101", "6125550101", ""],
    "latitude": ["", "45.1", "99"],
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


def table_of(rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Table:
    return read_table(as_csv(*rows, columns=columns), COLUMNS, OPTIONAL_COLUMNS)


def one_by_one(table: Table) -> list[object]:
    return [read_row(table.record(at), today=TODAY) for at in range(len(table.lines))]


ODD_ROWS: Final = st.lists(
    st.fixed_dictionaries({}, optional={column: st.sampled_from(cells) for column, cells in CELLS.items()}),
    min_size=1,
    max_size=40,
)


@given(odd=ODD_ROWS, after=st.booleans())
@settings(max_examples=60, deadline=None)
def test_many_rows_give_what_each_gives_alone(odd: list[dict[str, str]], after: bool) -> None:
    right = [pinned(number) for number in range(MANY)]
    wrong = [pinned(MANY + number) | cells for number, cells in enumerate(odd)]
    table = table_of(right + wrong if after else wrong + right)
    assert list(read_rows(table, today=TODAY)) == one_by_one(table)


def test_many_rows_without_a_column_give_no_clinic_and_no_problem_of_their_own() -> None:
    table = table_of([pinned(number) for number in range(MANY)], COLUMNS[:-1])
    assert list(read_rows(table, today=TODAY)) == [()] * MANY


def test_many_rows_may_lack_the_column_that_a_file_may_lack() -> None:
    columns = tuple(column for column in COLUMNS if column not in OPTIONAL_COLUMNS)
    rows = [pinned(number) for number in range(MANY)]
    table = table_of(rows, columns)
    answers = list(read_rows(table, today=TODAY))
    assert answers == one_by_one(table)
    assert all(isinstance(answer, Site) for answer in answers)


def test_a_made_up_directory_is_right_in_every_row() -> None:
    reading = parse_directory(directory_csv(400), today=TODAY)
    assert (len(reading.sites), reading.problems) == (400, ())


def test_clinics_share_what_is_equal_of_them() -> None:
    sites = parse_directory(directory_csv(400), today=TODAY).sites
    for shared in ([site.evaluation for site in sites], [site.city for site in sites]):
        assert len({id(one) for one in shared}) == len(set(shared))


def test_blanks_around_cells_are_dropped_and_the_rest_still_shared() -> None:
    rows = [pinned(number) | {"city": f"{' ' * (number % 3)}Testville\u00a0"} for number in range(MANY)]
    cities = table_of(rows).columns["city"]
    assert set(cities) == {"Testville"}
    assert len({id(city) for city in cities}) == 1
