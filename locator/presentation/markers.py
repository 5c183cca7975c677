"""The shapes that tell sites apart, the same on the card, in the legend and on the map. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locator.language import marked as N_
from locator.sites import Answer, Site, Status

# Okabe and Ito's palette: told apart with every common form of colour blindness.
EVALUATION_COLOUR: Final = "#0072B2"
PROCEDURE_COLOUR: Final = "#D55E00"
UNKNOWN_COLOUR: Final = "#5B6770"
_PAPER: Final = "#FFFFFF"
# A little darker than the text of the pages: on the orange star that falls short of 4.5 to 1.
_INK: Final = "#0B1319"


class MarkerKind(StrEnum):
    """What a marker says is done at a site: the most it is known to do."""

    PROCEDURE = "procedure"
    EVALUATION = "evaluation"
    UNKNOWN = "unknown"


_COLOURS: Final = {
    MarkerKind.PROCEDURE: PROCEDURE_COLOUR,
    MarkerKind.EVALUATION: EVALUATION_COLOUR,
    MarkerKind.UNKNOWN: UNKNOWN_COLOUR,
}


def marker_kind(site: Site) -> MarkerKind:
    """A star where procedures are done, else a circle where patients are evaluated, else a plain dot."""
    if site.procedure.answer is Answer.YES:
        return MarkerKind.PROCEDURE
    if site.evaluation.answer is Answer.YES:
        return MarkerKind.EVALUATION
    return MarkerKind.UNKNOWN


def is_confirmed(site: Site) -> bool:
    """Whether the role a site's marker shows is confirmed, so that its shape is filled."""
    kind = marker_kind(site)
    claim = site.procedure if kind is MarkerKind.PROCEDURE else site.evaluation
    return claim.status is Status.CONFIRMED


def _star_path(points: int = 5, outer: float = 16.8, inner: float = 10.2) -> str:
    corners = []
    for i in range(points * 2):
        radius = outer if i % 2 == 0 else inner
        angle = math.pi * i / points - math.pi / 2
        corners.append(f"{20 + radius * math.cos(angle):.1f} {21 + radius * math.sin(angle):.1f}")
    return "M" + " L".join(corners) + " Z"


_SHAPES: Final = {
    MarkerKind.PROCEDURE: f'<path d="{_star_path()}" stroke-linejoin="round"',
    MarkerKind.EVALUATION: '<circle cx="20" cy="20" r="14.5"',
    MarkerKind.UNKNOWN: '<rect x="6.5" y="6.5" width="27" height="27" rx="1.5"',
}


def marker_svg(kind: MarkerKind, *, confirmed: bool, number: int | None = None) -> str:
    """An SVG element, 40 by 40 units: filled when confirmed, outlined when not, with an optional number.

    Made of constants and a whole number only, so it is safe to place into a page as it is.
    """
    colour = _COLOURS[kind]
    fill = colour if confirmed else _PAPER
    # White on the orange star would fall short of the contrast that small text needs.
    ink = _PAPER if confirmed and kind is not MarkerKind.PROCEDURE else _INK
    middle_y = 26 if kind is MarkerKind.PROCEDURE else 25
    text = (
        ""
        if number is None
        else (
            f'<text x="20" y="{middle_y}" text-anchor="middle" font-size="14" font-weight="700"'
            f' font-family="inherit" fill="{ink}">{number:d}</text>'
        )
    )
    # The white rim lets a marker stand out from whatever lies below it: a dark page, a street, water.
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40"'
        ' aria-hidden="true">'
        f'{_SHAPES[kind]} fill="none" stroke="{_PAPER}" stroke-width="6.5"/>'
        f'{_SHAPES[kind]} fill="{fill}" stroke="{colour}" stroke-width="3.5"/>{text}</svg>'
    )


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One shape and the message that says what it means."""

    kind: MarkerKind
    confirmed: bool
    meaning: str


LEGEND: Final = (
    LegendEntry(MarkerKind.EVALUATION, confirmed=True, meaning=N_("Circle: DRG evaluation")),
    LegendEntry(MarkerKind.PROCEDURE, confirmed=True, meaning=N_("Star and asterisk (*): DRG procedures")),
    LegendEntry(MarkerKind.EVALUATION, confirmed=False, meaning=N_("Outline only: not yet confirmed")),
    LegendEntry(MarkerKind.UNKNOWN, confirmed=False, meaning=N_("Square: no DRG care known here")),
)
