"""A picture of the map, for the document that is there before the live map, or without it. Pure.

It shows what the live map shows first, at the same places: the area searched from, the pins, the lines to
chosen sites and the built-in base layer, without the streets. It is an SVG in the address of an `<img>`:
nothing in an image runs or reaches the page around it, and its media queries go by its own size. So it
takes the zoom that the live map takes at that size, and pins and names are as large at any.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from locator.presentation.cards import marker
from locator.presentation.map.base_layer import GRID_PX, BaseLayer, City, WorldPoint, world_px
from locator.presentation.map.clusters import Clusters
from locator.presentation.map.features import TWIN_CITIES, Area, PinLabel, drawn_area, in_view, points_of
from locator.presentation.templating import render
from locator.sites import Coordinate, Origin, Site

# As the live map fits its view: `fit` in map.js, and the options in folium_map.py.
_START_ZOOM: Final = 9.0
_CLOSEST_ZOOM: Final = 11.0
_ZOOM_STEP: Final = 0.5
_MARGIN_PX: Final = (36, 44)
# Farther away than the live map's own: what does not fit into that one is still to be seen here.
_WIDEST_ZOOM: Final = 2.0
_ZOOMS: Final = 1 + round((_CLOSEST_ZOOM - _WIDEST_ZOOM) / _ZOOM_STEP)

# The sizes that pages give to the map: a smaller picture takes the first zoom, a larger one the last.
_LEAST_PX: Final = (270, 270)
_MOST_PX: Final = (1200, 800)

_AROUND_THE_EARTH_M: Final = 40_075_017.0
# Of the equator's length: at a pole itself there is no radius.
_LEAST_NARROWER: Final = 0.01

_PIN_PX: Final = 18
# How wide a letter is at most on average, and where a line begins and ends below a city's place.
_LETTER_PX: Final = 6.8
_LARGE_LETTER_PX: Final = 8.2
_LINE_PX: Final = (2, 19)

# What means something in an address between quotes, the sign of quoting first.
_QUOTED: Final = {char: quote(char) for char in '% "#&<>[\\]^`{|}'}


def map_picture(
    pins: Sequence[PinLabel],
    origin: Origin | None,
    base: BaseLayer,
    *,
    ways_to: Sequence[Site] = (),
    clusters: Clusters | None = None,
) -> str:
    """The HTML of a picture of the map, of the class `first-map`; the same arguments give the same HTML.

    Pins have their own numbers, and where two overlap the lower number lies above. A straight line leads from
    the area to each site of `ways_to`. The counts of `clusters` are not drawn: like `ways_to`, they decide
    what is in view. The page's style sheet says how large the picture is.
    """
    area = None if origin is None else drawn_area(origin)
    goals = points_of(ways_to)
    view = _View.of(in_view(pins, area, goals, clusters), area)
    placed = [(pin, view.at(pin.site.pin.point)) for pin in pins if pin.site.pin is not None]
    svg = render(
        "first_map.svg",
        steps=view.steps,
        land=_land(base, view),
        labels=_labels(base.cities, [spot for _pin, spot in placed], view),
        disc=None if area is None or area.radius_m <= 0 else _disc(area, view),
        ways=[] if area is None else [(view.at(area.centre), view.at(goal)) for goal in goals],
        # What comes later lies above.
        pins=[
            (spot, marker(pin.site, pin.number))
            for pin, spot in sorted(placed, key=lambda one: one[0].number, reverse=True)
        ],
    )
    return render("first_map.html", address=_address(svg), count=len(placed))


def _address(svg: str) -> str:
    """The image as an address, for an attribute between quotes."""
    # The template's lines break where nothing is needed between them.
    text = "".join(svg.splitlines())
    # Fourteen passes over all of it: `quote` and `translate` go by letters and take fifteen times as long.
    for char, quoted in _QUOTED.items():
        text = text.replace(char, quoted)
    return "data:image/svg+xml;charset=utf-8," + text


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the picture: pixels of its closest zoom from the middle, rightwards and down."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Step:
    """A zoom that the picture takes from this size on; `scale` is the zoom's scale beside the closest one.

    `sights` are the largest pictures of this zoom, the widest and the highest, as far as they reach from the
    middle rightwards and down, in the pixels of a `_Spot`.
    """

    zoom: float
    scale: float
    width_px: int
    height_px: int
    sights: tuple[_Spot, ...]

    def may_show(self, low: _Spot, high: _Spot) -> bool:
        """Whether anything between the two corners of a box may be in the picture from this step on."""
        return any(
            high.x >= -reach.x and low.x <= reach.x and high.y >= -reach.y and low.y <= reach.y
            for reach in self.sights
        )


@dataclass(frozen=True, slots=True)
class _View:
    """What is in the middle, and the zooms for the sizes that a page may give, farthest first."""

    middle: WorldPoint
    steps: tuple[_Step, ...]

    @classmethod
    def of(cls, points: Sequence[Coordinate], area: Area | None) -> _View:
        """The view that holds all the points and the whole area, as the live map's does."""
        corners = [WorldPoint.of(point) for point in points]
        if area is not None:
            corners += _corners(area)
        if not corners:
            return cls(WorldPoint.of(TWIN_CITIES), (_Step(_START_ZOOM, 1, 0, 0, _sights(1, _MOST_PX)),))
        left, right = min(corner.x for corner in corners), max(corner.x for corner in corners)
        top, bottom = min(corner.y for corner in corners), max(corner.y for corner in corners)
        return cls(WorldPoint((left + right) / 2, (top + bottom) / 2), _steps(right - left, bottom - top))

    @property
    def closest_zoom(self) -> float:
        """The zoom in whose pixels all is drawn."""
        return self.steps[-1].zoom

    @property
    def world_px(self) -> float:
        """How many of the picture's pixels wide the world is."""
        return world_px(self.closest_zoom)

    def at(self, point: Coordinate) -> _Spot:
        """Where a point is drawn."""
        return self.spot(WorldPoint.of(point))

    def spot(self, point: WorldPoint) -> _Spot:
        """Where a point of the projection is drawn."""
        x, y = (point.x - self.middle.x) * self.world_px, (point.y - self.middle.y) * self.world_px
        return _Spot(round(x, 1), round(y, 1))


def _corners(area: Area) -> tuple[WorldPoint, WorldPoint]:
    """The north-western and the south-eastern corner around an area, which may lie beyond the date line."""
    lat_deg = area.centre.lat_deg
    up_deg = 360 * area.radius_m / _AROUND_THE_EARTH_M
    middle, right = WorldPoint.of(area.centre).x, _world_radius(area)
    north = WorldPoint.of(Coordinate(min(90, lat_deg + up_deg), 0))
    south = WorldPoint.of(Coordinate(max(-90, lat_deg - up_deg), 0))
    return WorldPoint(middle - right, north.y), WorldPoint(middle + right, south.y)


def _world_radius(area: Area) -> float:
    """The radius of an area in the projection, which draws all larger the farther from the equator it is."""
    narrower = math.cos(math.radians(area.centre.lat_deg))
    return area.radius_m / (_AROUND_THE_EARTH_M * max(narrower, _LEAST_NARROWER))


def _steps(width: float, height: float) -> tuple[_Step, ...]:
    """The zooms at which a part of the projection so wide and high fits into a page's sizes of the map.

    The first one serves the smallest of them, and is taken for any smaller one too.
    """
    zooms = [_WIDEST_ZOOM + place * _ZOOM_STEP for place in range(_ZOOMS)]
    needs = [
        (
            math.ceil(width * world_px(zoom)) + 2 * _MARGIN_PX[0],
            math.ceil(height * world_px(zoom)) + 2 * _MARGIN_PX[1],
        )
        for zoom in zooms
    ]
    first, last = (
        max(1, sum(_is_within(need, limit) for need in needs)) - 1 for limit in (_LEAST_PX, _MOST_PX)
    )
    steps = []
    for place in range(first, last + 1):
        scale = round(2 ** (zooms[place] - zooms[last]), 5)
        until = _MOST_PX if place == last else needs[place + 1]
        steps.append(_Step(zooms[place], scale, *needs[place], _sights(scale, until)))
    return tuple(steps)


def _sights(scale: float, until_px: tuple[int, int]) -> tuple[_Spot, ...]:
    """How far the pictures reach that are not yet as wide, or not yet as high, as the size `until_px`."""
    sizes = {(_MOST_PX[0], until_px[1]), (until_px[0], _MOST_PX[1])}
    return tuple(_Spot(width / 2 / scale, height / 2 / scale) for width, height in sorted(sizes))


def _is_within(size: tuple[int, int], limit: tuple[int, int]) -> bool:
    return size[0] <= limit[0] and size[1] <= limit[1]


@dataclass(frozen=True, slots=True)
class _Land:
    """The counties in sight as the data of one path, and how that is moved and enlarged."""

    path: str
    moved: _Spot
    scale: int


def _land(base: BaseLayer, view: _View) -> _Land:
    farthest = view.steps[0]
    shown = (
        outline.path
        for outline in base.outlines(view.closest_zoom)
        if farthest.may_show(view.spot(outline.low), view.spot(outline.high))
    )
    return _Land("".join(shown), view.spot(WorldPoint(0.5, 0.5)), GRID_PX)


@dataclass(frozen=True, slots=True)
class _Disc:
    """The area searched from."""

    middle: _Spot
    radius: float


def _disc(area: Area, view: _View) -> _Disc:
    return _Disc(view.at(area.centre), round(_world_radius(area) * view.world_px, 1))


@dataclass(frozen=True, slots=True)
class _Box:
    """What takes up room around a place: as many pixels of the screen to each side of it at every zoom."""

    at: _Spot
    left: float
    right: float
    top: float
    bottom: float

    def free_from(self, other: _Box) -> float:
        """The least scale at which the two do not overlap; they do not at any larger one."""
        right, down = other.at.x - self.at.x, other.at.y - self.at.y
        beside = self.right - other.left if right > 0 else self.left - other.right
        below = self.bottom - other.top if down > 0 else self.top - other.bottom
        return min(
            beside / right if right else math.inf,
            below / down if down else math.inf,
        )


@dataclass(frozen=True, slots=True)
class _Label:
    """A city's name in the picture, shown from the step of this number on."""

    city: City
    spot: _Spot
    step: int


def _labels(cities: Iterable[City], pins: Iterable[_Spot], view: _View) -> list[_Label]:
    """The names with room of their own among pins and larger cities, at the steps where they have it."""
    labels: list[_Label] = []
    taken = [(0.0, _Box(spot, -_PIN_PX, _PIN_PX, -_PIN_PX, _PIN_PX)) for spot in pins]
    for city in cities:
        box = _label_box(city, view.spot(city.at))
        if not view.steps[0].may_show(box.at, box.at):
            continue
        # Before another is shown itself, it is in nobody's way.
        needed = [apart for begins, other in taken if (apart := box.free_from(other)) > begins]
        scale = max(needed, default=0.0)
        step = next((place for place, step in enumerate(view.steps) if step.scale >= scale), None)
        if step is not None and view.steps[step].may_show(box.at, box.at):
            labels.append(_Label(city, box.at, step))
            taken.append((view.steps[step].scale, box))
    return labels


def _label_box(city: City, at: _Spot) -> _Box:
    """A name begins at the place and stands below it, as on the live map."""
    width_px = len(city.name) * (_LARGE_LETTER_PX if city.rank == 1 else _LETTER_PX)
    return _Box(at, 0, width_px, *_LINE_PX)
