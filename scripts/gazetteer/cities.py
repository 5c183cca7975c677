"""Cities and place names: one row per really distinct place, with the radius of all who use its name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from locator.geocoding.places.gazetteer import City
from locator.sites import METRES_PER_MILE, Coordinate
from scripts.gazetteer.names import key
from scripts.gazetteer.region import CountyId, county_at
from scripts.gazetteer.sources import CensusArea, CountyShape, NamedPlace, ZipRecord
from scripts.gazetteer.spread import Disc, area_disc_mi, centre, distance_mi, radius_holding_mi
from scripts.gazetteer.users import share_out
from scripts.gazetteer.zips import DISC_SHARE, SAME_PLACE_MI, has_people, people_discs

CITY_FLOOR_MI: Final = 2.0
LOWEST_DENSITY_PER_SQ_MI: Final = 150.0
"""A municipality is at least this dense, so that a town is not spread over all the farmland of its ZIP."""

TOWNSHIP_SQ_MI: Final = 36.0

LOOSE_PLACE_MI: Final = 5.0
"""Radius of a place known only from a post office without an area."""

UNPLACED_MI: Final = 10.0
"""The same where that post office shares its point with other cities: it is then the centre of a county."""

# Entries of GeoNames that are no place a person would name as home.
_NOT_A_CITY: Final = re.compile(r"\(historical\)|Subdivision|Community$|^West Coon Rapids$|Township$")


@dataclass(slots=True)
class Mentions:
    """What speaks of one place: its GeoNames entry if any, and the ZIPs that answer to its name."""

    name: str
    state: str
    town: NamedPlace | None
    anchor: Coordinate
    zips: list[ZipRecord] = field(default_factory=list)

    def areas(self) -> list[tuple[ZipRecord, CensusArea]]:
        """List its ZIPs whose Census area has something to say."""
        return [(record, record.area) for record in self.zips if record.area and has_people(record)]


def is_city(place: NamedPlace) -> bool:
    """Whether a GeoNames entry is a place a person would name as home."""
    return not _NOT_A_CITY.search(place.name)


def collect(
    records: Sequence[ZipRecord],
    towns: Iterable[NamedPlace],
    names: Mapping[str, tuple[str, ...]],
    shared: Counter[Coordinate],
) -> list[Mentions]:
    """Group towns and ZIP names into places; one name twice in a state is one place unless far apart."""
    found: dict[tuple[str, str], list[Mentions]] = defaultdict(list)
    for town in towns:
        same = found[town.state, key(town.name)]
        if not any(distance_mi(town.point, other.anchor) <= SAME_PLACE_MI for other in same):
            same.append(Mentions(town.name, town.state, town, town.point))
    # ZIPs with people come first: the points of the others are the least certain.
    for record in sorted(records, key=lambda r: (-_people(r), r.zip_code)):
        point = record.area.point if record.area and has_people(record) else _listed_point(record, shared)
        for name in names[record.zip_code]:
            same = found[record.state, key(name)]
            # A point that is not to be trusted cannot show that a known name means another place.
            near_mi = SAME_PLACE_MI if has_people(record) else float("inf")
            close = [other for other in same if distance_mi(point, other.anchor) <= near_mi]
            if not close:
                close = [Mentions(name, record.state, None, point)]
                same.extend(close)
            min(close, key=lambda other: distance_mi(point, other.anchor)).zips.append(record)
    return [place for same in found.values() for place in same]


def _listed_point(record: ZipRecord, shared: Counter[Coordinate]) -> Coordinate:
    """Take the first listed point that belongs to one city alone, else the first."""
    return next((point for point in record.points if shared[point] == 1), record.points[0])


def _people(record: ZipRecord) -> int:
    return record.area.population if record.area and has_people(record) else -1


def users_of(
    places: Sequence[Mentions],
    names: Mapping[str, tuple[str, ...]],
    towns: Mapping[str, Sequence[NamedPlace]],
) -> list[list[Disc]]:
    """Where the people live who use each place's name: those of all ZIPs that answer to it.

    A name that is nobody's home is taken to be used by all of those ZIPs' people, and a municipality that no
    ZIP with people answers to by its own, over its own disc. Any other such place has none.
    """
    grounds = [_ground(place) for place in places]
    users: list[list[Disc]] = [[] for _ in places]
    around: list[list[Disc]] = [[] for _ in places]
    answering: dict[str, tuple[ZipRecord, CensusArea, list[int]]] = {}
    for number, place in enumerate(places):
        for record, area in place.areas():
            answering.setdefault(record.zip_code, (record, area, []))[2].append(number)
    for record, area, numbers in answering.values():
        first = key(names[record.zip_code][0])
        numbers.sort(key=lambda number: key(places[number].name) != first)
        people = people_discs(area, towns.get(record.zip_code, ()))
        for number, discs in zip(
            numbers, share_out(people, [grounds[number] for number in numbers]), strict=True
        ):
            users[number].extend(discs)
            around[number].extend(people)
    return [
        users[number] or around[number] or ([grounds[number]] if place.town else [])
        for number, place in enumerate(places)
    ]


def _ground(place: Mentions) -> Disc:
    """Lay a disc of about its size where a place is; a name without a municipality has no size."""
    return municipality_disc(place.town, place.areas()) if place.town else Disc(place.anchor, 0.0, 0.0)


def describe(
    place: Mentions, users: Sequence[Disc], shapes: Sequence[CountyShape], shared: Counter[Coordinate]
) -> City:
    """Give a place its point and the radius of the people who use its name.

    The point is the municipality's, else the mean of those people, else its post office. The county is the
    one the point lies in.
    """
    point = place.town.point if place.town else centre(users) if users else place.anchor
    if users:
        # A rural ZIP's people are put into its towns more densely than wide municipalities are built.
        own_mi = radius_holding_mi(point, [_ground(place)], DISC_SHARE)
        radius_mi = max(CITY_FLOOR_MI, own_mi, radius_holding_mi(point, users, DISC_SHARE))
    else:
        radius_mi = UNPLACED_MI if shared[place.anchor] > 1 else LOOSE_PLACE_MI
    return City(
        name=place.name,
        state=place.state,
        county=_county_of(place, point, shapes)[1],
        point=point,
        radius_m=radius_mi * METRES_PER_MILE,
        population=place.town.population if place.town else None,
    )


def municipality_disc(town: NamedPlace, areas: Sequence[tuple[ZipRecord, CensusArea]]) -> Disc:
    """Spread a municipality's people over a disc of about its size.

    Its density is that of the ZIPs whose first name it is. One that shares its ZIPs under another city's name
    is taken at the lowest density among them, and for no larger than a survey township, as suburbs here are.
    """
    own = [area for record, area in areas if key(record.city) == key(town.name)]
    density = min((area.population / area.land_sq_mi for _, area in areas), default=0.0)
    if own:
        density = sum(area.population for area in own) / sum(area.land_sq_mi for area in own)
    area_sq_mi = town.population / max(LOWEST_DENSITY_PER_SQ_MI, density)
    return Disc(
        town.point, area_disc_mi(area_sq_mi if own else min(TOWNSHIP_SQ_MI, area_sq_mi)), town.population
    )


def _county_of(place: Mentions, point: Coordinate, shapes: Sequence[CountyShape]) -> CountyId:
    at = county_at(point, shapes)
    if at and at[0] == place.state:
        return at
    # A point in a border river: the county most of its mail goes through.
    counties = Counter(record.county for record in place.zips)
    return place.state, min(counties, key=lambda county: (-counties[county], county))


def shared_points(records: Iterable[ZipRecord]) -> Counter[Coordinate]:
    """Count the cities that give each listed point as theirs; a point of several belongs to none."""
    cities: dict[Coordinate, set[str]] = defaultdict(set)
    for record in records:
        for point in record.points:
            cities[point].add(key(record.city))
    return Counter({point: len(found) for point, found in cities.items()})
