"""Measuring how well addresses are placed: figures, bad rows, and no address in print."""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.cli.evaluate import (
    COLUMNS,
    add_parser,
    as_json,
    as_text,
    measure,
)
from locator.cli.matching.rows import ColumnsUnfitError, TableUnreadableError
from locator.clinics.reading import read_directory
from locator.clinics.search import distance_m
from locator.geocoding.accuracy import Measuring
from locator.geocoding.places.gazetteer import Gazetteer, ZipArea, load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.geocoding.types import PostalAddress
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
from tests.support.samples import make_site

ROOT = Path(__file__).resolve().parents[2]
SAME_NAMES = {column: column for column in COLUMNS}
HERE = Coordinate(45.0, -93.0)


def north_of(point: Coordinate, metres: float) -> Coordinate:
    return Coordinate(point.lat_deg + metres / 111_140, point.lon_deg)


WEST = make_site("fake-west", Coordinate(45.0, -93.2))
EAST = make_site("fake-east", Coordinate(45.0, -92.9))
FAR_EAST = make_site("fake-far-east", Coordinate(45.0, -92.5))
CLINICS = (WEST, EAST, FAR_EAST)


def origin(radius_m: float, precision: Precision = Precision.ZIP, at: Coordinate = HERE) -> Origin:
    return Origin(f"a fake place of {precision}", at, precision, radius_m, "test gazetteer")


class FakePlaces:
    """Answers by city: what the test put there, else that it is not known."""

    def __init__(self, **answers: PlaceAnswer) -> None:
        self._answers = answers

    def place(self, address: PostalAddress) -> PlaceAnswer:
        """What is known of the city."""
        return self._answers.get(address.city or "", NotLocated("not known"))


def measured(rows: Iterable[tuple[str, Coordinate]], /, *sites: Site, **answers: PlaceAnswer) -> Measuring:
    """Rows of city and true point among the sites, by default the three clinics."""
    measuring = Measuring(sites or CLINICS, FakePlaces(**answers).place)
    measuring.add([(PostalAddress(city=city), point) for city, point in rows])
    return measuring


def test_errors_are_geodesic_miles_by_rank() -> None:
    rows = [("here", north_of(HERE, step * METRES_PER_MILE)) for step in range(1, 21)]
    found = measured(rows, here=Located(origin(10.5 * METRES_PER_MILE))).result().overall
    assert found is not None
    assert found.placed == 20
    assert (found.median_mi, found.p90_mi, found.p95_mi, found.worst_mi) == pytest.approx(
        (10, 18, 19, 20), abs=0.02
    )
    assert found.inside == 10


def test_an_address_exactly_on_the_radius_is_inside() -> None:
    point = north_of(HERE, 1000)
    radius_m = distance_m(HERE, point)
    for stated_m, inside in ((radius_m, 1), (radius_m - 0.001, 0)):
        found = measured([("here", point)], here=Located(origin(stated_m))).result().overall
        assert found is not None
        assert found.inside == inside


def test_answers_that_place_nothing_are_told_apart() -> None:
    several = Ambiguous((origin(1.0), origin(1.0, Precision.CITY)))
    rows = [("here", HERE), ("two", HERE), ("two", HERE), ("nowhere", HERE), ("gone", HERE), ("off", HERE)]
    found = measured(rows, here=Located(origin(1.0)), two=several).result()
    assert (found.addresses, found.ambiguous, found.unknown) == (6, 2, 3)
    assert found.overall is not None
    assert found.overall.placed == 1


def test_the_first_clinic_is_judged_from_the_true_point() -> None:
    rows = [("here", Coordinate(45.0, -92.95)), ("here", Coordinate(45.0, -93.15))]
    found = measured(rows, here=Located(origin(1.0))).result().overall
    assert found is not None
    # From the middle the east one is nearer; the second person lives beside the west one.
    assert (found.first_nearest, found.others) == (1, 1)
    extra_m = distance_m(Coordinate(45.0, -93.15), Coordinate(45.0, -92.9)) - distance_m(
        Coordinate(45.0, -93.15), Coordinate(45.0, -93.2)
    )
    assert found.extra_mi == pytest.approx(extra_m / METRES_PER_MILE, rel=1e-9)


@pytest.mark.parametrize(("radius_m", "marked"), [(1000.0, 0), (6000.0, 1)])
def test_a_wrong_first_clinic_counts_as_marked_only_when_the_nearest_is_joined_to_it(
    radius_m: float, marked: int
) -> None:
    found = measured([("here", Coordinate(45.0, -93.15))], here=Located(origin(radius_m))).result().overall
    assert found is not None
    assert (found.others, found.marked, found.unmarked) == (1, marked, 1 - marked)


def test_a_mark_behind_a_gap_joins_nothing_to_the_first() -> None:
    # Two far clinics are marked as about the same as each other, not as the first.
    sites = (
        EAST,
        make_site("fake-b", Coordinate(45.0, -92.0)),
        make_site("fake-c", Coordinate(45.0, -91.99)),
    )
    found = (
        measured([("here", Coordinate(45.0, -91.98))], *sites, here=Located(origin(2000.0))).result().overall
    )
    assert found is not None
    assert (found.others, found.marked) == (1, 0)


def test_two_clinics_equally_near_are_both_right() -> None:
    at = Coordinate(45.0, -92.9)
    twins = (make_site("fake-a", at), make_site("fake-b", at))
    found = measured([("here", HERE)], *twins, here=Located(origin(1.0))).result().overall
    assert found is not None
    assert (found.first_nearest, found.extra_mi) == (1, 0.0)


def test_clinics_that_are_closed_or_have_no_pin_take_no_part() -> None:
    beside = make_site("fake-closed", Coordinate(45.0, -93.01), active=False)
    unplaced = make_site("fake-unplaced", None)
    found = measured([("here", HERE)], *CLINICS, beside, unplaced, here=Located(origin(1.0))).result()
    assert found.clinics == 3
    assert found.overall is not None
    assert found.overall.first_nearest == 1


def test_without_clinics_the_errors_are_still_measured() -> None:
    unplaced = make_site("fake-unplaced", None)
    found = measured([("here", north_of(HERE, 1609))], unplaced, here=Located(origin(1.0))).result()
    assert found.clinics == 0
    assert found.overall is not None
    assert found.overall.median_mi == 1.0


def test_each_precision_has_figures_of_its_own() -> None:
    rows = [("zip", north_of(HERE, 1609)), ("zip", north_of(HERE, 1609)), ("city", north_of(HERE, 16090))]
    by_city = Located(origin(2000.0, Precision.CITY))
    found = measured(rows, zip=Located(origin(2000.0)), city=by_city).result()
    assert list(found.by_precision) == [Precision.ZIP, Precision.CITY]
    zips, cities = found.by_precision.values()
    assert (zips.placed, zips.inside, zips.worst_mi) == (2, 2, 1.0)
    assert (cities.placed, cities.inside, cities.worst_mi) == (1, 0, 10.0)


POINTS = st.builds(Coordinate, st.floats(44, 46), st.floats(-94, -92))


@given(st.lists(st.tuples(st.sampled_from(["zip", "city", "lost"]), POINTS), max_size=30), st.integers(1, 30))
def test_batches_make_no_difference_and_the_parts_add_up(
    rows: list[tuple[str, Coordinate]], cut: int
) -> None:
    answers: Mapping[str, PlaceAnswer] = {
        "zip": Located(origin(20_000.0)),
        "city": Located(origin(9_000.0, Precision.CITY)),
    }
    whole = measured(rows, **answers)
    parts = measured(rows[:cut], **answers)
    parts.add([(PostalAddress(city=city), point) for city, point in rows[cut:]])
    one, other = (replace(measuring.result(), per_second=None) for measuring in (whole, parts))
    assert other.by_precision.keys() == one.by_precision.keys()
    if one.overall is None or other.overall is None:
        assert one == other
        return
    assert replace(other.overall, extra_mi=0.0) == replace(one.overall, extra_mi=0.0)
    assert other.overall.extra_mi == pytest.approx(one.overall.extra_mi)
    assert sum(figures.placed for figures in one.by_precision.values()) == one.overall.placed
    assert one.overall.marked <= one.overall.others
    assert one.overall.median_mi <= one.overall.p90_mi <= one.overall.p95_mi <= one.overall.worst_mi + 0.01


@given(st.lists(POINTS, min_size=1, max_size=20), POINTS, st.floats(0, 40_000))
def test_nobody_inside_the_stated_radius_is_shown_a_wrong_first_clinic_without_a_mark(
    truths: list[Coordinate], at: Coordinate, radius_m: float
) -> None:
    here = Located(origin(radius_m, at=at))
    inside = [("here", point) for point in truths if distance_m(at, point) <= radius_m]
    found = measured(inside, here=here).result().overall
    assert found is None or found.unmarked == 0


# The table


def table(folder: Path, *rows: Sequence[object], header: Sequence[str] = COLUMNS) -> Path:
    path = folder / "known.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


GOOD = ("1 Fake St", "here", "MN", "55999", 45.0, -93.0)


def nothing_but_here() -> Measuring:
    return Measuring(CLINICS, FakePlaces(here=Located(origin(1.0))).place)


def test_bad_rows_are_listed_by_line_and_the_rest_is_measured(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        GOOD,
        ("1 Fake St", "here", "MN"),
        ("", " ", "MN", "", 45.0, -93.0),
        ("1 Fake St", "here", "MN", "", "north", -93.0),
        ("1 Fake St", "here", "MN", "", 95.0, -93.0),
        ("1 Fake St", "here", "MN", "", "nan", -93.0),
        (),
        ("2 Fake\nSt", "here", "MN", "", 45.0, -93.0),
        ("1 Fake St", "here", "MN", "", "", ""),
    )
    report = measure(path, SAME_NAMES, nothing_but_here())
    assert report.accuracy.addresses == 2
    assert report.bad == 6
    point = "latitude and longitude are not a point on Earth in degrees"
    assert [(row.line, row.reason) for row in report.bad_rows] == [
        (3, "3 cells where 6 belong"),
        (4, "no address, city or ZIP code"),
        (5, point),
        (6, point),
        (7, point),
        (11, point),
    ]


def test_bytes_that_are_not_text_spoil_their_own_row_only(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, ("1 Faké St", *GOOD[1:]), GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace("é".encode(), b"\xe9"))
    report = measure(path, SAME_NAMES, nothing_but_here())
    assert report.accuracy.addresses == 2
    assert [(row.line, row.reason) for row in report.bad_rows] == [(3, "not UTF-8 text")]


def test_a_quote_too_many_is_a_bad_row(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD)
    path.write_text(path.read_text(encoding="utf-8") + '"1 Fake" St,here,MN,,45,-93\n', encoding="utf-8")
    report = measure(path, SAME_NAMES, nothing_but_here())
    assert (report.accuracy.addresses, report.bad) == (1, 1)
    assert "CSV" in report.bad_rows[0].reason


def test_the_list_of_bad_rows_ends_but_their_count_does_not(tmp_path: Path) -> None:
    report = measure(table(tmp_path, *[("x",)] * 5000), SAME_NAMES, nothing_but_here())
    assert (report.bad, len(report.bad_rows)) == (5000, 1000)
    assert as_text(report).endswith("and 4,000 bad rows more")


def test_more_rows_than_a_batch_are_all_measured(tmp_path: Path) -> None:
    report = measure(table(tmp_path, *[GOOD] * 5000), SAME_NAMES, nothing_but_here())
    assert report.accuracy.addresses == 5000


def test_columns_are_found_by_any_name_that_is_given_whatever_its_case(tmp_path: Path) -> None:
    header = ("Y", "Where", " TOWN", "State", "zip", "x")
    path = table(tmp_path, (45.0, "1 Fake St", "here", "MN", "", -93.0), header=header)
    names = SAME_NAMES | {"address": "where", "city": "Town", "latitude": "y", "longitude": "X"}
    assert measure(path, names, nothing_but_here()).accuracy.overall is not None


@pytest.mark.parametrize("header", [COLUMNS[1:], ("address", *COLUMNS), ()])
def test_a_column_that_is_not_there_once_is_refused_with_the_names_found(
    tmp_path: Path, header: tuple[str, ...]
) -> None:
    with pytest.raises(ColumnsUnfitError) as caught:
        measure(table(tmp_path, header=header), SAME_NAMES, nothing_but_here())
    assert "each of these columns once: address" in str(caught.value)
    assert ", ".join(header) in str(caught.value)


def test_an_address_in_place_of_a_header_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ColumnsUnfitError, match="no header line") as caught:
        measure(table(tmp_path, header=list(map(str, GOOD))), SAME_NAMES, nothing_but_here())
    assert "Fake" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadableError, match=r"missing\.csv cannot be read"):
        measure(tmp_path / "missing.csv", SAME_NAMES, nothing_but_here())


class Noting:
    """Notes the addresses it is asked for."""

    def __init__(self) -> None:
        self.asked: list[PostalAddress] = []

    def place(self, address: PostalAddress) -> PlaceAnswer:
        """Nothing is known."""
        self.asked.append(address)
        return NotLocated("not known")


def test_cells_become_an_address_and_what_is_odd_is_kept_as_it_is(tmp_path: Path) -> None:
    rows = [
        ("1 Fake St", "Faketown", "minnesota", "55999-0123", 45, -93),
        ("", "Faketown", "Nowhereland", "5599", 45, -93),
        ("", "", "", "559990", 45, -93),
        ("1 Fake St, Faketown, MN 55999", "", "", "", 45, -93),
    ]
    noting = Noting()
    measure(table(tmp_path, *rows), SAME_NAMES, Measuring((), noting.place))
    assert noting.asked == [
        PostalAddress("1 Fake St", None, "Faketown", "MN", "55999"),
        PostalAddress(None, None, "Faketown", "Nowhereland", "5599"),
        PostalAddress(zip_code="559990"),
        PostalAddress("1 Fake St, Faketown, MN 55999"),
    ]


# The report


def test_no_cell_of_the_table_is_printed(tmp_path: Path) -> None:
    canary = ("9 Canaryhidden Ln", "Canaryton", "MN", "55998", "no", "point")
    report = measure(table(tmp_path, canary, (*canary[:4], 45, -93)), SAME_NAMES, nothing_but_here())
    for text in (as_text(report), json.dumps(as_json(report))):
        assert "anary" not in text
        assert "55998" not in text


def test_text_and_json_say_the_same(tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, (*GOOD[:4], 45.0, -93.15), ("", "lost", "", "", 45, -93), ("x",))
    report = measure(path, SAME_NAMES, nothing_but_here())
    said: dict[str, Any] = as_json(report)
    assert {key: said[key] for key in ("rows", "bad", "addresses", "placed", "ambiguous", "unknown")} == {
        "rows": 4,
        "bad": 1,
        "addresses": 3,
        "placed": 2,
        "ambiguous": 0,
        "unknown": 1,
    }
    overall = said["overall"]
    assert overall == said["by_precision"]["zip"]
    assert (overall["placed_share"], overall["first_nearest_share"]) == (0.6667, 0.5)
    assert (overall["others"], overall["others_marked_share"], overall["others_unmarked"]) == (1, 0.0, 1)
    lines = {line[:46].strip(): line[46:].split() for line in as_text(report).splitlines()}
    assert lines["share of all addresses"] == ["66.7%"] * 2
    assert lines["worst error, miles"] == [f"{overall['worst_error_mi']:.2f}"] * 2
    assert lines["inside the stated radius"] == ["50.0%"] * 2
    assert lines["first clinic truly the nearest"] == ["50.0%"] * 2
    assert lines['of the others, marked "about the same"'] == ["0.0%"] * 2
    assert lines["of the others, not marked"] == ["1"] * 2


def test_a_share_of_nothing_is_null_in_json(tmp_path: Path) -> None:
    said = as_json(measure(table(tmp_path, GOOD), SAME_NAMES, nothing_but_here()))
    assert said["overall"]["others_marked_share"] is None


def documented_keys() -> set[str]:
    text = (ROOT / "docs" / "evaluating.md").read_text(encoding="utf-8")
    return {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}


def test_every_key_of_the_json_is_documented_and_no_other(tmp_path: Path) -> None:
    said = as_json(measure(table(tmp_path, GOOD, ("x",)), SAME_NAMES, nothing_but_here()))
    assert documented_keys() == {*said, *said["overall"], *said["bad_rows"][0]} | {
        f"--{column}" for column in COLUMNS
    }


# The command


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    options = parser.parse_args(["evaluate", *arguments])
    return int(options.run(options))


def test_the_command_prints_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, ("1 Fake St", "Edina", "MN", "55435", 44.87, -93.33))
    assert run(str(path), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["placed"], list(said["by_precision"])) == (1, ["zip"])
    assert said["clinics"] > 0
    assert said["addresses_per_second"] > 0
    assert run(str(path)) == 0
    assert "first clinic truly the nearest" in capsys.readouterr().out


def test_missing_columns_are_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(table(tmp_path, GOOD)), "--city", "town") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "town" in printed.err
    assert "It has: address, city" in printed.err


def test_a_table_without_a_usable_row_is_invalid_data(tmp_path: Path) -> None:
    assert run(str(table(tmp_path, ("x",)))) == 5


# What is promised, on addresses made from the shipped data


def people(gazetteer: Gazetteer, count: int) -> list[tuple[PostalAddress, Coordinate]]:
    """Made-up addresses in Minnesota, as many in each ZIP as live there, even over its own patch of land.

    A patch is what is nearest to the ZIP's middle after its size is allowed for: see decision 002.
    """
    dice = random.Random(20261122)
    inhabited = [area for area in gazetteer.zips.values() if area.population and area.kind == "standard"]
    weights = [(area.population or 0) * (area.state == "MN") for area in inhabited]
    near = {area.zip_code: neighbours(area, inhabited) for area in inhabited}
    made: list[tuple[PostalAddress, Coordinate]] = []
    while len(made) < count:
        (area,) = dice.choices(inhabited, weights)
        point = spot(area, near[area.zip_code], dice)
        if point is not None:
            made.append(
                (
                    PostalAddress(f"{dice.randint(1, 9999)} Fake St", None, area.city, "MN", area.zip_code),
                    point,
                )
            )
    return made


def neighbours(area: ZipArea, every: Sequence[ZipArea]) -> list[ZipArea]:
    return [
        other
        for other in every
        if distance_m_roughly(area.point, other.point) < 2 * area.radius_m + other.radius_m
    ]


def spot(area: ZipArea, near: Sequence[ZipArea], dice: random.Random) -> Coordinate | None:
    """An even spot of the ZIP's patch; None where a few throws around the ZIP hit no such spot."""
    for _ in range(50):
        reach_m, turn = 2 * area.radius_m * math.sqrt(dice.random()), dice.uniform(0, 2 * math.pi)
        point = Coordinate(
            area.point.lat_deg + reach_m * math.cos(turn) / 111_140,
            area.point.lon_deg
            + reach_m * math.sin(turn) / 111_140 / math.cos(math.radians(area.point.lat_deg)),
        )
        if min(near, key=lambda other: power_m2(point, other)) is area:
            return point
    return None


def power_m2(point: Coordinate, area: ZipArea) -> float:
    # The shipped radius is 1.2 times that of a disc of the area.
    return distance_m_roughly(point, area.point) ** 2 - (area.radius_m / 1.2) ** 2


def distance_m_roughly(start: Coordinate, end: Coordinate) -> float:
    narrow = math.cos(math.radians((start.lat_deg + end.lat_deg) / 2))
    return 111_140 * math.hypot(start.lat_deg - end.lat_deg, (start.lon_deg - end.lon_deg) * narrow)


@pytest.fixture(scope="module")
def shipped() -> tuple[Gazetteer, tuple[Site, ...]]:
    sites = read_directory(ROOT / "data" / "clinics.csv", today=date(2100, 1, 1)).sites
    return load_gazetteer(ROOT / "data" / "gazetteer"), sites


def test_a_zips_radius_holds_what_it_promises_and_every_wrong_first_clinic_is_marked(
    shipped: tuple[Gazetteer, tuple[Site, ...]],
) -> None:
    gazetteer, sites = shipped
    measuring = Measuring(sites, OfflinePlaces(gazetteer, sites).place_address)
    measuring.add(people(gazetteer, 2000))
    found = measuring.result().by_precision[Precision.ZIP]
    assert found.placed == 2000
    assert 0.90 <= found.inside / found.placed <= 0.97
    assert found.others > 20
    assert found.unmarked == 0
