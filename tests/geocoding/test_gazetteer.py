"""The shipped gazetteer held to facts, and the loader held to its errors."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import LocatorError
from locator.geocoding.places.gazetteer import SOURCE, Gazetteer, GazetteerInvalidError, load_gazetteer
from locator.sites import METRES_PER_MILE, Coordinate
from scripts.gazetteer.names import county_name, key, shortens, spelled_out, without_short_forms
from scripts.gazetteer.spread import Disc, centre, distance_mi, parts, radius_holding_mi
from scripts.gazetteer.users import name_shares, share_out

FOLDER = Path(__file__).resolve().parents[2] / "data" / "gazetteer"
METRO_COUNTIES = {"Anoka", "Carver", "Dakota", "Hennepin", "Ramsey", "Scott", "Washington"}

# Every city of the seven metro counties, some of which no post office is named after.
METRO_CITIES = """
Afton; Andover; Anoka; Apple Valley; Arden Hills; Bayport; Belle Plaine; Bethel; Blaine; Bloomington;
Brooklyn Center; Brooklyn Park; Burnsville; Carver; Centerville; Champlin; Chanhassen; Chaska; Circle
Pines; Cologne; Columbia Heights; Columbus; Coon Rapids; Corcoran; Cottage Grove; Crystal; Dayton;
Deephaven; Dellwood; Eagan; East Bethel; Eden Prairie; Edina; Elko New Market; Excelsior; Falcon Heights;
Farmington; Forest Lake; Fridley; Gem Lake; Golden Valley; Grant; Greenfield; Greenwood; Ham Lake;
Hamburg; Hampton; Hastings; Hilltop; Hopkins; Hugo; Independence; Inver Grove Heights; Jordan; Lake Elmo;
Lake Saint Croix Beach; Lakeland; Lakeland Shores; Lakeville; Landfall; Lauderdale; Lexington; Lilydale;
Lino Lakes; Little Canada; Long Lake; Loretto; Mahtomedi; Maple Grove; Maple Plain; Maplewood; Marine on
Saint Croix; Mayer; Medicine Lake; Medina; Mendota; Mendota Heights; Minneapolis; Minnetonka; Minnetonka
Beach; Minnetrista; Mound; Mounds View; New Brighton; New Germany; New Hope; New Trier; Newport; North
Oaks; North Saint Paul; Norwood Young America; Nowthen; Oak Grove; Oak Park Heights; Oakdale; Orono;
Osseo; Pine Springs; Plymouth; Prior Lake; Ramsey; Randolph; Richfield; Robbinsdale; Rogers; Rosemount;
Roseville; Saint Anthony; Saint Bonifacius; Saint Francis; Saint Louis Park; Saint Marys Point; Saint
Paul; Saint Paul Park; Savage; Scandia; Shakopee; Shoreview; Shorewood; South Saint Paul; Spring Lake
Park; Spring Park; Stillwater; Sunfish Lake; Tonka Bay; Vadnais Heights; Vermillion; Victoria; Waconia;
Watertown; Wayzata; West Saint Paul; White Bear Lake; Willernie; Woodbury; Woodland
"""

# The clinics' pins, by ZIP. They took no part in choosing the radii.
CLINIC_PINS = {
    "55369": (45.1300012, -93.4840276),
    "55318": (44.830841, -93.5981903),
    "55337": (44.7492112, -93.2793372),
    "55433": (45.1399078, -93.276329),
    "55379": (44.7710746, -93.501214),
    "55109": (45.0274605, -93.02225),
    "55435": (44.8628234, -93.330635),
    "55328": (45.0361444, -93.7755421),
}


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return load_gazetteer(FOLDER)


def _metres_apart(one: Coordinate, other: Coordinate) -> float:
    return float(geodesic((one.lat_deg, one.lon_deg), (other.lat_deg, other.lon_deg)).m)


def test_all_of_minnesota_and_western_wisconsin_are_covered(shipped: Gazetteer) -> None:
    assert Counter(area.state for area in shipped.zips.values()) == {"MN": 1032, "WI": 156}
    assert Counter(county.state for county in shipped.counties) == {"MN": 87, "WI": 17}
    wisconsin = {county.name for county in shipped.counties if county.state == "WI"}
    assert {"St. Croix", "Pierce", "Polk", "Douglas", "La Crosse", "Eau Claire"} <= wisconsin
    assert {(area.county, area.state) for area in shipped.zips.values()} == {
        (county.name, county.state) for county in shipped.counties
    }


@pytest.mark.parametrize("code", ["56714", "55123", "56085", "55161", "55365", "55440", "54016", "55369"])
def test_a_zip_that_others_forget_is_there(shipped: Gazetteer, code: str) -> None:
    assert code in shipped.zips


def test_a_zip_knows_the_city_its_people_say_they_live_in(shipped: Gazetteer) -> None:
    assert (shipped.zips["55369"].city, shipped.zips["55369"].other_cities) == ("Osseo", ("Maple Grove",))
    assert "Eagan" in shipped.zips["55123"].other_cities
    assert "Edina" in shipped.zips["55435"].other_cities
    assert "Deephaven" in shipped.zips["55331"].other_cities


def test_no_name_of_a_zip_is_an_abbreviation_a_repeat_or_a_company(shipped: Gazetteer) -> None:
    for area in shipped.zips.values():
        assert len({key(name) for name in (area.city, *area.other_cities)}) == 1 + len(area.other_cities)
        assert area.other_cities == tuple(sorted(area.other_cities))
        assert not any(
            re.search(r"\b(St|Hts|Hgts|Ctr|Twp|Mrkt|Vlg|Lk)\b", name) for name in area.other_cities
        )
    assert "Damark" not in shipped.zips["55468"].other_cities
    assert "State Farm Ins" not in shipped.zips["55161"].other_cities


def test_kinds_of_zip_are_told_apart(shipped: Gazetteer) -> None:
    kinds = {code: shipped.zips[code].kind for code in ("55407", "55365", "55161")}
    assert kinds == {"55407": "standard", "55365": "po_box", "55161": "unique"}


def test_every_name_of_a_zip_is_a_city_too(shipped: Gazetteer) -> None:
    known = {(city.name, city.state) for city in shipped.cities}
    named = {(name, area.state) for area in shipped.zips.values() for name in (area.city, *area.other_cities)}
    assert named <= known


def test_every_city_of_the_metro_is_known_in_the_metro(shipped: Gazetteer) -> None:
    known = {city.name for city in shipped.cities if city.state == "MN" and city.county in METRO_COUNTIES}
    assert {" ".join(name.split()) for name in METRO_CITIES.split(";")} - known == set()


def test_a_city_that_spans_counties_is_listed_once(shipped: Gazetteer) -> None:
    for name, county in (
        ("Blaine", "Anoka"),
        ("Chanhassen", "Carver"),
        ("Hastings", "Dakota"),
        ("Saint Cloud", "Stearns"),
    ):
        assert [city.county for city in shipped.cities if (city.name, city.state) == (name, "MN")] == [county]
    assert {city.state for city in shipped.cities if city.name == "Osseo"} == {"MN", "WI"}


def test_cities_of_one_name_in_one_state_are_far_apart(shipped: Gazetteer) -> None:
    by_name = defaultdict(list)
    for city in shipped.cities:
        by_name[key(city.name), city.state].append(city.point)
    pairs = [pair for points in by_name.values() for pair in combinations(points, 2)]
    assert all(_metres_apart(*pair) > 25 * METRES_PER_MILE for pair in pairs)


def test_every_local_point_lies_in_the_region(shipped: Gazetteer) -> None:
    points = [
        *((area.state, area.point) for area in shipped.zips.values()),
        *((city.state, city.point) for city in shipped.cities),
        *((county.state, county.point) for county in shipped.counties),
    ]
    for state, point in points:
        assert 43.4 <= point.lat_deg <= 49.4, point
        assert (-97.3 if state == "MN" else -93.0) <= point.lon_deg <= -89.4, point


def test_points_are_where_the_places_are(shipped: Gazetteer) -> None:
    minneapolis = next(city for city in shipped.cities if city.name == "Minneapolis")
    assert _metres_apart(minneapolis.point, Coordinate(44.9775, -93.2652)) < 1000
    # Maple Plain's boxes: one source puts them nine miles away, at a point it gives to Loretto too.
    maple_plain = next(city for city in shipped.cities if city.name == "Maple Plain")
    assert shipped.zips["55570"].point == maple_plain.point


def test_radii_are_plausible(shipped: Gazetteer) -> None:
    metro = [area for area in shipped.zips.values() if area.state == "MN" and area.county in METRO_COUNTIES]
    for area in shipped.zips.values():
        floor_mi = 0.75 if area.kind == "standard" else 2.0
        assert floor_mi <= round(area.radius_m / METRES_PER_MILE, 2) <= 30, area
    # A box ZIP may stand for all of Minneapolis; Grand Marais' only ZIP is most of a county.
    assert max(area.radius_m for area in metro) / METRES_PER_MILE < 14
    assert all(2 <= round(city.radius_m / METRES_PER_MILE, 2) <= 37 for city in shipped.cities)
    assert all(7 < county.radius_m / METRES_PER_MILE < 50 for county in shipped.counties)
    # The postal name Minneapolis covers far more ground than the city.
    radii_mi = {city.name: city.radius_m / METRES_PER_MILE for city in shipped.cities if city.state == "MN"}
    assert radii_mi["Minneapolis"] > 8
    assert 3 < radii_mi["Maple Grove"] < 6


@pytest.mark.parametrize(
    ("name", "code"), [("Coon Rapids", "55448"), ("Maple Grove", "55369"), ("Victoria", "55386")]
)
def test_a_city_reaches_the_middle_of_a_zip_that_only_shares_its_name(
    shipped: Gazetteer, name: str, code: str
) -> None:
    # GeoNames' point of Coon Rapids lies at its southern end, 5 miles from the middle of one of its two ZIPs.
    city = next(city for city in shipped.cities if (city.name, city.state) == (name, "MN"))
    assert _metres_apart(city.point, shipped.zips[code].point) < city.radius_m


def test_a_zip_disc_is_larger_than_its_area_and_holds_what_the_decision_says(shipped: Gazetteer) -> None:
    # 24.7531 and 1.7863 square miles of land and water: the Census figures for 55369.
    assert shipped.zips["55369"].radius_m / METRES_PER_MILE == pytest.approx(
        1.2 * math.sqrt((24.7531 + 1.7863) / math.pi), abs=0.01
    )


@pytest.mark.parametrize(("code", "pin"), CLINIC_PINS.items())
def test_a_clinic_lies_within_the_radius_of_its_zip(
    shipped: Gazetteer, code: str, pin: tuple[float, float]
) -> None:
    area = shipped.zips[code]
    assert _metres_apart(area.point, Coordinate(*pin)) <= area.radius_m


def test_a_box_zip_without_an_area_stands_for_its_city(shipped: Gazetteer) -> None:
    for code, name in (("55365", "Monticello"), ("55440", "Minneapolis"), ("55903", "Rochester")):
        city = next(city for city in shipped.cities if (city.name, city.state) == (name, "MN"))
        area = shipped.zips[code]
        assert (area.point, area.radius_m, area.population) == (city.point, city.radius_m, None)


def test_unknown_population_is_none_and_known_ones_add_up(shipped: Gazetteer) -> None:
    assert shipped.zips["55161"].population is None
    minnesota = sum(area.population or 0 for area in shipped.zips.values() if area.state == "MN")
    assert 5_600_000 < minnesota < 5_800_000
    assert sum(county.population or 0 for county in shipped.counties if county.state == "MN") == minnesota


def test_elsewhere_covers_the_country(shipped: Gazetteer) -> None:
    states = {place.name: place for place in shipped.elsewhere if place.kind == "state"}
    assert len(states) == 51
    assert {"Minnesota", "Wisconsin", "District of Columbia", "Hawaii"} <= set(states)
    prefixes = {place.name: place.state for place in shipped.elsewhere if place.kind == "zip3"}
    assert len(prefixes) > 900
    assert {
        "554": "MN",
        "540": "WI",
        "606": "IL",
        "100": "NY",
        "006": "PR",
        "995": "AK",
    }.items() <= prefixes.items()
    cities = {(place.name, place.state) for place in shipped.elsewhere if place.kind == "city"}
    assert {
        ("New York", "NY"),
        ("Chicago", "IL"),
        ("Fargo", "ND"),
        ("Madison", "WI"),
        ("Ames", "IA"),
    } <= cities


def test_elsewhere_repeats_no_local_city_and_no_part_of_a_city(shipped: Gazetteer) -> None:
    cities = {(place.name, place.state) for place in shipped.elsewhere if place.kind == "city"}
    assert not {state for _, state in cities} & {"MN"}
    assert (
        not {("Eau Claire", "WI"), ("La Crosse", "WI"), ("Upper West Side", "NY"), ("Chicago Loop", "IL")}
        & cities
    )


def test_no_prefix_is_spread_over_a_continent(shipped: Gazetteer) -> None:
    contiguous = [p for p in shipped.elsewhere if p.kind == "zip3" and p.state not in {"AK", "HI", "GU"}]
    assert max(place.radius_m for place in contiguous) < 200 * METRES_PER_MILE
    assert all(17 < place.point.lat_deg < 50 for place in contiguous)


def test_the_files_are_small_sorted_and_in_plain_lines() -> None:
    data = [*FOLDER.glob("*.csv"), FOLDER / "basemap.geojson"]
    assert len(data) == 5
    assert sum(path.stat().st_size for path in data) < 500_000
    for path in data:
        assert b"\r" not in path.read_bytes()
        assert path.read_bytes().endswith(b"\n")
    for name, columns in (
        ("zips", [0]),
        ("cities", [0, 1, 2]),
        ("counties", [1, 0]),
        ("elsewhere", [0, 1, 2]),
    ):
        rows = list(csv.reader((FOLDER / f"{name}.csv").open(encoding="utf-8")))[1:]
        keys = [[row[column] for column in columns] for row in rows]
        assert keys == sorted(keys)


def test_the_source_line_names_both_sources_and_a_year() -> None:
    assert re.search(r"Census.*2022.*GeoNames", SOURCE)


# The base map.


@pytest.fixture(scope="module")
def basemap() -> list[dict[str, Any]]:
    text = (FOLDER / "basemap.geojson").read_text(encoding="utf-8")
    features: list[dict[str, Any]] = json.loads(text)["features"]
    return features


def _edges(feature: dict[str, Any]) -> list[frozenset[tuple[float, float]]]:
    rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
    return [frozenset((tuple(a), tuple(b))) for ring in rings for a, b in pairwise(ring)]


def test_the_base_map_is_small_and_holds_the_metro_and_its_neighbours(basemap: list[dict[str, Any]]) -> None:
    assert (FOLDER / "basemap.geojson").stat().st_size < 90_000
    counties = {
        (feature["properties"]["name"], feature["properties"]["state"])
        for feature in basemap
        if feature["properties"]["kind"] == "county"
    }
    assert {(name, "MN") for name in METRO_COUNTIES} <= counties
    assert {
        ("St. Croix", "WI"),
        ("Pierce", "WI"),
        ("Polk", "WI"),
        ("Wright", "MN"),
        ("Rice", "MN"),
    } <= counties


def test_neighbouring_counties_keep_the_very_same_border(basemap: list[dict[str, Any]]) -> None:
    counties = [feature for feature in basemap if feature["properties"]["kind"] == "county"]
    shared = Counter(edge for feature in counties for edge in _edges(feature))
    for feature in counties:
        rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
        # The metro counties have neighbours on the map all around.
        if feature["properties"]["name"] in METRO_COUNTIES and feature["properties"]["state"] == "MN":
            assert {shared[edge] for edge in _edges(feature)} == {2}, feature["properties"]["name"]


def test_border_points_have_at_most_four_decimals(basemap: list[dict[str, Any]]) -> None:
    for feature in basemap:
        assert not re.search(r"\.\d{5}", json.dumps(feature["geometry"]))


def test_the_labels_name_the_large_cities_and_do_not_collide(basemap: list[dict[str, Any]]) -> None:
    labels = [feature for feature in basemap if feature["properties"]["kind"] == "city"]
    ranks = {feature["properties"]["name"]: feature["properties"]["rank"] for feature in labels}
    assert len(ranks) == len(labels) == 40
    assert {name for name, rank in ranks.items() if rank == 1} == {"Minneapolis", "Saint Paul"}
    for one, other in combinations(labels, 2):
        (lon_1, lat_1), (lon_2, lat_2) = one["geometry"]["coordinates"], other["geometry"]["coordinates"]
        assert abs(lon_1 - lon_2) > 0.25 or abs(lat_1 - lat_2) > 0.033


# The loader.

ROWS = {
    "zips.csv": (
        "zip,state,county,lat_deg,lon_deg,radius_mi,population,city,other_cities,kind",
        "00001,ZZ,Nowhere,45.0,-93.0,2.5,1200,Testville,Fakeham|Mockton,standard",
    ),
    "cities.csv": (
        "name,state,county,lat_deg,lon_deg,radius_mi,population",
        "Testville,ZZ,Nowhere,45.0,-93.0,3,",
    ),
    "counties.csv": ("name,state,lat_deg,lon_deg,radius_mi,population", "Nowhere,ZZ,45.0,-93.0,10,5000"),
    "elsewhere.csv": ("kind,name,state,lat_deg,lon_deg,radius_mi,population", "zip3,000,ZZ,45.0,-93.0,10,"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in ROWS.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_a_row_becomes_a_place_in_metres(folder: Path) -> None:
    gazetteer = load_gazetteer(folder)
    area = gazetteer.zips["00001"]
    assert area.point == Coordinate(45.0, -93.0)
    assert area.radius_m == pytest.approx(2.5 * 1609.344)
    assert (area.population, area.city, area.other_cities) == (1200, "Testville", ("Fakeham", "Mockton"))
    assert gazetteer.cities[0].population is None
    assert (gazetteer.counties[0].name, gazetteer.elsewhere[0].name) == ("Nowhere", "000")


def test_the_loaded_zips_cannot_be_changed(folder: Path) -> None:
    zips: Any = load_gazetteer(folder).zips
    with pytest.raises(TypeError):
        zips["00002"] = zips["00001"]


def _refusal(folder: Path, name: str, row: str) -> str:
    header, good = ROWS[name]
    (folder / name).write_text(f"{header}\n{good}\n{row}\n", encoding="utf-8")
    with pytest.raises(GazetteerInvalidError) as refused:
        load_gazetteer(folder)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("zips.csv", "1,ZZ,Nowhere,45,-93,2,,Testville,,standard", "'1' is not 5 digits"),
        ("zips.csv", "0000\u0662,ZZ,Nowhere,45,-93,2,,Testville,,standard", "is not 5 digits"),
        ("zips.csv", "00002,zz,Nowhere,45,-93,2,,Testville,,standard", "'zz' is not a two-letter state"),
        ("zips.csv", "00002,ZZ,,45,-93,2,,Testville,,standard", "'' is not a name"),
        ("zips.csv", "00002,ZZ,Nowhere,91,-93,2,,Testville,,standard", "not a WGS-84 point"),
        ("zips.csv", "00002,ZZ,Nowhere,,-93,2,,Testville,,standard", "could not convert"),
        ("zips.csv", "00002,ZZ,Nowhere,nan,-93,2,,Testville,,standard", "not a WGS-84 point"),
        ("zips.csv", "00002,ZZ,Nowhere,45,-93,2,0,Testville,,standard", "'0' is not a population"),
        ("zips.csv", "00002,ZZ,Nowhere,45,-93,2,,,,standard", "'' is not a name"),
        ("zips.csv", "00002,ZZ,Nowhere,45,-93,2,,Testville,Fakeham||Mockton,standard", "'' is not a name"),
        ("zips.csv", "00002,ZZ,Nowhere,45,-93,2,,Testville,,military", "'military' is none of po_box"),
        ("zips.csv", "00001,ZZ,Nowhere,45,-93,2,,Testville,,standard", "listed twice"),
        ("zips.csv", "00002,ZZ,Nowhere,45,-93,2,,Testville,standard", "9 cells where 10 belong"),
        ("zips.csv", '00002,ZZ,"Nowhere"x,45,-93,2,,Testville,,standard', "expected after"),
        ("cities.csv", "Testville,ZZ,Nowhere,45,-93,3,", "listed twice"),
        ("cities.csv", " Fakeham,ZZ,Nowhere,45,-93,3,", "' Fakeham' is not a name"),
        ("counties.csv", "Nowhere,ZZ,45,-93,10,", "listed twice"),
        ("elsewhere.csv", "zip3,00,ZZ,45,-93,10,", "'00' is not 3 digits"),
        ("elsewhere.csv", "planet,Testworld,ZZ,45,-93,10,", "'planet' is none of city"),
        ("elsewhere.csv", "zip3,000,ZZ,45,-93,10,", "listed twice"),
    ],
)
def test_an_unusable_row_is_refused_by_file_and_line(folder: Path, name: str, row: str, reason: str) -> None:
    message = _refusal(folder, name, row)
    assert message.startswith(f"{name}, line 3: ")
    assert reason in message


@given(st.one_of(st.floats(max_value=0.0), st.just(float("nan")), st.just(float("inf"))))
def test_a_radius_is_positive_and_finite(tmp_path_factory: pytest.TempPathFactory, radius_mi: float) -> None:
    folder = tmp_path_factory.mktemp("radius")
    for name, lines in ROWS.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    message = _refusal(folder, "cities.csv", f"Fakeham,ZZ,Nowhere,45,-93,{radius_mi!r},")
    assert "is not a radius in miles" in message


def test_one_name_in_two_counties_is_two_cities(folder: Path) -> None:
    header, good = ROWS["cities.csv"]
    (folder / "cities.csv").write_text(
        f"{header}\n{good}\nTestville,ZZ,Elsewhere,46,-93,3,\n", encoding="utf-8"
    )
    assert [city.county for city in load_gazetteer(folder).cities] == ["Nowhere", "Elsewhere"]


@pytest.mark.parametrize("name", ROWS)
def test_a_missing_empty_or_unreadable_file_is_refused_by_name(folder: Path, name: str) -> None:
    header, row = ROWS[name]
    for content, reason in (
        (b"", "line 1: the columns must be"),
        (f"{header}\n".encode(), "holds no places"),
        (f"{header},more\n{row}\n".encode(), "line 1: the columns must be"),
        (f"{header}\n{row}\n".encode().replace(b"Z", b"\xff"), "is not UTF-8"),
    ):
        (folder / name).write_bytes(content)
        with pytest.raises(LocatorError, match=f"{re.escape(name)}.*{reason}"):
            load_gazetteer(folder)
    (folder / name).unlink()
    with pytest.raises(LocatorError, match=f"{re.escape(name)} cannot be read"):
        load_gazetteer(folder)


def test_a_refusal_does_not_tell_where_the_files_lie(folder: Path) -> None:
    (folder / "zips.csv").unlink()
    with pytest.raises(GazetteerInvalidError) as refused:
        load_gazetteer(folder)
    assert str(folder) not in str(refused.value)


# The rules of the derivation that need none of its packages.


def test_names_are_spelled_one_way() -> None:
    assert spelled_out("St Paul") == spelled_out("St. Paul") == "Saint Paul"
    assert spelled_out("Mc Grath") == spelled_out("Mcgrath") == "McGrath"
    assert spelled_out("Marine On St Croix") == "Marine on Saint Croix"
    assert county_name("St Louis County") == county_name("St. Louis") == "St. Louis"
    assert key("Redlake") == key("Red Lake")


def test_an_abbreviation_is_not_a_name_of_its_own() -> None:
    assert without_short_forms(["Brooklyn Ctr", "Brooklyn Center", "W St Paul", "West Saint Paul"]) == [
        "Brooklyn Center",
        "West Saint Paul",
    ]
    assert shortens("Nya", "Norwood Young America")
    # A shorter name made of whole words is another place.
    assert without_short_forms(["Minnetonka", "Minnetonka Beach"]) == ["Minnetonka", "Minnetonka Beach"]


def test_a_radius_holds_its_share_of_one_disc() -> None:
    point = Coordinate(45, -93)
    # Of an even disc, the share within r is (r / R) squared.
    assert radius_holding_mi(point, [Disc(point, 10, 1)], 0.9) == pytest.approx(10 * math.sqrt(0.9), rel=0.01)


def test_a_radius_reaches_the_people_not_the_land() -> None:
    here, there = Coordinate(45, -93), Coordinate(45, -92.8)
    away_mi = distance_mi(here, there)
    few = radius_holding_mi(here, [Disc(here, 1, 95), Disc(there, 1, 5)], 0.9)
    many = radius_holding_mi(here, [Disc(here, 1, 50), Disc(there, 1, 50)], 0.9)
    assert few <= 1.01
    assert away_mi - 1.01 <= many <= away_mi + 1.01


@given(st.floats(-60, 60), st.floats(-179, 179), st.floats(0.5, 30))
def test_a_larger_share_needs_no_smaller_radius(lat_deg: float, lon_deg: float, radius_mi: float) -> None:
    point = Coordinate(lat_deg, lon_deg)
    disc = [Disc(point, radius_mi, 1)]
    radii = [radius_holding_mi(point, disc, share) for share in (0.5, 0.9, 0.95)]
    assert radii == sorted(radii)
    assert radii[-1] <= radius_mi * 1.01


def test_the_centre_is_the_mean_of_the_people_even_across_the_date_line() -> None:
    east, west = Disc(Coordinate(0, 179), 1, 1), Disc(Coordinate(0, -179), 1, 1)
    assert abs(centre([east, west]).lon_deg) == pytest.approx(180)
    crowded = centre([Disc(Coordinate(45, -93), 1, 9), Disc(Coordinate(45, -92), 1, 1)])
    assert crowded.lon_deg == pytest.approx(-92.9, abs=0.001)


def test_distance_agrees_with_the_geodesic() -> None:
    minneapolis, duluth = Coordinate(44.97997, -93.26384), Coordinate(46.78327, -92.10658)
    expected_mi = _metres_apart(minneapolis, duluth) / METRES_PER_MILE
    assert distance_mi(minneapolis, duluth) == pytest.approx(expected_mi, rel=0.005)


@given(st.floats(-60, 60), st.floats(-179, 179), st.floats(0.5, 30), st.floats(0, 1e6))
def test_the_parts_of_a_disc_stand_for_the_whole(
    lat_deg: float, lon_deg: float, radius_mi: float, weight: float
) -> None:
    whole = Disc(Coordinate(lat_deg, lon_deg), radius_mi, weight)
    pieces = parts(whole)
    assert sum(piece.weight for piece in pieces) == pytest.approx(weight)
    assert sum(piece.radius_mi**2 for piece in pieces) == pytest.approx(radius_mi**2)
    assert max(distance_mi(whole.point, piece.point) for piece in pieces) <= radius_mi * 1.01
    assert distance_mi(whole.point, centre(pieces)) < 0.1 * radius_mi
    # Small discs overhang the edge of the large one a little; inside it nothing changes.
    for share, least, most in ((0.5, 0.97, 1.03), (0.95, 1, 1.06)):
        alone_mi = radius_holding_mi(whole.point, [whole], share)
        assert least * alone_mi <= radius_holding_mi(whole.point, pieces, share) <= most * alone_mi


# Who writes which name: three places in a row, two miles apart, with a spot in between.
ROW_MI = np.array([[0.0, 1.2, 4.0], [2.0, 0.8, 2.0], [4.0, 2.8, 0.0]])


def test_one_in_as_many_as_there_are_names_writes_the_first_and_the_rest_their_home_s() -> None:
    assert name_shares(ROW_MI, np.zeros(3)).tolist() == [
        pytest.approx([1, 1 / 3, 1 / 3]),
        pytest.approx([0, 2 / 3, 0]),
        pytest.approx([0, 0, 2 / 3]),
    ]


def test_a_large_place_is_home_to_people_nearer_to_the_middle_of_a_small_one() -> None:
    assert name_shares(ROW_MI, np.array([0, 2.1, 0]))[1].tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3])


def test_names_for_one_and_the_same_point_are_written_alike() -> None:
    # Hamlets without a point of their own stand where their post office does.
    assert name_shares(np.array([[5.0], [1.0], [1.0]]), np.zeros(3)).ravel().tolist() == pytest.approx(
        [1 / 3] * 3
    )


def test_where_the_first_name_is_no_home_the_rest_write_another() -> None:
    shares = name_shares(ROW_MI, np.zeros(3), first_is_home=False)
    assert shares[0].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert shares[1].tolist() == pytest.approx([2 / 3, 2 / 3, 0])


@pytest.mark.parametrize("first_is_home", [True, False])
def test_an_only_name_is_written_by_all(first_is_home: bool) -> None:
    assert name_shares(ROW_MI[:1], np.zeros(1), first_is_home=first_is_home).tolist() == [[1, 1, 1]]


@given(st.lists(st.tuples(st.floats(-93.5, -93), st.floats(0, 5)), min_size=1, max_size=5))
def test_sharing_out_loses_nobody(places: list[tuple[float, float]]) -> None:
    grounds = [Disc(Coordinate(45, lon_deg), radius_mi, 1) for lon_deg, radius_mi in places]
    people = [Disc(Coordinate(45, -93.2), 3, 900), Disc(Coordinate(45.02, -93.3), 1, 100)]
    users = share_out(people, grounds)
    assert len(users) == len(grounds)
    assert sum(disc.weight for discs in users for disc in discs) == pytest.approx(1000)
    assert sum(disc.weight for disc in users[0]) >= 1000 / len(grounds) - 1e-6


def test_people_between_two_places_go_half_by_size_and_half_by_distance() -> None:
    first, large, small = (
        Disc(Coordinate(45, lon_deg), radius_mi, 1)
        for lon_deg, radius_mi in ((-95, 0.1), (-93.12, 5), (-93, 0.1))
    )
    near_the_small = Disc(Coordinate(45, -93.05), 0.5, 300)
    by_name = [
        sum(disc.weight for disc in discs) for discs in share_out([near_the_small], [first, large, small])
    ]
    assert by_name == pytest.approx([100, 100, 100])
