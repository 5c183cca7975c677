"""Which part of the map the gazetteer covers in full, and which county a point lies in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from locator.sites import Coordinate
from scripts.gazetteer.sources import CountyShape, ZipRecord
from scripts.gazetteer.spread import Disc, area_disc_mi, centre, distance_mi

BETWEEN_THE_CITIES: Final = Coordinate(44.962, -93.178)
"""Half-way between the city halls of Minneapolis and Saint Paul."""

WISCONSIN_REACH_MI: Final = 125.0
"""Wisconsin counties whose centre of population is this near are covered: up to Superior and La Crosse."""

METRO_COUNTIES: Final = frozenset({"Anoka", "Carver", "Dakota", "Hennepin", "Ramsey", "Scott", "Washington"})

CountyId = tuple[str, str]
"""State code and county name."""


def covered_counties(records: Iterable[ZipRecord]) -> frozenset[CountyId]:
    """All counties of Minnesota, and those of Wisconsin whose population-weighted centre is within reach."""
    discs: dict[CountyId, list[Disc]] = defaultdict(list)
    for record in records:
        if record.area and record.state in {"MN", "WI"}:
            disc = Disc(record.area.point, area_disc_mi(record.area.total_sq_mi), record.area.population)
            discs[record.state, record.county].append(disc)
    return frozenset(
        county
        for county, members in discs.items()
        if county[0] == "MN" or distance_mi(BETWEEN_THE_CITIES, centre(members)) <= WISCONSIN_REACH_MI
    )


def county_at(point: Coordinate, shapes: Sequence[CountyShape]) -> CountyId | None:
    """The county a point lies in; None beyond the shapes and on water that the Census leaves out."""
    return next(((shape.state, shape.name) for shape in shapes if shape.holds(point)), None)
