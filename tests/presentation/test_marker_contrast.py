"""Markers and text stand out from what they lie on, by WCAG 2.2's formula, in both colour schemes."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from coloraide import Color

from locator.presentation.markers import (
    EVALUATION_COLOUR,
    PROCEDURE_COLOUR,
    UNKNOWN_COLOUR,
    MarkerKind,
    marker_svg,
)
from tests.support.colours import (
    EYES,
    SCHEMES,
    STATIC,
    THEME,
    Declared,
    contrast,
    declared_colours,
    grounds,
    map_grounds,
    resolved,
    seen_by,
)

WHITE = "#FFFFFF"
# Criterion 1.4.11 asks this of a graphic, 1.4.3 that of text that is not large. A marker's number is 14 px in
# bold, and text is large from 14 points, 18.66 px, in bold.
GRAPHIC = 3.0
TEXT = 4.5
MARKER_COLOURS = (EVALUATION_COLOUR, PROCEDURE_COLOUR, UNKNOWN_COLOUR)
# From 5 on, two colours are called different by anyone who looks at both; 10 is different at a glance.
AT_A_GLANCE = 10.0
SHEETS = sorted(path.name for path in STATIC.glob("*.css"))
# Text whose ground another rule gives: the box that the message about a lost connection is in.
INSIDE = {"#page-status a": "light-dark(#14212b, #e9eff2)"}
PAGE_SHEETS = [name for name in SHEETS if name != "map.css"]


def layers(kind: MarkerKind, *, confirmed: bool) -> tuple[ET.Element, ET.Element, ET.Element]:
    """The rim, the shape and the number of a marker."""
    rim, shape, number = ET.fromstring(marker_svg(kind, confirmed=confirmed, number=7))  # noqa: S314
    return rim, shape, number


def test_the_contrast_formula_agrees_with_known_values() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


def test_eyes_without_a_kind_of_cone_lose_what_it_tells_apart() -> None:
    # Red against green by lightness alone; blue-green against grey where there are no blue cones.
    for eyes in ("protan", "deutan"):
        seen = Color(seen_by(eyes, "#FF0000")).convert("srgb")
        assert seen["red"] == pytest.approx(seen["green"], abs=0.02)
    assert seen_by("every colour", "#123456") == "#123456"
    grey = Color(seen_by("grayscale", "#D55E00")).convert("srgb")
    assert grey["red"] == pytest.approx(grey["blue"], abs=0.01)


@pytest.mark.parametrize("colour", MARKER_COLOURS)
@pytest.mark.parametrize("ground", map_grounds())
def test_a_markers_outline_stands_out_from_the_map(colour: str, ground: str) -> None:
    assert contrast(colour, map_grounds()[ground]) >= GRAPHIC


@pytest.mark.parametrize("colour", MARKER_COLOURS)
def test_a_markers_outline_stands_out_from_its_rim_whatever_lies_around_that(colour: str) -> None:
    assert contrast(colour, WHITE) >= GRAPHIC


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("colour", MARKER_COLOURS)
def test_a_markers_outline_or_its_rim_stands_out_from_every_ground_of_the_pages(
    colour: str, scheme: str
) -> None:
    for ground in grounds(scheme).values():
        assert max(contrast(colour, ground), contrast(WHITE, ground)) >= GRAPHIC


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("kind", MarkerKind)
def test_the_rim_is_drawn_around_the_shape_and_in_white(kind: MarkerKind, confirmed: bool) -> None:
    rim, shape, _ = layers(kind, confirmed=confirmed)
    assert (rim.attrib["stroke"], rim.attrib["fill"]) == (WHITE, "none")
    assert float(rim.attrib["stroke-width"]) >= float(shape.attrib["stroke-width"]) + 2
    drawing = ("fill", "stroke", "stroke-width")
    assert [{k: v for k, v in one.items() if k not in drawing} for one in (rim, shape)] == [
        {k: v for k, v in shape.items() if k not in drawing}
    ] * 2


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("kind", MarkerKind)
def test_a_markers_number_can_be_read_on_its_filling_and_on_its_outline(
    kind: MarkerKind, confirmed: bool
) -> None:
    _, shape, number = layers(kind, confirmed=confirmed)
    assert int(number.attrib["font-size"]) < 18.66
    assert contrast(number.attrib["fill"], shape.attrib["fill"]) >= TEXT


def test_two_digits_can_be_read_where_they_reach_over_a_stars_outline() -> None:
    _, shape, number = layers(MarkerKind.PROCEDURE, confirmed=False)
    assert contrast(number.attrib["fill"], shape.attrib["stroke"]) >= TEXT


@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if eyes != "grayscale"])
@pytest.mark.parametrize(("one", "other"), list(combinations(MARKER_COLOURS, 2)))
def test_marker_colours_differ_at_a_glance_without_any_one_kind_of_cone(
    one: str, other: str, eyes: str
) -> None:
    assert Color(seen_by(eyes, one)).delta_e(seen_by(eyes, other), method="2000") >= AT_A_GLANCE


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["textColor", "linkColor"])
def test_the_themes_text_can_be_read(name: str, scheme: str) -> None:
    for ground in grounds(scheme).values():
        assert contrast(THEME[scheme][name], ground) >= TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_main_buttons_words_can_be_read(scheme: str) -> None:
    assert contrast(WHITE, THEME[scheme]["primaryColor"]) >= TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_fields_border_stands_out_from_the_page(scheme: str) -> None:
    assert contrast(THEME[scheme]["borderColor"], THEME[scheme]["backgroundColor"]) >= GRAPHIC


def faint(declared: Declared, scheme: str) -> bool:
    """Whether text of this colour cannot be read on the ground it is given, or else on any of the pages'."""
    colour, given = resolved(declared.colour, scheme), declared.ground or INSIDE.get(declared.selector)
    if given is None:
        return any(contrast(colour, ground) < TEXT for ground in grounds(scheme).values())
    ground = grounds(scheme)["soft box"] if given == "var(--soft)" else resolved(given, scheme)
    return contrast(colour, ground) < TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGE_SHEETS)
def test_every_text_colour_of_the_style_sheets_can_be_read(name: str, scheme: str) -> None:
    declared = declared_colours(name)
    assert [one.selector for one in declared if faint(one, scheme)] == []


def test_the_style_sheets_colours_are_really_found() -> None:
    found = {one.selector: one for name in PAGE_SHEETS for one in declared_colours(name)}
    assert len(found) > 20
    assert found[".actions .call"].ground == "light-dark(#0b5c8a, #1f78ad)"
    assert resolved("var(--quiet)", "light") != resolved("var(--quiet)", "dark")
    for inner, ground in INSIDE.items():
        assert found[inner].ground is None
        assert ground in {one.ground for one in found.values()}
    assert faint(Declared("p", "#808080", None), "light")
    assert faint(Declared("p", "#fff", "#aaa"), "dark")


def test_city_names_can_be_read_on_the_map() -> None:
    cities = [one for one in declared_colours("map.css") if "base-city" in one.selector]
    assert cities
    for one in cities:
        assert all(
            contrast(resolved(one.colour, "light"), ground) >= TEXT for ground in map_grounds().values()
        )
