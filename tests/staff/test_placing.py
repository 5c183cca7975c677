"""Pins for the clinics of a table that is being edited: which are asked for, and what is left out."""

from __future__ import annotations

from datetime import date

import pytest

from locator.clinics import ClinicTable
from locator.clinics.reading import parse_directory
from locator.clinics.schema import COLUMNS
from locator.geocoding.pins.asking import PIN_ADDRESS
from locator.geocoding.pins.plan import Proposal
from locator.geocoding.types import AnswerKind, Found, PostalAddress, ServiceOutageError
from locator.sites import Site
from locator.staff.editing.placing import ask, with_pins, without_a_pin
from tests.support.pin_samples import GAZETTEER, MIDDLE, TODAY, FakeGeocoder, as_csv, found, pinned, row

ADDRESS = "1 Nowhere St, Testville, MN 55999"


def table_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> ClinicTable:
    return ClinicTable.parse(as_csv(*rows, columns=columns))


def sites_of(table: ClinicTable) -> tuple[Site, ...]:
    return parse_directory(table.to_bytes(), today=TODAY).sites


def due(table: ClinicTable) -> list[str]:
    return [site.site_id for site in without_a_pin(table, sites_of(table))]


def asked(table: ClinicTable, geocoder: FakeGeocoder) -> list[Proposal]:
    """What the service says of every clinic that is due."""
    return [
        ask(site, geocoder, GAZETTEER, today=TODAY, budget_s=1)
        for site in without_a_pin(table, sites_of(table))
    ]


def placed(table: ClinicTable, geocoder: FakeGeocoder) -> tuple[ClinicTable, tuple[str, ...]]:
    return with_pins(table, asked(table, geocoder), sites_of(table))


@pytest.mark.parametrize(
    ("cells", "is_due"),
    [
        (row(1), True),
        (pinned(1), False),
        (pinned(1, pin_address=ADDRESS), False),
        (pinned(1, pin_address=ADDRESS.upper()), False),
        (pinned(1, pin_address="9 Elsewhere St, Testville, MN 55999"), True),
        (pinned(1, pin_address="9 Elsewhere St, Testville, MN 55999", pin_source="manual"), False),
    ],
)
def test_a_clinic_needs_a_pin_if_it_has_none_or_one_for_another_address(
    cells: dict[str, str], *, is_due: bool
) -> None:
    assert due(table_of(cells)) == (["fake-1"] if is_due else [])


def test_a_table_without_the_column_of_pin_addresses_is_read_as_well() -> None:
    columns = tuple(column for column in COLUMNS if column != PIN_ADDRESS)
    table = table_of(row(1), pinned(2), columns=columns)
    assert due(table) == ["fake-1"]
    after, _ = placed(table, FakeGeocoder())
    assert after.columns == (*columns, PIN_ADDRESS)
    assert [cells[PIN_ADDRESS] for cells in after.rows] == [ADDRESS, ""]


def test_the_service_is_asked_for_the_address_alone() -> None:
    geocoder = FakeGeocoder()
    asked(table_of(row(1, unit="Ste 9", zip="55999-0001"), pinned(2)), geocoder)
    assert geocoder.asked == [ADDRESS]


def test_an_answer_that_nothing_speaks_against_becomes_a_pin_and_nothing_else_changes() -> None:
    table = table_of(row(1, note="kept"), pinned(2))
    after, left_out = placed(table, FakeGeocoder())
    assert left_out == ()
    assert after.rows[1] == table.rows[1]
    changed = {column: text for column, text in after.rows[0].items() if text != table.rows[0][column]}
    assert changed == {
        "latitude": "44.980090",
        "longitude": "-93.270000",
        "pin_source": f"geocoded: Fake Maps, {TODAY.isoformat()}",
        "pin_precision": "address",
        PIN_ADDRESS: ADDRESS,
    }
    assert [problem.message for problem in parse_directory(after.to_bytes(), today=TODAY).problems] == []
    assert due(after) == []


def nothing(_address: PostalAddress) -> tuple[Found, ...]:
    return ()


def middle_of_the_city(_address: PostalAddress) -> tuple[Found, ...]:
    return (found(MIDDLE, AnswerKind.CITY),)


def another_state(_address: PostalAddress) -> tuple[Found, ...]:
    return (found(state="WI"),)


@pytest.mark.parametrize(
    ("geocoder", "said"),
    [
        (FakeGeocoder(nothing), "Fake Maps does not know this address"),
        (FakeGeocoder(middle_of_the_city), "only the middle of the city"),
        (FakeGeocoder(another_state), "wrong state"),
    ],
)
def test_a_doubtful_answer_is_left_out_with_its_reason(geocoder: FakeGeocoder, said: str) -> None:
    table = table_of(row(1))
    after, (sentence,) = placed(table, geocoder)
    assert after == table
    assert sentence.startswith("fake-1: ")
    assert said in sentence


def one_point(_address: PostalAddress) -> tuple[Found, ...]:
    return (found(),)


def test_no_two_clinics_get_one_point() -> None:
    after, (sentence,) = placed(table_of(row(1), row(2)), FakeGeocoder(one_point))
    assert [cells["latitude"] != "" for cells in after.rows] == [True, False]
    assert sentence.startswith("fake-2: the same point as fake-1")


def down(_address: PostalAddress) -> tuple[Found, ...]:
    raise ServiceOutageError("Fake Maps did not answer.")


def test_an_outage_is_never_taken_for_an_address_nobody_knows() -> None:
    (site,) = sites_of(table_of(row(1)))
    with pytest.raises(ServiceOutageError):
        ask(site, FakeGeocoder(down), GAZETTEER, today=TODAY, budget_s=1)


def test_without_an_answer_the_table_stays_as_it_is() -> None:
    table = table_of(row(1))
    assert with_pins(table, [], sites_of(table)) == (table, ())


def test_the_day_of_asking_stands_in_the_source() -> None:
    (site,) = sites_of(table_of(row(1)))
    proposal = ask(site, FakeGeocoder(), GAZETTEER, today=date(2026, 1, 31), budget_s=1)
    after, _ = with_pins(table_of(row(1)), [proposal], [site])
    assert after.rows[0]["pin_source"] == "geocoded: Fake Maps, 2026-01-31"
