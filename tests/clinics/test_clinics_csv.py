"""The shipped clinics.csv and its dictionary, held to the facts they rest on."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from locator.clinics import hours
from locator.clinics.reading import format_report, parse_directory, read_directory
from locator.clinics.schema import COLUMNS, SCHEMA
from locator.sites import Answer, PinPrecision, Site, Status

DATA = Path(__file__).resolve().parents[2] / "data"
# The newest date in the file; the file must be right on that day and on every later one.
READ_ON = date(2026, 11, 22)

LISTED = {
    "maple-grove": (
        "9645 Grove Cir N, Ste 200, Maple Grove, MN 55369",
        "Mo-Fr 08:00-17:00",
        (45.1300012, -93.4840276),
        "https://ispineclinics.com/locations/maple-grove/",
    ),
    "chaska": (
        "3000 Hundertmark Rd, Ste 250, Chaska, MN 55318",
        "Mo-Fr 08:00-17:00",
        (44.830841, -93.5981903),
        "https://ispineclinics.com/locations/chaska/",
    ),
    "burnsville": (
        "14000 Nicollet Ave, Ste 104, Burnsville, MN 55337",
        "Mo-Th 08:00-16:30",
        (44.7492112, -93.2793372),
        "https://ispineclinics.com/locations/burnsville/",
    ),
    "coon-rapids": (
        "320 Coon Rapids Blvd NW, Ste 100, Coon Rapids, MN 55433",
        "Mo-Th 07:00-19:00; Fr 08:00-16:30",
        (45.1399078, -93.276329),
        "https://ispineclinics.com/locations/coon-rapids-2/",
    ),
    "shakopee": (
        "1601 St Francis Ave, Ste 200, Shakopee, MN 55379",
        "Mo-Fr 08:00-17:00",
        (44.7710746, -93.501214),
        "https://ispineclinics.com/locations/shakopee/",
    ),
    "maplewood": (
        "1856 Beam Ave, #100, Maplewood, MN 55109",
        "Mo-Th 07:00-19:00; Fr 07:00-17:00",
        (45.0274605, -93.02225),
        "https://ispineclinics.com/locations/maplewood/",
    ),
    "edina": (
        "7700 France Ave S, Ste 240 & 260, Edina, MN 55435",
        "Mo-Th 07:00-19:00; Fr 07:00-17:00",
        (44.8628234, -93.330635),
        None,
    ),
    "delano": (
        "916 St Peter Ave E, Delano, MN 55328",
        "Th 08:00-16:30",
        (45.0361444, -93.7755421),
        "https://ispineclinics.com/locations/delano/",
    ),
}
PROCEDURE_PROVISIONAL = {"maple-grove", "burnsville"}


@pytest.fixture(scope="module")
def sites() -> dict[str, Site]:
    return {site.site_id: site for site in read_directory(DATA / "clinics.csv", today=READ_ON).sites}


def test_the_shipped_file_has_no_problem() -> None:
    reading = read_directory(DATA / "clinics.csv", today=READ_ON)
    assert reading.valid, format_report(reading)


def test_its_columns_stand_in_the_documented_order() -> None:
    header = (DATA / "clinics.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    # It may do without what came after the first release, as any file may.
    first = [name for name in COLUMNS if name in header or SCHEMA[name].about.since == "1.0"]
    assert header == first


def test_the_eight_known_clinics_are_there_as_listed(sites: dict[str, Site]) -> None:
    found = {
        site.site_id: (
            site.address,
            site.hours,
            (site.pin.point.lat_deg, site.pin.point.lon_deg) if site.pin else None,
            site.website,
        )
        for site in sites.values()
    }
    assert found == LISTED


def test_nothing_reads_as_confirmed_by_the_practice(sites: dict[str, Site]) -> None:
    for site in sites.values():
        assert (site.verified_on, site.verified_by) == (None, None)
        assert Status.CONFIRMED not in {site.evaluation.status, site.procedure.status}
        assert "not confirmed by the practice" in site.source
        assert (site.as_of, site.hours_as_of) == (date(2025, 12, 8), "2025-02")


def test_what_nobody_knows_is_left_empty(sites: dict[str, Site]) -> None:
    for site in sites.values():
        assert (site.fax, site.npi, site.accepting_new_patients) == (None, None, Answer.UNKNOWN)
        assert site.pin is not None
        assert (site.pin.source, site.pin.precision) == ("listing", PinPrecision.UNKNOWN)


def test_every_pin_says_the_address_it_was_made_for(sites: dict[str, Site]) -> None:
    with (DATA / "clinics.csv").open(encoding="utf-8", newline="") as file:
        made_for = {row["site_id"]: row["pin_address"] for row in csv.DictReader(file)}
    assert made_for == {
        site_id: f"{site.street}, {site.city}, {site.state} {site.zip_code}"
        for site_id, site in sites.items()
    }


def test_what_all_clinics_share(sites: dict[str, Site]) -> None:
    for site in sites.values():
        assert (site.name, site.phone, site.country) == ("iSpine Clinics", "763-201-8191", "US")
        assert (site.time_zone, site.active) == ("America/Chicago", True)
        wheelchair = (site.wheelchair.entrance, site.wheelchair.parking, site.wheelchair.restroom)
        assert wheelchair == (Answer.YES, Answer.YES, Answer.YES)


def test_evaluation_is_a_provisional_yes_everywhere(sites: dict[str, Site]) -> None:
    for site in sites.values():
        assert (site.evaluation.answer, site.evaluation.status) == (Answer.YES, Status.PROVISIONAL)
        assert site.evaluation.as_of == date(2026, 11, 22)
        assert "as a whole" in (site.evaluation.source or "")


def test_procedure_is_a_provisional_yes_at_two_clinics_and_unknown_at_the_others(
    sites: dict[str, Site],
) -> None:
    for site in sites.values():
        if site.site_id in PROCEDURE_PROVISIONAL:
            assert (site.procedure.answer, site.procedure.status) == (Answer.YES, Status.PROVISIONAL)
            assert site.procedure.as_of == date(2025, 12, 8)
            assert "no source says DRG" in (site.procedure.source or "")
        else:
            assert (site.procedure.answer, site.procedure.status) == (Answer.UNKNOWN, Status.UNKNOWN)
            assert (site.procedure.source, site.procedure.as_of) == (None, None)


def test_notes_warn_of_the_two_clinics_with_doubtful_hours(sites: dict[str, Site]) -> None:
    notes = {site.site_id: site.note for site in sites.values() if site.note}
    assert notes.keys() == {"shakopee", "delano"}
    assert "part-time" in notes["shakopee"]
    assert "Thursdays only" in notes["delano"]


def test_the_listed_hours_read_as_the_listing_means_them(sites: dict[str, Site]) -> None:
    coon_rapids, delano = (sites[site_id].hours or "" for site_id in ("coon-rapids", "delano"))
    assert hours.hours_summary(coon_rapids) == "Mon–Thu 7:00 am to 7:00 pm; Fri 8:00 am to 4:30 pm"
    assert hours.hours_summary(delano) == "Thu 8:00 am to 4:30 pm"


def dictionary() -> dict[str, list[str]]:
    """The dictionary's rows by column: meaning, format, whether it may be empty, example."""
    of_clinics, *_others = (DATA / "README.md").read_text(encoding="utf-8").split("\n## ")[1:]
    lines = of_clinics.splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def as_csv(cells: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerow(cells)
    return text.getvalue().encode()


def test_the_dictionary_describes_every_column_in_order_and_no_other() -> None:
    assert tuple(dictionary()) == COLUMNS
    assert all(len(row) == 4 and all(row) for row in dictionary().values())


def test_the_dictionarys_examples_make_a_valid_row() -> None:
    examples = {column: row[-1].strip("`") for column, row in dictionary().items()}
    reading = parse_directory(as_csv(examples), today=READ_ON)
    assert reading.valid, format_report(reading)
    assert reading.rows_read == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_the_dictionary_says_truly_whether_a_cell_may_be_empty(column: str) -> None:
    # The barest row: what is required, and nothing that makes another cell required.
    bare = {name: row[-1].strip("`") if row[2] == "no" else "" for name, row in dictionary().items()}
    bare |= {"evaluation": "unknown", "evaluation_status": "unknown"}
    assert parse_directory(as_csv(bare), today=READ_ON).valid
    if dictionary()[column][2] == "no":
        problems = parse_directory(as_csv(bare | {column: ""}), today=READ_ON).problems
        assert column in {problem.column for problem in problems}
