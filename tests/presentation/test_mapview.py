"""What reaches the browser's map: constant scripts, and data in which no language has a delimiter."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import folium
import pytest
from folium.utilities import JsCode
from hypothesis import given, settings
from hypothesis import strategies as st

from locator.presentation.map.clusters import Clusters
from locator.presentation.map.features import Focus, PinLabel
from locator.presentation.map.folium_map import (
    ReadyLayer,
    TileLayer,
    base_map,
    shared_base_map,
    site_layer,
)
from locator.presentation.markers import MarkerKind, marker_svg
from locator.presentation.paging import ListPages
from locator.sites import UNKNOWN_CLAIM, Claim, Coordinate, Origin, Precision, Site
from tests.support.map_told import ENCODED, FACTS, Sent, readable, sent_for
from tests.support.parsed_html import parse
from tests.support.samples import CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_origin, make_site

ASSETS = "/made-up/assets"
TILES = TileLayer(
    "https://tiles.example/{z}/{x}/{y}.png", "© Made-up Maps & friends", "https://tiles.example/copyright"
)
PAYLOADS = (
    "{{ 7 * 7 }}",
    "{% for a in b %}",
    "{# gone #}",
    "${alert(1)}",
    "`+alert(1)+`",
    "</script><script>alert(1)</script>",
    '"}); alert(1); //',
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "map_div_0 tile_layer_abc123",
    "line\u2028separator",
    "%7B%7B7%7D%7D",
)
# Rendering takes tens of milliseconds, hence fewer examples than usual.
free_text = st.one_of(st.text(max_size=40), st.sampled_from(PAYLOADS))


def sent(layer: ReadyLayer | folium.FeatureGroup, tiles: TileLayer | None = None) -> Sent:
    """What is sent for a layer on a map of its own."""
    return sent_for(base_map(ASSETS, tiles), layer)


def pin(number: int = 1, at: Coordinate | None = MINNEAPOLIS, procedure: Claim = UNKNOWN_CLAIM) -> PinLabel:
    site = make_site(f"fake-{number}", at, procedure=procedure)
    return PinLabel(site, number, f"{number}. Fake", ("Made-up line.",))


def attribution(script: str) -> str:
    """The attribution as Leaflet gets it: the value of a JSON string in the script."""
    (literal,) = re.findall(r'"attribution": ("(?:[^"\\]|\\.)*")', script)
    return str(json.loads(literal))


@pytest.fixture(scope="module")
def plain() -> Sent:
    """A layer with one pin, an area and a choice, whose texts hold nothing odd."""
    return sent(site_layer([pin()], origin=make_origin(uncertainty_m=900.0), focus=Focus("fake-1", 1)))


@settings(max_examples=min(40, settings().max_examples))
@given(free_text, free_text, free_text, free_text)
def test_any_text_is_sent_encoded_and_changes_no_script(
    plain: Sent, name: str, line: str, site_id: str, label: str
) -> None:
    origin = Origin(label, MINNEAPOLIS, Precision.ZIP, 900.0, label, (label,))
    label_with_risk = PinLabel(make_site(site_id), 1, name, (line,))
    risky = sent(site_layer([label_with_risk], origin=origin, focus=Focus(site_id, 1)))
    for facts in risky.encoded:
        assert ENCODED.fullmatch(facts)
    without = [FACTS.sub("", one.layer) for one in (risky, plain)]
    assert without[0] == without[1]
    assert (risky.script, risky.header, risky.html) == (plain.script, plain.header, plain.html)


@settings(max_examples=min(40, settings().max_examples))
@given(free_text, free_text, free_text)
def test_any_text_arrives_in_the_browser_as_it_was(name: str, line: str, site_id: str) -> None:
    (facts,) = sent(site_layer([PinLabel(make_site(site_id), 1, name, (line,))])).of_kind("site")
    assert (facts["name"], facts["lines"], facts["id"]) == (name, [line], site_id)


def test_the_place_typed_and_its_label_are_never_sent_to_the_map() -> None:
    origin = Origin("Secretville", MINNEAPOLIS, Precision.ZIP, 900.0, "Secret source", ("Secret note",))
    made = sent(site_layer([pin()], origin=origin))
    assert "Secret" not in readable(made.layer)


def test_the_base_map_is_the_same_from_run_to_run() -> None:
    layers = [
        site_layer([]),
        site_layer([pin(1), pin(2)], origin=make_origin(uncertainty_m=900), focus=Focus("fake-1", 3)),
    ]
    for tiles in (None, TILES):
        one, other = (sent(layer, tiles) for layer in layers)
        assert (one.key, one.script, one.header, one.html) == (
            other.key,
            other.script,
            other.header,
            other.html,
        )


def test_a_layer_is_what_folium_itself_would_have_sent_for_its_features() -> None:
    made = site_layer([pin(1), pin(2)], origin=make_origin(uncertainty_m=900), focus=Focus("fake-1", 3))
    script = made.script(made)
    features, _end = json.JSONDecoder().raw_decode(script, script.index("_add({") + len("_add("))
    assert len(features["features"]) == 4
    group = folium.FeatureGroup(name="Clinics", control=False)
    folium.GeoJson(
        features,
        point_to_layer=JsCode("drgMap.pointToLayer"),
        on_each_feature=JsCode("drgMap.onEachFeature"),
    ).add_to(group)
    ours, folium_s = ([line.strip() for line in sent(one).layer.split("\n")] for one in (made, group))
    assert list(filter(None, ours)) == list(filter(None, folium_s))


@pytest.mark.parametrize("tiles", [None, TILES])
def test_the_map_that_all_share_stays_the_same_under_any_layer(
    tiles: TileLayer | None,
) -> None:
    shared = shared_base_map(ASSETS, tiles)
    runs = []
    for number in (1, 2):
        made = sent_for(shared, site_layer([pin(number)]), is_rendered=True)
        runs.append((made.header, made.script))
        assert f'"facts": "{fresh_facts(number)}"' in made.layer
    fresh = sent(site_layer([]), tiles)
    assert runs == [(fresh.header, fresh.script)] * 2
    assert shared_base_map(ASSETS, tiles) is shared


def fresh_facts(number: int) -> str:
    return sent(site_layer([pin(number)])).encoded[0]


def test_the_same_list_is_the_same_layer() -> None:
    assert sent(site_layer([pin()])).layer == sent(site_layer([pin()])).layer


def test_every_script_and_style_comes_from_this_server() -> None:
    links = sent(site_layer([]), TILES).links
    assert len(links) == 4
    assert all(link.startswith(f"{ASSETS}/") for link in links)


def test_a_map_without_tiles_asks_no_other_server_for_anything() -> None:
    made = sent(site_layer([pin()], origin=make_origin(uncertainty_m=900)))
    assert "tileLayer" not in made.script
    for text in (made.script, made.header, made.html, made.layer):
        assert "//" not in FACTS.sub("", text)


def test_street_tiles_are_asked_for_where_the_settings_say_and_credited() -> None:
    script = sent(site_layer([]), TILES).script
    assert script.count("L.tileLayer(") == 1
    assert re.findall(r'L\.tileLayer\(\s*"([^"]*)"', script) == [TILES.url]
    credit = parse(attribution(script)).one("a")
    assert credit.text == TILES.attribution
    assert credit.attributes["href"] == TILES.attribution_url


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attribution_is_text_whatever_it_holds(payload: str) -> None:
    script = sent(site_layer([]), TileLayer(TILES.url, payload, TILES.attribution_url)).script
    page = parse(attribution(script))
    assert [element.tag for element in page.every()] == ["a"]
    assert page.one("a").children == [payload]
    assert "{{" not in script


def test_an_attribution_link_keeps_its_query_and_fragment() -> None:
    link = "https://tiles.example/credit?lang=en&from=map#terms"
    script = sent(site_layer([]), TileLayer(TILES.url, "Made-up Maps", link)).script
    assert parse(attribution(script)).one("a").attributes["href"] == link


def test_each_pin_stands_at_its_site_and_carries_the_number_of_its_card() -> None:
    other = Coordinate(45.5, -92.5)
    made = sent(site_layer([pin(1), pin(2, other)]))
    points = [json.loads(text) for text in re.findall(r'"coordinates": (\[[^\]]*\])', made.layer)]
    assert points[:2] == [[-93.27, 44.98], [-92.5, 45.5]]
    assert [(facts["id"], facts["number"]) for facts in made.of_kind("site")] == [
        ("fake-1", 1),
        ("fake-2", 2),
    ]


def test_a_pin_looks_like_the_marker_of_its_card_and_each_drawing_is_sent_once() -> None:
    star, circle, another = sent(
        site_layer(
            [
                pin(1, procedure=CONFIRMED_YES),
                pin(2, procedure=UNKNOWN_CLAIM),
                pin(3, procedure=CONFIRMED_YES),
            ]
        )
    ).of_kind("site")
    assert star["svg"] == marker_svg(MarkerKind.PROCEDURE, confirmed=True, number=1)
    assert circle["svg"] == marker_svg(MarkerKind.EVALUATION, confirmed=True, number=2)
    assert "svg" not in another
    assert another["look"] == star["look"] != circle["look"]


def test_a_pin_that_is_not_confirmed_has_a_drawing_of_its_own() -> None:
    filled, outlined = sent(
        site_layer([pin(1, procedure=CONFIRMED_YES), pin(2, procedure=PROVISIONAL_YES)])
    ).of_kind("site")
    assert outlined["svg"] == marker_svg(MarkerKind.PROCEDURE, confirmed=False, number=2)
    assert filled["look"] != outlined["look"]


def test_a_site_without_a_pin_is_not_drawn_and_the_others_keep_their_numbers() -> None:
    made = sent(site_layer([pin(1, None), pin(2)]))
    assert [facts["number"] for facts in made.of_kind("site")] == [2]
    (view,) = made.of_kind("view")
    assert len(view["corners"]) == 1


def test_the_place_searched_from_is_drawn_as_wide_as_it_is_known() -> None:
    (disc,) = sent(site_layer([pin()], origin=make_origin(uncertainty_m=2253.0))).of_kind("origin")
    assert disc["radius_m"] == 2253.0


@pytest.mark.parametrize("origin", [None, make_origin(uncertainty_m=0)], ids=["no search", "an exact place"])
def test_no_area_is_drawn_where_there_is_none(origin: Origin | None) -> None:
    assert sent(site_layer([pin()], origin=origin)).of_kind("origin") == []


def test_before_a_search_the_view_holds_every_site_and_no_place() -> None:
    pins = [pin(number, Coordinate(44.0 + number / 10, -93.0)) for number in range(1, 7)]
    (view,) = sent(site_layer(pins)).of_kind("view")
    assert len(view["corners"]) == 6
    assert view["disc"] is None


def test_after_a_search_the_view_holds_the_place_and_the_nearest_few() -> None:
    pins = [pin(number, Coordinate(44.0 + number / 10, -93.0)) for number in range(1, 7)]
    (view,) = sent(site_layer(pins, origin=make_origin(uncertainty_m=900))).of_kind("view")
    assert view["corners"][0] == [44.1, -93.0]
    assert 1 < len(view["corners"]) < 6
    assert view["disc"] == {"lat": 44.98, "lon": -93.27, "radius_m": 900}


def test_the_site_chosen_in_the_list_and_its_turn_are_told() -> None:
    (view,) = sent(site_layer([pin()], focus=Focus("fake-1", 4))).of_kind("view")
    assert view["focus"] == {"id": "fake-1", "turn": 4}
    (view,) = sent(site_layer([pin()])).of_kind("view")
    assert view["focus"] is None


EAST, NORTH = Coordinate(44.9, -93.1), Coordinate(45.2, -93.3)
CHOSEN = (make_site("fake-east", EAST), make_site("fake-north", NORTH))


def ways(made: Sent) -> list[tuple[list[float], list[float]]]:
    """Where each line begins and ends, latitude first."""
    points = [json.loads(text) for text in re.findall(r'"coordinates": (\[[^\]]*\])', made.layer)]
    starts = [point[::-1] for point in points]
    return [
        (start, facts["to"])
        for start, facts in zip(starts, made.features, strict=True)
        if facts["kind"] == "way"
    ]


def test_a_line_goes_from_the_place_to_each_chosen_site() -> None:
    made = sent(site_layer([pin()], origin=make_origin(uncertainty_m=900), ways_to=CHOSEN))
    assert ways(made) == [([44.98, -93.27], [44.9, -93.1]), ([44.98, -93.27], [45.2, -93.3])]


def test_an_exact_place_has_its_lines_though_it_has_no_area() -> None:
    made = sent(site_layer([pin()], origin=make_origin(), ways_to=CHOSEN[:1]))
    assert ways(made) == [([44.98, -93.27], [44.9, -93.1])]


@pytest.mark.parametrize(
    ("origin", "chosen"),
    [(None, CHOSEN), (make_origin(uncertainty_m=900), ())],
    ids=["no start", "no choice"],
)
def test_no_line_is_drawn_without_a_start_or_a_choice(
    origin: Origin | None, chosen: tuple[Site, ...]
) -> None:
    assert ways(sent(site_layer([pin()], origin=origin, ways_to=chosen))) == []


def test_a_chosen_site_without_a_pin_has_no_line_and_the_other_keeps_its_own() -> None:
    chosen = [make_site("fake-lost", None), CHOSEN[1]]
    made = sent(site_layer([pin()], origin=make_origin(), ways_to=chosen))
    assert [end for _, end in ways(made)] == [[45.2, -93.3]]
    (view,) = made.of_kind("view")
    assert view["corners"] == view["follow"] == [[45.2, -93.3]]


@pytest.mark.parametrize("origin", [None, make_origin(uncertainty_m=900)])
def test_the_chosen_sites_come_into_view_instead_of_the_nearest(origin: Origin | None) -> None:
    pins = [pin(number, Coordinate(44.0 + number / 10, -93.0)) for number in range(1, 7)]
    (view,) = sent(site_layer(pins, origin=origin, ways_to=CHOSEN)).of_kind("view")
    assert view["corners"] == [[44.9, -93.1], [45.2, -93.3]]
    assert view["follow"] == view["corners"]


def test_the_view_follows_no_site_where_none_is_chosen() -> None:
    (view,) = sent(site_layer([pin()], origin=make_origin(uncertainty_m=900))).of_kind("view")
    assert view["follow"] == []


@pytest.mark.parametrize("precision", [Precision.ADDRESS, Precision.STREET])
def test_a_line_from_a_persons_street_begins_where_the_blurred_area_does(precision: Precision) -> None:
    house = Coordinate(44.98765, -93.26543)
    origin = Origin("12 Secret St", house, precision, 30.0, "made up")
    made = sent(site_layer([pin()], origin=origin, ways_to=CHOSEN))
    assert [start for start, _ in ways(made)] == [[44.99, -93.27]] * 2
    (disc,) = made.of_kind("origin")
    assert disc["radius_m"] >= 1500
    (view,) = made.of_kind("view")
    assert (view["disc"]["lat"], view["disc"]["lon"]) == (44.99, -93.27)
    for digits in ("44.987", "93.265", "Secret"):
        assert digits not in readable(made.layer)


@pytest.mark.parametrize("precision", [Precision.ZIP, Precision.CITY, Precision.COUNTY, Precision.STATE])
def test_a_line_from_a_wider_place_begins_in_its_middle(precision: Precision) -> None:
    origin = Origin("Testville", Coordinate(44.98765, -93.26543), precision, 900.0, "made up")
    made = sent(site_layer([pin()], origin=origin, ways_to=CHOSEN[:1]))
    assert [start for start, _ in ways(made)] == [[44.98765, -93.26543]]


def test_lines_are_as_encoded_as_all_the_rest() -> None:
    made = sent(site_layer([pin()], origin=make_origin(uncertainty_m=900), ways_to=CHOSEN))
    assert all(ENCODED.fullmatch(facts) for facts in made.encoded)


CROWD = Clusters("/assets/points/1-v1.bin", (1,), (0, 2), (Coordinate(30, -120), Coordinate(48, -75)))


def test_the_clinics_without_a_pin_are_told_to_the_map_as_encoded_as_all_the_rest() -> None:
    made = sent(site_layer([pin()], clusters=CROWD))
    (view,) = made.of_kind("view")
    told = view["crowd"]
    assert (told["path"], told["asks"], told["pinned"]) == (CROWD.path, [1], [0, 2])
    assert view["corners"] == [[30, -120], [48, -75]]
    assert all(ENCODED.fullmatch(facts) for facts in made.encoded)


def test_after_a_search_the_nearest_come_into_view_and_not_the_whole_country() -> None:
    pins = [pin(number, Coordinate(44.0 + number / 10, -93.0)) for number in range(1, 7)]
    (view,) = sent(site_layer(pins, origin=make_origin(uncertainty_m=900), clusters=CROWD)).of_kind("view")
    assert view["corners"] == [[44.1, -93.0], [44.2, -93.0], [44.3, -93.0]]


def test_a_search_that_finds_nothing_looks_at_the_place_alone() -> None:
    (view,) = sent(site_layer([], origin=make_origin(uncertainty_m=900), clusters=CROWD)).of_kind("view")
    assert view["corners"] == []


def test_farther_on_in_the_list_its_pins_come_into_view() -> None:
    turned = replace(CROWD, pages=ListPages(fitting=1))
    pins = [pin(number, Coordinate(44.0 + number / 10, -93.0)) for number in range(51, 57)]
    (view,) = sent(site_layer(pins, origin=make_origin(uncertainty_m=900), clusters=turned)).of_kind("view")
    assert len(view["corners"]) == 6
    assert view["turned"]


def test_of_a_small_directory_the_map_is_told_nothing_more() -> None:
    (view,) = sent(site_layer([pin()])).of_kind("view")
    assert not {"crowd", "turned"} & set(view)
