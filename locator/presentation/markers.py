"""The shapes that tell sites apart, the same on the card, in the legend and on the map. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locator.language import marked as N_
from locator.sites import Answer, ClinicRole, Site, Status

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


# The role that a kind shows; which kind a site has is decided in this order.
_ROLES: Final = {
    MarkerKind.PROCEDURE: ClinicRole.PROCEDURE,
    MarkerKind.EVALUATION: ClinicRole.EVALUATION,
}


def marker_kind(site: Site) -> MarkerKind:
    """A star where procedures are done, else a circle where patients are evaluated, else a plain dot."""
    claims = site.claims
    known = (kind for kind, role in _ROLES.items() if claims[role].answer is Answer.YES)
    return next(known, MarkerKind.UNKNOWN)


def is_confirmed(site: Site) -> bool:
    """Whether the role a site's marker shows is confirmed, so that its shape is filled."""
    role = _ROLES.get(marker_kind(site), ClinicRole.EVALUATION)
    return site.claims[role].status is Status.CONFIRMED


def _star_path(points: int = 5, outer: float = 16.8, inner: float = 10.2) -> str:
    corners = []
    for i in range(points * 2):
        radius = outer if i % 2 == 0 else inner
        angle = math.pi * i / points - math.pi / 2
        corners.append(f"{20 + radius * math.cos(angle):.1f} {21 + radius * math.sin(angle):.1f}")
    return "M" + " L".join(corners) + " Z"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a kind is drawn: the start of its SVG element, its colour, and the number on the filled shape."""

    shape: str
    colour: str
    number_y: int = 25
    number_colour: str = _PAPER


_LOOKS: Final = {
    # A white number on the orange star would fall short of the contrast that small text needs.
    MarkerKind.PROCEDURE: _Look(
        f'<path d="{_star_path()}" stroke-linejoin="round"', PROCEDURE_COLOUR, number_y=26, number_colour=_INK
    ),
    MarkerKind.EVALUATION: _Look('<circle cx="20" cy="20" r="14.5"', EVALUATION_COLOUR),
    MarkerKind.UNKNOWN: _Look('<rect x="6.5" y="6.5" width="27" height="27" rx="1.5"', UNKNOWN_COLOUR),
}


def marker_svg(kind: MarkerKind, *, confirmed: bool, number: int | None = None) -> str:
    """An SVG element, 40 by 40 units: filled when confirmed, outlined when not, with an optional number.

    Made of constants and a whole number only, so it is safe to place into a page as it is.
    """
    look = _LOOKS[kind]
    fill, ink = (look.colour, look.number_colour) if confirmed else (_PAPER, _INK)
    text = (
        ""
        if number is None
        else (
            f'<text x="20" y="{look.number_y}" text-anchor="middle" font-size="14" font-weight="700"'
            f' font-family="inherit" fill="{ink}">{number:d}</text>'
        )
    )
    # The white rim lets a marker stand out from whatever lies below it: a dark page, a street, water.
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40"'
        ' aria-hidden="true">'
        f'{look.shape} fill="none" stroke="{_PAPER}" stroke-width="6.5"/>'
        f'{look.shape} fill="{fill}" stroke="{look.colour}" stroke-width="3.5"/>{text}</svg>'
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
