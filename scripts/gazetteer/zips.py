"""ZIP codes: the names they answer to, their point, and the radius that holds their addresses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from locator.geocoding.places import ZipArea
from locator.geocoding.places.gazetteer import City
from locator.sites import METRES_PER_MILE
from scripts.gazetteer.names import key, shortens, spelled_out, without_short_forms
from scripts.gazetteer.sources import CensusArea, NamedPlace, ZipRecord
from scripts.gazetteer.spread import Disc, area_disc_mi, distance_mi, radius_holding_mi

STANDARD_FLOOR_MI: Final = 0.75
"""No ZIP is known better than this: Census areas only approximate the Postal Service's routes."""

BOX_FLOOR_MI: Final = 2.0
"""People who rent a box live around the post office, not in it."""

TOWN_DENSITY_PER_SQ_MI: Final = 1000.0
RURAL_DENSITY_PER_SQ_MI: Final = 200.0
DISC_SHARE: Final = 0.95
"""Share of a simulated ZIP's addresses that its disc holds; ZIPs with towns, and cities, are held to it."""

SAME_PLACE_MI: Final = 25.0
"""Two mentions of one name in one state that are nearer than this mean one place."""

# Municipalities of the seven metro counties whose names the Postal Service refuses and GeoNames leaves out.
_METRO_CITIES_ONLY_REFUSED: Final = frozenset({"gemlake", "miesville", "woodland"})

TownsByName = Mapping[tuple[str, str], Sequence[NamedPlace]]
"""GeoNames places by state and name key, largest first."""


def towns_by_name(places: Iterable[NamedPlace]) -> TownsByName:
    """Index the places for lookups by spelling."""
    found: dict[tuple[str, str], list[NamedPlace]] = defaultdict(list)
    for place in places:
        found[place.state, key(place.name)].append(place)
    return found


def names_of(record: ZipRecord, towns: TownsByName, in_use: Counter[str]) -> tuple[str, ...]:
    """Names people use for a ZIP: its city first, the others sorted.

    The accepted names, less abbreviations, and those refused names that are a real place near by. A unique
    ZIP lists its company among the accepted names: there a name counts only if a ZIP of another kind uses it.
    """
    accepted = [name for name in record.accepted if record.kind != "unique" or in_use[key(name)]]
    refused = [name for name in record.refused if _is_real_place(name, record, towns)]
    names = without_short_forms([record.city, *accepted, *refused])
    city, *others = [_usual_spelling(name, record, towns) for name in (record.city, *names)]
    return (city, *sorted({name for name in others if key(name) != key(city)}))


def _is_real_place(name: str, record: ZipRecord, towns: TownsByName) -> bool:
    if record.area is None or record.kind == "unique":
        return False
    if record.state == "MN" and key(name) in _METRO_CITIES_ONLY_REFUSED:
        return True
    near_mi = area_disc_mi(record.area.total_sq_mi) + 5
    return any(
        distance_mi(town.point, record.area.point) <= near_mi
        for town in towns.get((record.state, key(name)), ())
    )


def _usual_spelling(name: str, record: ZipRecord, towns: TownsByName) -> str:
    """GeoNames' spelling of the name, or of the only near town it abbreviates (No Oaks)."""
    known = towns.get((record.state, key(name)))
    if known:
        return known[0].name
    meant = {
        town.name
        for (state, _), same in towns.items()
        for town in same
        if state == record.state
        and shortens(spelled_out(name), town.name)
        and distance_mi(town.point, record.points[0]) <= SAME_PLACE_MI
    }
    return meant.pop() if len(meant) == 1 else spelled_out(name)


def has_people(record: ZipRecord) -> bool:
    """Whether the Census area says where this ZIP's addresses are; an empty one of a box ZIP does not."""
    return record.area is not None and (record.kind == "standard" or record.area.population > 0)


def area_radius_mi(record: ZipRecord, area: CensusArea, towns: Sequence[NamedPlace]) -> float:
    """Radius around the Census centre that holds about 90 % of real addresses: see decision 002."""
    floor_mi = STANDARD_FLOOR_MI if record.kind == "standard" else BOX_FLOOR_MI
    even_mi = area_disc_mi(area.total_sq_mi)
    if not towns or area.population > RURAL_DENSITY_PER_SQ_MI * area.land_sq_mi:
        return max(floor_mi, even_mi)
    return max(floor_mi, radius_holding_mi(area.point, people_discs(area, towns), DISC_SHARE))


def people_discs(area: CensusArea, towns: Sequence[NamedPlace]) -> list[Disc]:
    """Where a ZIP's people live: evenly, or where it is rural, in its towns and evenly around them."""
    even_mi = area_disc_mi(area.total_sq_mi)
    if area.population > RURAL_DENSITY_PER_SQ_MI * area.land_sq_mi:
        return [Disc(area.point, even_mi, area.population)]
    discs = [
        Disc(
            town.point,
            area_disc_mi(town.population / TOWN_DENSITY_PER_SQ_MI),
            min(town.population, area.population),
        )
        for town in towns
    ]
    in_towns = sum(disc.weight for disc in discs)
    return [*discs, Disc(area.point, even_mi, max(0.0, area.population - in_towns))]


def towns_of_zips(records: Sequence[ZipRecord], places: Iterable[NamedPlace]) -> dict[str, list[NamedPlace]]:
    """Each place under the ZIP it most likely gets its mail from.

    That is, among the near ZIPs of its state that carry its name, else among all near ones, the one whose
    area's disc it lies deepest in or least far from.
    """
    found: dict[str, list[NamedPlace]] = defaultdict(list)
    areas = [(record, record.area) for record in records if record.area and record.area.population]
    for place in places:
        near = [
            (_depth(place, area), record)
            for record, area in areas
            if record.state == place.state and distance_mi(place.point, area.point) <= SAME_PLACE_MI
        ]
        named = [
            pair for pair in near if key(place.name) in {key(n) for n in (pair[1].city, *pair[1].accepted)}
        ]
        if near:
            found[min(named or near, key=lambda pair: (pair[0], pair[1].zip_code))[1].zip_code].append(place)
    return found


def _depth(place: NamedPlace, area: CensusArea) -> float:
    return distance_mi(place.point, area.point) ** 2 - area.total_sq_mi / math.pi


def zip_with_area(record: ZipRecord, area: CensusArea, radius_mi: float, names: tuple[str, ...]) -> ZipArea:
    """Describe a ZIP the Census draws an area for."""
    return ZipArea(
        zip_code=record.zip_code,
        state=record.state,
        county=record.county,
        point=area.point,
        radius_m=radius_mi * METRES_PER_MILE,
        population=area.population or None,
        city=names[0],
        other_cities=names[1:],
        kind=record.kind,
    )


def zip_without_area(
    record: ZipRecord, city: City, areas: Sequence[ZipArea], names: tuple[str, ...]
) -> ZipArea:
    """Place a ZIP that has no area of its own: an organisation by its point, boxes by the whole city.

    An organisation's point counts only inside the city it names, since some records carry a county's centre;
    its radius is that of the nearest ZIP area, which is about how well such a point is known.
    """
    point, radius_m = city.point, city.radius_m
    inside = [
        listed
        for listed in record.points
        if distance_mi(listed, city.point) * METRES_PER_MILE <= city.radius_m
    ]
    if record.kind == "unique" and inside:
        host = min(areas, key=lambda area: (distance_mi(inside[0], area.point), area.zip_code))
        point, radius_m = inside[0], max(host.radius_m, BOX_FLOOR_MI * METRES_PER_MILE)
    return ZipArea(
        record.zip_code, record.state, record.county, point, radius_m, None, names[0], names[1:], record.kind
    )
