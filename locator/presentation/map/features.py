"""What the map in the browser is told: pins, areas, lines and where to look, each a feature of GeoJSON.

Each feature carries one property, its facts as JSON in hexadecimal digits: no delimiter of a template, script
or mark-up language can occur in them. `static/map.js` decodes them in the browser and shows text. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from locator.language import current
from locator.language import gettext as _
from locator.presentation import is_confirmed, marker_kind, marker_svg
from locator.presentation.map.clusters import Clusters
from locator.sites import Coordinate, Origin, Precision, Site

TWIN_CITIES: Final = Coordinate(44.97, -93.32)
"""Where a map without a search begins, and where features stand that draw nothing."""


@dataclass(frozen=True, slots=True)
class PinLabel:
    """One site on the map: the number of its card, and plain text for its name and its pop-up.

    A `movable` pin can be dragged; where it is put down counts as a click on the map there.
    """

    site: Site
    number: int
    name: str
    lines: tuple[str, ...]
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """The site chosen in the list; `turn` grows with each choice, so the same one can be chosen again."""

    site_id: str
    turn: int


@dataclass(frozen=True, slots=True)
class Area:
    """What is drawn of the place searched from: a disc, in metres."""

    centre: Coordinate
    radius_m: float


# A hundredth of a degree is at most half a mile here, so the point rounded to it lies well inside this disc.
_LEAST_DRAWN_M: Final = 1500.0
_HOUSE_LEVEL: Final = frozenset({Precision.ADDRESS, Precision.STREET})


def drawn_area(origin: Origin) -> Area:
    """The area a place is drawn as. A person's street is blurred: no map shows or centres on a house."""
    if origin.precision not in _HOUSE_LEVEL:
        return Area(origin.point, origin.uncertainty_m)
    blurred = Coordinate(round(origin.point.lat_deg, 2), round(origin.point.lon_deg, 2))
    return Area(blurred, max(origin.uncertainty_m, _LEAST_DRAWN_M))


def features_of(  # noqa: PLR0913, PLR0917 - each is one thing the map shows
    pins: Sequence[PinLabel],
    origin: Origin | None,
    focus: Focus | None,
    ways_to: Sequence[Site],
    moves: Sequence[tuple[Coordinate, Coordinate]],
    clusters: Clusters | None = None,
) -> list[dict[str, Any]]:
    """A feature for everything the map shows, and last one that says where to look and in which words."""
    looks: set[str] = set()
    features = [
        feature(pin.site.pin.point, _pin_facts(pin, looks)) for pin in pins if pin.site.pin is not None
    ]
    area = None if origin is None else drawn_area(origin)
    goals = points_of(ways_to)
    if area is not None and area.radius_m > 0:
        facts = {"kind": "origin", "radius_m": area.radius_m}
        features.append(feature(area.centre, facts))
    if area is not None:
        features += [feature(area.centre, {"kind": "way", "to": _corner(goal)}) for goal in goals]
    features += [feature(before, {"kind": "way", "to": _corner(after)}) for before, after in moves]
    corners = in_view(pins, area, goals, clusters)
    view = _view_facts(corners, area, focus, goals) | _cluster_facts(clusters)
    features.append(feature(TWIN_CITIES, view))
    return features


def _pin_facts(pin: PinLabel, looks: set[str]) -> dict[str, Any]:
    """What the map is told of a pin; its drawing comes with the first that looks so, as `looks` then says."""
    kind, confirmed = marker_kind(pin.site), is_confirmed(pin.site)
    look = kind if confirmed else f"{kind}-outline"
    facts = {
        "kind": "site",
        "id": pin.site.site_id,
        "number": pin.number,
        "look": look,
        "name": pin.name,
        "lines": pin.lines,
        "movable": pin.movable,
    }
    if look not in looks:
        looks.add(look)
        facts["svg"] = marker_svg(kind, confirmed=confirmed, number=pin.number)
    return facts


# The nearest few say where to look; a far one would shrink the map to the size of the state.
_SITES_IN_VIEW: Final = 3


def points_of(sites: Iterable[Site]) -> list[Coordinate]:
    """Where the sites are that have a map pin, in their order."""
    return [site.pin.point for site in sites if site.pin is not None]


def in_view(
    pins: Sequence[PinLabel], area: Area | None, goals: Sequence[Coordinate], clusters: Clusters | None
) -> Sequence[Coordinate]:
    """The points that the map shows at first beside the area: the goals, else the pins that matter most."""
    points = points_of(pin.site for pin in pins)
    if clusters is not None:
        return clusters.in_view(points, nearest=None if area is None else points[:_SITES_IN_VIEW])
    if area is not None:
        points = points_of(pin.site for pin in pins[:_SITES_IN_VIEW])
    return goals or points


def _corner(point: Coordinate) -> list[float]:
    return [point.lat_deg, point.lon_deg]


def _view_facts(
    corners: Sequence[Coordinate], area: Area | None, focus: Focus | None, goals: Sequence[Coordinate]
) -> dict[str, Any]:
    disc = None
    if area is not None:
        disc = {"lat": area.centre.lat_deg, "lon": area.centre.lon_deg, "radius_m": area.radius_m}
    return {
        "kind": "view",
        "corners": [_corner(point) for point in corners],
        "follow": [_corner(goal) for goal in goals],
        "disc": disc,
        "focus": {"id": focus.site_id, "turn": focus.turn} if focus else None,
        "rest_hint": _("Tap or click the map to move it"),
        "words": {
            "map": _("Map of the clinics"),
            "zoom_in": _("Zoom in"),
            "zoom_out": _("Zoom out"),
            "close": _("Close"),
            "language": current().tag,
        },
    }


def _cluster_facts(clusters: Clusters | None) -> dict[str, Any]:
    return {} if clusters is None else {"crowd": clusters.facts(), "turned": clusters.turned}


def feature(point: Coordinate, facts: dict[str, Any]) -> dict[str, Any]:
    """A point of GeoJSON with facts that no template or script can take for its own."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.lon_deg, point.lat_deg]},
        "properties": {"facts": json.dumps(facts).encode().hex()},
    }
