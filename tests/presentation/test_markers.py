"""Markers are told apart by shape, and the legend explains them all."""

from __future__ import annotations

from itertools import product
from xml.etree import ElementTree as ET

import pytest

from locator.presentation.markers import LEGEND, MarkerKind, is_confirmed, marker_kind, marker_svg
from locator.sites import UNKNOWN_CLAIM, Claim
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site

CLAIMS = (CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM)
WHITE = "#FFFFFF"


def parts(svg: str) -> tuple[ET.Element, str | None]:
    """The shape of a marker, and its text if it has one."""
    _rim, shape, *texts = ET.fromstring(svg)  # noqa: S314 - made by this project
    return shape, texts[0].text if texts else None


def drawn(kind: MarkerKind, *, confirmed: bool) -> ET.Element:
    return parts(marker_svg(kind, confirmed=confirmed))[0]


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
