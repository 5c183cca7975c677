"""The picture of the map: the live map's places and drawings, nothing of a person, and nothing that runs."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from locator.clinics import nearest, read_directory
from locator.language import language_of, speaking
from locator.presentation import STATIC, marker_svg
from locator.presentation.map import BaseLayer, Clusters, PinLabel, map_picture, read_base_layer
from locator.presentation.markers import MarkerKind
from locator.settings import SHIPPED
from locator.sites import Coordinate, Origin, Precision, Site
from tests.support.drawn_picture import DrawnPicture, Point
from tests.support.parsed_html import parse
from tests.support.payloads import PAYLOADS
from tests.support.samples import CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_origin, make_site

BASE = read_base_layer(SHIPPED.base_map)
# From a narrow phone to a wide window.
SIZES = [(286, 320), (326, 420), (560, 360), (700, 600), (740, 734), (1150, 340), (1150, 734)]
MARGIN_X_PX, MARGIN_Y_PX = 36, 44
METRO = (
    Coordinate(45.12, -93.45),
    Coordinate(44.79, -93.59),
    Coordinate(44.75, -93.28),
    Coordinate(45.03, -93.02),
    Coordinate(45.04, -93.78),
)


def pins_at(*points: Coordinate) -> list[PinLabel]:
    return [pin(number, at) for number, at in enumerate(points, start=1)]


def pin(number: int, at: Coordinate | None) -> PinLabel:
    return PinLabel(make_site(f"fake-{number}", at), number, f"{number}. Fake Clinic", ())


def shipped_sites() -> tuple[Site, ...]:
    return read_directory(SHIPPED.clinics, today=date(2027, 1, 1)).sites


def mercator_m(point: Coordinate) -> Point:
    """The textbook's Web Mercator: metres on a sphere of 6,378,137 m, eastwards and northwards."""
    lat, lon = math.radians(point.lat_deg), math.radians(point.lon_deg)
    return 6_378_137 * lon, 6_378_137 * math.log(math.tan(math.pi / 4 + lat / 2))


def px_a_metre(zoom: float) -> float:
    """What a metre of the projection is on a screen; 156,543.034 m a pixel is the usual figure for zoom 0."""
    return 2**zoom / 156_543.033_928


def live_zoom(points: list[Point], width: int, height: int) -> float:
    """The zoom at which Leaflet fits points of the projection into a map: half steps, no closer than 11."""
    spans = [max(values) - min(values) for values in zip(*points, strict=True)]
    steps = [step / 2 for step in range(4, 23)]
    return max(
        zoom
        for zoom in steps
        if zoom == steps[0]
        or (
            spans[0] * px_a_metre(zoom) <= width - 2 * MARGIN_X_PX
            and spans[1] * px_a_metre(zoom) <= height - 2 * MARGIN_Y_PX
        )
    )


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_pin_is_in_sight_where_the_live_map_has_it(width: int, height: int) -> None:
    drawn = DrawnPicture(map_picture(pins_at(*METRO), None, BASE), width, height)
    points = [mercator_m(point) for point in METRO]
    scale = px_a_metre(live_zoom(points, width, height))
    middle = [(min(values) + max(values)) / 2 for values in zip(*points, strict=True)]
    assert sorted(drawn.pins) == [1, 2, 3, 4, 5]
    for number, (east, north) in enumerate(points, start=1):
        x, y = drawn.pins[number]
        assert x == pytest.approx(width / 2 + (east - middle[0]) * scale, abs=0.5)
        assert y == pytest.approx(height / 2 - (north - middle[1]) * scale, abs=0.5)
        assert MARGIN_X_PX - 1 <= x <= width - MARGIN_X_PX + 1
        assert MARGIN_Y_PX - 1 <= y <= height - MARGIN_Y_PX + 1


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_after_a_search_the_area_and_the_nearest_three_are_in_sight(width: int, height: int) -> None:
    origin = make_origin(Coordinate(44.86, -93.43), uncertainty_m=5000)
    near = (Coordinate(44.79, -93.59), Coordinate(44.75, -93.28), Coordinate(45.12, -93.45))
    drawn = DrawnPicture(map_picture(pins_at(*near, Coordinate(46.78, -92.1)), origin, BASE), width, height)
    assert drawn.disc is not None
    (x, y), radius = drawn.disc
    assert radius <= x <= width - radius
    assert radius <= y <= height - radius
    for number in (1, 2, 3):
        assert 20 <= drawn.pins[number][0] <= width - 20
        assert 20 <= drawn.pins[number][1] <= height - 20


@pytest.mark.parametrize("lat_deg", [0.0, 44.98, 64.8])
def test_the_disc_is_as_large_as_its_area(lat_deg: float) -> None:
    radius_m, middle = 8046.72, Coordinate(lat_deg, -93.27)
    north = Coordinate(lat_deg + 5 / 69.0, -93.27)
    drawn = DrawnPicture(
        map_picture(pins_at(middle, north), make_origin(middle, uncertainty_m=radius_m), BASE), 700, 600
    )
    assert drawn.disc is not None
    # The second pin is five miles to the north of the first.
    five_miles_px = math.dist(drawn.pins[1], drawn.pins[2])
    assert drawn.disc[0] == pytest.approx(drawn.pins[1], abs=0.2)
    assert drawn.disc[1] == pytest.approx(five_miles_px, rel=0.01)


def house(at: Coordinate, precision: Precision) -> Origin:
    return Origin("1 Nowhere St", at, precision, 30.0, "made-up service")


@pytest.mark.parametrize("precision", [Precision.ADDRESS, Precision.STREET])
def test_a_house_is_a_wide_area_that_its_neighbours_share(precision: Precision) -> None:
    here, there = Coordinate(44.97812, -93.26534), Coordinate(44.98347, -93.27311)
    pins = pins_at(*METRO)
    made = map_picture(pins, house(here, precision), BASE)
    assert made == map_picture(pins, house(there, precision), BASE)
    drawn = DrawnPicture(made, 700, 600)
    assert drawn.disc is not None
    at_the_house = DrawnPicture(
        map_picture([*pins, pin(6, Coordinate(44.98, -93.27))], house(here, precision), BASE), 700, 600
    )
    assert drawn.disc[0] == pytest.approx(at_the_house.pins[6], abs=0.1)
    east = Coordinate(44.98, -93.27 + 1500 / 78_850)
    edge = DrawnPicture(
        map_picture([*pins, pin(6, Coordinate(44.98, -93.27)), pin(7, east)], house(here, precision), BASE),
        700,
        600,
    )
    assert drawn.disc[1] == pytest.approx(math.dist(edge.pins[6], edge.pins[7]), rel=0.02)


def test_pins_are_drawn_as_on_the_live_map_with_the_numbers_given() -> None:
    sites = [
        make_site("fake-a", METRO[0], procedure=PROVISIONAL_YES),
        make_site("fake-b", METRO[1], evaluation=CONFIRMED_YES),
    ]
    made = map_picture(
        [PinLabel(site, number, "Fake", ()) for site, number in zip(sites, (21, 22), strict=True)], None, BASE
    )
    drawn = DrawnPicture(made, 700, 600)
    assert set(drawn.pins) == {21, 22}
    assert marker_svg(MarkerKind.PROCEDURE, confirmed=False, number=21) in drawn.svg
    assert marker_svg(MarkerKind.EVALUATION, confirmed=True, number=22) in drawn.svg


def test_of_two_at_one_place_the_lower_number_lies_above() -> None:
    drawn = DrawnPicture(map_picture(pins_at(*METRO, METRO[0]), None, BASE), 700, 600)
    assert list(drawn.pins) == [6, 5, 4, 3, 2, 1]
    assert drawn.pins[1] == drawn.pins[6]


def test_a_clinic_without_a_pin_is_neither_drawn_nor_counted() -> None:
    made = map_picture([*pins_at(METRO[0]), pin(2, None)], None, BASE)
    assert set(DrawnPicture(made, 700, 600).pins) == {1}
    assert parse(made).one("img").attributes["alt"] == "Picture of the map: 1 clinic with its number"


def test_no_pins_at_all_show_the_region_as_the_live_map_begins() -> None:
    made = map_picture([], None, BASE)
    drawn = DrawnPicture(made, 700, 600)
    assert drawn.pins == {}
    assert drawn.disc is None
    assert {"Minneapolis", "Saint Paul"} <= set(drawn.names)
    assert parse(made).one("img").attributes["alt"] == "Picture of the map"
    between = drawn.names["Saint Paul"][0] - drawn.names["Minneapolis"][0]
    assert between == pytest.approx(6_378_137 * math.radians(93.2638 - 93.0933) * px_a_metre(9), abs=1)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_one_pin_is_in_the_middle_and_no_closer_than_a_town(width: int, height: int) -> None:
    drawn = DrawnPicture(map_picture(pins_at(Coordinate(45.1273, -93.4492)), None, BASE), width, height)
    assert drawn.pins == {1: (width / 2, height / 2)}
    # Where the name of a town nearby stands says how close the picture looks.
    ((east, north), (town_east, town_north)) = map(
        mercator_m, (Coordinate(45.1273, -93.4492), Coordinate(45.0941, -93.3563))
    )
    x, y = drawn.names["Brooklyn Park"]
    assert x - width / 2 == pytest.approx((town_east - east) * px_a_metre(11), abs=1)
    assert height / 2 - y == pytest.approx((town_north - north) * px_a_metre(11), abs=1)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_another_state_and_a_place_far_away_are_in_sight_as_well(width: int, height: int) -> None:
    honolulu, miami = make_origin(Coordinate(21.3, -157.86), uncertainty_m=9000), Coordinate(25.77, -80.19)
    elsewhere = DrawnPicture(map_picture(pins_at(miami, *METRO), None, BASE), width, height)
    far = DrawnPicture(map_picture(pins_at(*METRO), honolulu, BASE), width, height)
    assert far.disc is not None
    for x, y in [*elsewhere.pins.values(), *far.pins.values(), far.disc[0]]:
        assert 20 <= x <= width - 20
        assert 20 <= y <= height - 20


@pytest.mark.parametrize(
    "at", [Coordinate(90, 0), Coordinate(-90, 180), Coordinate(51.9, -180), Coordinate(51.9, 180)]
)
def test_the_ends_of_the_world_have_a_picture_too(at: Coordinate) -> None:
    drawn = DrawnPicture(map_picture(pins_at(at), make_origin(at, uncertainty_m=300_000), BASE), 700, 600)
    assert all(math.isfinite(value) for value in drawn.pins[1])
    assert drawn.disc is not None


def test_a_line_leads_from_the_area_to_each_chosen_site() -> None:
    pins = pins_at(*METRO)
    origin = make_origin(uncertainty_m=3000)
    made = map_picture(pins, origin, BASE, ways_to=[pins[4].site, pins[1].site])
    drawn = DrawnPicture(made, 700, 600)
    assert drawn.disc is not None
    assert len(drawn.ways) == 2
    for (start, end), number in zip(drawn.ways, (5, 2), strict=True):
        assert start == pytest.approx(drawn.disc[0])
        assert end == pytest.approx(drawn.pins[number])
    for number in (2, 5):
        x, y = drawn.pins[number]
        assert MARGIN_X_PX - 1 <= x <= 700 - MARGIN_X_PX + 1
        assert MARGIN_Y_PX - 1 <= y <= 600 - MARGIN_Y_PX + 1
    assert DrawnPicture(map_picture(pins, None, BASE, ways_to=[pins[4].site]), 700, 600).ways == []


def test_in_a_large_directory_the_view_is_the_live_maps_and_no_count_is_said() -> None:
    corners = (Coordinate(30, -120), Coordinate(47, -75))
    clusters = Clusters("/made-up/path", (), (), corners)
    made = map_picture(pins_at(*METRO), None, BASE, clusters=clusters)
    drawn = DrawnPicture(made, 700, 600)
    all_of_it = [mercator_m(corner) for corner in corners]
    scale = px_a_metre(live_zoom(all_of_it, 700, 600))
    east = mercator_m(METRO[0])[0] - (all_of_it[0][0] + all_of_it[1][0]) / 2
    assert drawn.pins[1][0] == pytest.approx(350 + east * scale, abs=0.5)
    assert parse(made).one("img").attributes["alt"] == "Picture of the map: 5 clinics with their numbers"


def boxes(drawn: DrawnPicture) -> list[tuple[str, float, float, float, float]]:
    """What each pin and each name takes up at least: a name 5 pixels a letter, a pin its shape."""
    pins = [(str(number), x - 17, x + 17, y - 17, y + 17) for number, (x, y) in drawn.pins.items()]
    names = [(name, x, x + 5 * len(name), y + 4, y + 17) for name, (x, y) in drawn.names.items()]
    return pins + names


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_name_is_on_no_pin_and_on_no_other_name(width: int, height: int) -> None:
    drawn = DrawnPicture(map_picture(pins_at(*METRO), None, BASE), width, height)
    assert "Minneapolis" in drawn.names
    for one, other in combinations(boxes(drawn), 2):
        if {one[0], other[0]} & drawn.names.keys():
            is_apart = one[1] >= other[2] or other[1] >= one[2] or one[3] >= other[4] or other[3] >= one[4]
            assert is_apart, (one, other)


def test_a_larger_picture_has_more_names() -> None:
    made = map_picture(pins_at(*METRO), None, BASE)
    small, large = (set(DrawnPicture(made, *size).names) for size in (SIZES[0], SIZES[-1]))
    assert small < large


def test_a_name_gives_way_to_a_pin() -> None:
    made = map_picture(pins_at(Coordinate(44.97, -93.25), Coordinate(44.97, -93.26)), None, BASE)
    assert "Minneapolis" not in DrawnPicture(made, 700, 600).names


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_name_of_a_city_gets_out_of_its_place(payload: str, tmp_path: Path) -> None:
    city = {
        "type": "Feature",
        "properties": {"kind": "city", "name": payload, "rank": 1},
        "geometry": {"type": "Point", "coordinates": [-93.2, 45.05]},
    }
    file = tmp_path / "basemap.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [city]}), encoding="utf-8")
    made = map_picture(pins_at(MINNEAPOLIS), make_origin(uncertainty_m=9000), read_base_layer(file))
    assert [one.tag for one in parse(made).every()] == ["div", "img", "p"]
    assert set(parse(made).one("img").attributes) == {"src", "alt", "decoding"}
    drawn = DrawnPicture(made, 700, 600)
    assert {one.tag.rpartition("}")[2] for one in drawn.tree.iter()} == {
        "svg",
        "style",
        "g",
        "path",
        "text",
        "circle",
    }
    attributes = {name for one in drawn.tree.iter() for name in one.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name]
    assert list(drawn.names) == ["".join(char for char in payload if char.isprintable())]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_of_a_clinic_or_a_place_is_in_it_but_where_it_is(payload: str) -> None:
    hostile = make_site(payload, name=payload, street=payload, city=payload, note=payload)
    asked = Origin(payload, METRO[0], Precision.ZIP, 9000.0, payload, (payload,))
    plain = Origin("ZIP 55999", METRO[0], Precision.ZIP, 9000.0, "test gazetteer")
    assert map_picture([PinLabel(hostile, 1, payload, (payload,))], asked, BASE) == map_picture(
        pins_at(MINNEAPOLIS), plain, BASE
    )


def test_it_is_small_for_the_shipped_directory() -> None:
    sites = shipped_sites()
    pins = [PinLabel(site, number, "", ()) for number, site in enumerate(sites, start=1)]
    origin = make_origin(Coordinate(44.9378, -93.2545), uncertainty_m=2000)
    near = nearest(sites, origin.point, limit=len(sites))
    ranked = [PinLabel(site, number, "", ()) for number, (_far, site) in enumerate(near, start=1)]
    assert len(pins) >= 8
    for made in (
        map_picture(pins, None, BASE),
        map_picture(ranked, origin, BASE),
        map_picture(ranked, origin, BASE, ways_to=[sites[0], sites[-1]]),
    ):
        assert len(gzip.compress(made.encode())) <= 6000


def test_the_same_facts_make_the_same_picture() -> None:
    made = map_picture(pins_at(*METRO), make_origin(uncertainty_m=900), BASE)
    anew = BaseLayer(BASE.counties, BASE.cities)
    assert map_picture(pins_at(*METRO), make_origin(uncertainty_m=900), anew) == made


def test_neighbours_have_the_same_border_and_no_gap_shows_between_them() -> None:
    collection = json.loads(SHIPPED.base_map.read_text(encoding="utf-8"))
    rings = [
        [Coordinate(lat_deg, lon_deg) for lon_deg, lat_deg in ring]
        for one in collection["features"]
        if one["geometry"]["type"] == "MultiPolygon"
        for polygon in one["geometry"]["coordinates"]
        for ring in polygon
    ]
    lines = Counter(frozenset(line) for ring in rings for line in pairwise(ring))
    rim = {corner for line, times in lines.items() if times == 1 for corner in line}
    drawn = DrawnPicture(map_picture([], None, BASE), 2400, 2400)
    scale = px_a_metre(9)
    middle = mercator_m(Coordinate(44.97, -93.32))
    rim_on_screen = [
        (1200 + (x - middle[0]) * scale, 1200 - (y - middle[1]) * scale) for x, y in map(mercator_m, rim)
    ]
    edges = Counter(
        frozenset(edge)
        for ring in drawn.counties
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True)
        if edge[0] != edge[1]
    )
    assert len(drawn.counties) > 20
    in_sight = [ring for ring in drawn.counties if all(800 < x < 1600 and 800 < y < 1600 for x, y in ring)]
    assert in_sight
    for ring in in_sight:
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True):
            is_rim = all(min(math.dist(corner, one) for one in rim_on_screen) < 3 for corner in edge)
            assert edges[frozenset(edge)] == 2 or is_rim


def test_a_border_is_the_same_from_both_sides_where_two_corners_stand_out_as_far(tmp_path: Path) -> None:
    border = [(-93.0, 44.95), (-92.9975, 44.99), (-92.9975, 45.0), (-93.0, 45.05)]
    rings = [
        [*border, (-93.1, 45.05), (-93.1, 44.95), border[0]],
        [*border[::-1], (-92.9, 44.95), (-92.9, 45.05), border[-1]],
    ]
    counties = [
        {"properties": {"kind": "county"}, "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}
        for ring in rings
    ]
    file = tmp_path / "basemap.geojson"
    file.write_text(json.dumps({"features": counties}), encoding="utf-8")
    made = map_picture(pins_at(Coordinate(45, -93)), None, read_base_layer(file))
    lines = Counter(
        frozenset(line)
        for ring in DrawnPicture(made, 700, 600).counties
        for line in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    # Three sides of each county are its own.
    assert sorted(lines.values()) == [1] * 6 + [2] * 2


def test_without_county_lines_it_is_still_a_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number, text in enumerate(("", "[]", '{"features": [{"geometry": null}]}', '{"features": 3}', None)):
        file = tmp_path / f"{number}.geojson"
        if text is not None:
            file.write_text(text, encoding="utf-8")
        caplog.clear()
        drawn = DrawnPicture(map_picture(pins_at(*METRO), None, read_base_layer(file)), 700, 600)
        assert set(drawn.pins) == {1, 2, 3, 4, 5}
        assert drawn.counties == []
        assert file.name in caplog.text


def test_a_changed_base_layer_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "basemap.geojson"
    file.write_bytes(SHIPPED.base_map.read_bytes())
    assert read_base_layer(file) is read_base_layer(file)
    assert read_base_layer(file).cities
    file.write_text('{"features": []}', encoding="utf-8")
    assert read_base_layer(file).cities == ()


def test_colours_and_credit_are_the_live_maps() -> None:
    made = map_picture(pins_at(*METRO), make_origin(uncertainty_m=900), BASE)
    live = (STATIC / "map.css").read_text(encoding="utf-8") + (STATIC / "map.js").read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*)</style>", DrawnPicture(made, 700, 600).svg)
    assert len(set(re.findall(r"#[0-9a-f]+", style))) >= 5
    assert set(re.findall(r"#[0-9a-f]+", style)) <= set(re.findall(r"#[0-9a-f]+", live))
    assert parse(made).one("p").text in live


def test_it_is_named_in_the_language_of_the_page() -> None:
    spanish = language_of("es")
    assert spanish is not None
    with speaking(spanish):
        made = map_picture(pins_at(*METRO), None, BASE)
    assert parse(made).one("img").attributes["alt"] == "Imagen del mapa: 5 clínicas con sus números"
