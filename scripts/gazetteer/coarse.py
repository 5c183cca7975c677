"""Counties, and the coarse places elsewhere that tell people how far away they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Final

from locator.geocoding.places.gazetteer import County, Elsewhere
from locator.sites import METRES_PER_MILE, Coordinate
from scripts.gazetteer.cities import CITY_FLOOR_MI, municipality_disc
from scripts.gazetteer.names import key
from scripts.gazetteer.region import CountyId
from scripts.gazetteer.sources import CensusArea, NamedPlace, ZipRecord
from scripts.gazetteer.spread import Disc, area_disc_mi, centre, distance_mi, radius_holding_mi
from scripts.gazetteer.zips import SAME_PLACE_MI

NEIGHBOURS: Final = frozenset({"ND", "SD", "IA", "WI", "IL", "MI"})
NEIGHBOUR_CITY: Final = 15_000
FAR_CITY: Final = 100_000
PREFIX_FLOOR_MI: Final = 5.0
LONE_PREFIX_MI: Final = 25.0

_POSTAL_NAMES: Final = {"New York City": "New York", "The Bronx": "Bronx"}
_UNPLACED: Final = Coordinate(0, 0)


def counties(records: Sequence[ZipRecord], covered: frozenset[CountyId]) -> list[County]:
    """Each covered county, centred on its people; a ZIP counts where its post office is."""
    members: dict[CountyId, list[Disc]] = defaultdict(list)
    for record, area in _with_people(records):
        members[record.state, record.county].append(_disc(area))
    return [
        County(
            name,
            state,
            centre(discs),
            radius_holding_mi(centre(discs), discs) * METRES_PER_MILE,
            round(sum(disc.weight for disc in discs)),
        )
        for (state, name), discs in sorted(members.items())
        if (state, name) in covered
    ]


def states(records: Sequence[ZipRecord], names: Mapping[str, str]) -> list[Elsewhere]:
    """The 50 states and DC, centred on their people."""
    members: dict[str, list[Disc]] = defaultdict(list)
    for record, area in _with_people(records):
        members[record.state].append(_disc(area))
    return [_spread_out("state", name, code, members[code]) for code, name in names.items()]


def prefixes(records: Iterable[ZipRecord]) -> list[Elsewhere]:
    """Every three-digit ZIP prefix, with the state most of its people live in.

    A prefix in which nobody is counted, with box and government ZIPs only, stands at the middle of its ZIPs'
    points; one without a single point is left out.
    """
    members: dict[str, list[ZipRecord]] = defaultdict(list)
    for record in records:
        members[record.zip_code[:3]].append(record)
    described = (_prefix(prefix, found) for prefix, found in sorted(members.items()))
    return [place for place in described if place]


def _prefix(prefix: str, records: Sequence[ZipRecord]) -> Elsewhere | None:
    people: Counter[str] = Counter()
    for record, area in _with_people(records):
        people[record.state] += area.population
    if people:
        discs = [_disc(area) for _, area in _with_people(records)]
        return _spread_out("zip3", prefix, people.most_common(1)[0][0], discs)
    points = [point for record in records for point in record.points if point != _UNPLACED]
    if not points:
        return None
    # The median is not moved by the few records that lie a continent away.
    middle = Coordinate(median(p.lat_deg for p in points), median(p.lon_deg for p in points))
    state = Counter(record.state for record in records).most_common(1)[0][0]
    return _spread_out("zip3", prefix, state, [Disc(middle, LONE_PREFIX_MI, 0)])


def far_cities(records: Sequence[ZipRecord], places: Iterable[NamedPlace]) -> list[Elsewhere]:
    """Cities of 100,000 people anywhere, and of 15,000 in the states around, that `places` holds.

    GeoNames lists parts of cities too: only a name that mail is addressed to counts as a city.
    """
    by_name: dict[tuple[str, str], list[tuple[ZipRecord, CensusArea]]] = defaultdict(list)
    for record, area in _with_people(records):
        for name in {key(name) for name in (record.city, *record.accepted)}:
            by_name[record.state, name].append((record, area))
    found: dict[tuple[str, str], Elsewhere] = {}
    for place in places:
        name = _POSTAL_NAMES.get(place.name, place.name)
        areas = [
            (record, area)
            for record, area in by_name[place.state, key(name)]
            if distance_mi(area.point, place.point) <= SAME_PLACE_MI
        ]
        if areas and place.population >= (NEIGHBOUR_CITY if place.state in NEIGHBOURS else FAR_CITY):
            # Places come largest first, so of two with one name in one state the larger stays.
            found.setdefault((place.state, name), _far_city(name, place, areas))
    return list(found.values())


def _far_city(name: str, place: NamedPlace, areas: Sequence[tuple[ZipRecord, CensusArea]]) -> Elsewhere:
    discs = [_disc(area) for record, area in areas if key(record.city) == key(name)]
    radius_mi = radius_holding_mi(place.point, [municipality_disc(place, areas), *discs])
    radius_m = max(CITY_FLOOR_MI, radius_mi) * METRES_PER_MILE
    return Elsewhere("city", name, place.state, place.point, radius_m, place.population)


def _spread_out(kind: str, name: str, state: str, discs: Sequence[Disc]) -> Elsewhere:
    point = centre(discs)
    radius_mi = max(PREFIX_FLOOR_MI, radius_holding_mi(point, discs))
    population = round(sum(disc.weight for disc in discs))
    return Elsewhere(kind, name, state, point, radius_mi * METRES_PER_MILE, population or None)


def _disc(area: CensusArea) -> Disc:
    return Disc(area.point, area_disc_mi(area.total_sq_mi), area.population)


def _with_people(records: Iterable[ZipRecord]) -> list[tuple[ZipRecord, CensusArea]]:
    return [(record, record.area) for record in records if record.area and record.area.population]
