"""Markers are told apart by shape, are seen on every ground, and the legend explains them all."""

from __future__ import annotations

import re
import tomllib
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from locator.markers import (
    EVALUATION_COLOUR,
    LEGEND,
    PROCEDURE_COLOUR,
    UNKNOWN_COLOUR,
    MarkerKind,
    is_confirmed,
    marker_kind,
    marker_svg,
)
from locator.sites import UNKNOWN_CLAIM, Claim
from tests.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = (CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM)
WHITE = "#FFFFFF"
# What WCAG 2.2, criterion 1.4.11, asks of a graphic against what lies beside it.
LEAST_CONTRAST = 3


def luminance(colour: str) -> float:
    """WCAG's relative luminance of an sRGB colour, 0 to 1."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def grounds() -> dict[str, str]:
    """What markers are seen on: the map's land and what lies around it, white, and both themes' pages."""
    sheet = (ROOT / "locator/static/map.css").read_text(encoding="utf-8")
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]

    def colour(selector: str, name: str) -> str:
        (rule,) = re.findall(rf"{re.escape(selector)} {{([^}}]*)}}", sheet)
        (found,) = re.findall(rf"\b{name}: (#[0-9a-fA-F]{{6}});", rule)
        return str(found)

    return {
        "land": colour(".base-county", "fill"),
        "beyond the land": colour(".leaflet-container", "background"),
        "white": WHITE,
        "light page": theme["light"]["backgroundColor"],
        "dark page": theme["dark"]["backgroundColor"],
    }


def parts(svg: str) -> tuple[ET.Element, str | None]:
    """The shape of a marker, and its text if it has one."""
    shape, *texts = ET.fromstring(svg)  # noqa: S314 - made by this project
    return shape, texts[0].text if texts else None


def drawn(kind: MarkerKind, *, confirmed: bool) -> ET.Element:
    return parts(marker_svg(kind, confirmed=confirmed))[0]


def test_the_contrast_formula_agrees_with_known_values() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", [EVALUATION_COLOUR, PROCEDURE_COLOUR, UNKNOWN_COLOUR])
@pytest.mark.parametrize("ground", grounds())
def test_every_marker_stands_out_from_every_ground(colour: str, ground: str) -> None:
    assert contrast(colour, grounds()[ground]) >= LEAST_CONTRAST


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("kind", MarkerKind)
def test_a_markers_number_stands_out_from_its_filling(kind: MarkerKind, confirmed: bool) -> None:
    shape, text = ET.fromstring(marker_svg(kind, confirmed=confirmed, number=7))  # noqa: S314
    assert contrast(shape.attrib["fill"], text.attrib["fill"]) >= LEAST_CONTRAST


def test_the_three_kinds_differ_in_shape_and_not_in_colour_alone() -> None:
    for confirmed in (True, False):
        shapes = [drawn(kind, confirmed=confirmed).tag.rpartition("}")[2] for kind in MarkerKind]
        assert sorted(shapes) == ["circle", "path", "rect"]


def test_the_three_kinds_differ_in_colour() -> None:
    assert len({drawn(kind, confirmed=True).attrib["stroke"] for kind in MarkerKind}) == 3


@pytest.mark.parametrize("kind", MarkerKind)
def test_unconfirmed_is_the_same_shape_in_outline(kind: MarkerKind) -> None:
    sure, unsure = drawn(kind, confirmed=True).attrib, drawn(kind, confirmed=False).attrib
    assert sure["fill"] == sure["stroke"] == unsure["stroke"]
    assert unsure["fill"] == WHITE
    assert {**sure, "fill": ""} == {**unsure, "fill": ""}


@pytest.mark.parametrize("kind", MarkerKind)
def test_the_number_of_the_card_is_inside(kind: MarkerKind) -> None:
    assert parts(marker_svg(kind, confirmed=True, number=12))[1] == "12"
    assert parts(marker_svg(kind, confirmed=True))[1] is None


def test_nothing_but_a_whole_number_can_get_into_a_marker() -> None:
    with pytest.raises(ValueError, match="format code"):
        marker_svg(MarkerKind.EVALUATION, confirmed=True, number="1</text>")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evaluation", "procedure", "kind", "confirmed"),
    [
        (CONFIRMED_YES, CONFIRMED_YES, MarkerKind.PROCEDURE, True),
        (CONFIRMED_YES, PROVISIONAL_YES, MarkerKind.PROCEDURE, False),
        (PROVISIONAL_YES, CONFIRMED_YES, MarkerKind.PROCEDURE, True),
        (CONFIRMED_YES, UNKNOWN_CLAIM, MarkerKind.EVALUATION, True),
        (PROVISIONAL_YES, CONFIRMED_NO, MarkerKind.EVALUATION, False),
        (UNKNOWN_CLAIM, UNKNOWN_CLAIM, MarkerKind.UNKNOWN, False),
        (UNKNOWN_CLAIM, CONFIRMED_NO, MarkerKind.UNKNOWN, False),
    ],
)
def test_a_marker_shows_the_most_a_site_is_known_to_do_and_how_sure_that_is(
    evaluation: Claim, procedure: Claim, kind: MarkerKind, confirmed: bool
) -> None:
    site = make_site(evaluation=evaluation, procedure=procedure)
    assert (marker_kind(site), is_confirmed(site)) == (kind, confirmed)


@pytest.mark.parametrize(("evaluation", "procedure"), list(product(CLAIMS, CLAIMS)))
def test_the_legend_explains_the_shape_of_every_site(evaluation: Claim, procedure: Claim) -> None:
    site = make_site(evaluation=evaluation, procedure=procedure)
    assert marker_kind(site) in {entry.kind for entry in LEGEND}
    if marker_kind(site) is not MarkerKind.UNKNOWN and not is_confirmed(site):
        assert any("not yet confirmed" in entry.meaning for entry in LEGEND if not entry.confirmed)


def test_the_legend_names_the_shapes_it_shows() -> None:
    words = {MarkerKind.PROCEDURE: "star", MarkerKind.EVALUATION: "circle", MarkerKind.UNKNOWN: "square"}
    for kind, word in words.items():
        assert any(word in entry.meaning.lower() for entry in LEGEND if entry.kind is kind)
    (starred,) = [entry for entry in LEGEND if "*" in entry.meaning]
    assert starred.kind is MarkerKind.PROCEDURE


def test_a_site_known_to_do_neither_is_not_explained_as_not_known() -> None:
    site = make_site(evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO)
    (entry,) = [entry for entry in LEGEND if entry.kind is marker_kind(site)]
    assert "not known what" not in entry.meaning
