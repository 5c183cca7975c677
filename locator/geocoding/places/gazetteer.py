"""The places the project ships: ZIPs, cities and counties near the clinics, and coarse places elsewhere.

Standard library only, because the command line loads it on every start. How the files were derived, and what
each column means, is written in data/gazetteer/README.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from locator.errors import LocatorError
from locator.files import read_text
from locator.sites import METRES_PER_MILE, Coordinate

SOURCE: Final = "U.S. Census Bureau (ZIP areas, ACS 2022) and GeoNames, derived 2026"
"""Where every point and radius here comes from, in a form a reader can be shown."""

ZIP_KINDS: Final = frozenset({"standard", "po_box", "unique"})
ZIPS: Final = "zips.csv"
CITIES: Final = "cities.csv"
COUNTIES: Final = "counties.csv"
ELSEWHERE: Final = "elsewhere.csv"
ELSEWHERE_KINDS: Final = frozenset({"zip3", "state", "city"})

_is_state: Final = re.compile("[A-Z]{2}").fullmatch

_ZIP_COLUMNS: Final = (
    "zip",
    "state",
    "county",
    "lat_deg",
    "lon_deg",
    "radius_mi",
    "population",
    "city",
    "other_cities",
    "kind",
)
_CITY_COLUMNS: Final = ("name", "state", "county", "lat_deg", "lon_deg", "radius_mi", "population")
_COUNTY_COLUMNS: Final = ("name", "state", "lat_deg", "lon_deg", "radius_mi", "population")
_ELSEWHERE_COLUMNS: Final = ("kind", "name", "state", "lat_deg", "lon_deg", "radius_mi", "population")


class GazetteerInvalidError(LocatorError):
    """The shipped place data cannot be used; the text names the file and, where there is one, the line."""


@dataclass(frozen=True, slots=True)
class ZipArea:
    """A ZIP code: its city, other names people use for it, and the radius that holds about 90 % of addresses.

    `kind` is standard, po_box or unique (one organisation). Population is None where the Census counts nobody
    under that ZIP.
    """

    zip_code: str
    state: str
    county: str
    point: Coordinate
    radius_m: float
    population: int | None
    city: str
    other_cities: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class City:
    """A city or place name, and the radius that holds about 90 % of the people who use that name."""

    name: str
    state: str
    county: str
    point: Coordinate
    radius_m: float
    population: int | None


@dataclass(frozen=True, slots=True)
class County:
    """A county without the word County, centred on its people, with the radius that holds 90 % of them."""

    name: str
    state: str
    point: Coordinate
    radius_m: float
    population: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A coarse place for telling people outside the area how far away they are.

    `kind` is zip3 (the name is three digits), state (the name is written out, `state` is its code) or city.
    """

    kind: str
    name: str
    state: str
    point: Coordinate
    radius_m: float
    population: int | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All shipped places, in the order of their files; ZIPs by their five digits."""

    zips: Mapping[str, ZipArea]
    cities: tuple[City, ...]
    counties: tuple[County, ...]
    elsewhere: tuple[Elsewhere, ...]


def load_gazetteer(folder: Path) -> Gazetteer:
    """Every place of the four CSV files in `folder`; one unusable row refuses the whole gazetteer.

    Raises GazetteerInvalidError, which names the file and line.
    """
    zips = _table(folder / ZIPS, _ZIP_COLUMNS, _zip_area, key_columns=1)
    return Gazetteer(
        zips=MappingProxyType({area.zip_code: area for area in zips}),
        cities=_table(folder / CITIES, _CITY_COLUMNS, _city, key_columns=3),
        counties=_table(folder / COUNTIES, _COUNTY_COLUMNS, _county, key_columns=2),
        elsewhere=_table(folder / ELSEWHERE, _ELSEWHERE_COLUMNS, _elsewhere, key_columns=3),
    )


_Place = TypeVar("_Place")


def _table(
    path: Path,
    columns: tuple[str, ...],
    parse: Callable[[Sequence[str]], _Place],
    *,
    key_columns: int,
) -> tuple[_Place, ...]:
    """Parse the rows in file order; one that cannot be used raises GazetteerInvalidError.

    So does one whose first `key_columns` cells repeat another row's.
    """
    places: list[_Place] = []
    seen: set[str] = set()
    for line, cells in _rows(path, columns):
        try:
            places.append(parse(cells))
        except ValueError as exc:
            raise GazetteerInvalidError(f"{path.name}, line {line}: {exc}") from exc
        key = "|".join(cells[:key_columns])
        if key in seen:
            raise GazetteerInvalidError(f"{path.name}, line {line}: this place is listed twice")
        seen.add(key)
    if not places:
        raise GazetteerInvalidError(f"{path.name} holds no places")
    return tuple(places)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row below a header that must match `columns` exactly."""
    try:
        text = read_text(path)
    except OSError as exc:
        raise GazetteerInvalidError(f"{path.name} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise GazetteerInvalidError(f"{path.name} is not UTF-8 text") from exc
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(reader, ())) != columns:
            raise GazetteerInvalidError(f"{path.name}, line 1: the columns must be {', '.join(columns)}")
        for cells in reader:
            if len(cells) != len(columns):
                raise GazetteerInvalidError(
                    f"{path.name}, line {reader.line_num}: {len(cells)} cells where {len(columns)} belong"
                )
            yield reader.line_num, cells
    except csv.Error as exc:
        raise GazetteerInvalidError(f"{path.name}, line {reader.line_num}: {exc}") from exc


def _zip_area(cells: Sequence[str]) -> ZipArea:
    zip_code, state, county, lat, lon, radius, population, city, other_cities, kind = cells
    return ZipArea(
        zip_code=_digits(zip_code, 5),
        state=_state(state),
        county=_name(county),
        point=Coordinate(float(lat), float(lon)),
        radius_m=_metres(radius),
        population=_population(population),
        city=_name(city),
        other_cities=tuple(map(_name, other_cities.split("|"))) if other_cities else (),
        kind=_one_of(kind, ZIP_KINDS),
    )


def _city(cells: Sequence[str]) -> City:
    name, state, county, lat, lon, radius, population = cells
    point = Coordinate(float(lat), float(lon))
    return City(_name(name), _state(state), _name(county), point, _metres(radius), _population(population))


def _county(cells: Sequence[str]) -> County:
    name, state, lat, lon, radius, population = cells
    point = Coordinate(float(lat), float(lon))
    return County(_name(name), _state(state), point, _metres(radius), _population(population))


def _elsewhere(cells: Sequence[str]) -> Elsewhere:
    kind, name, state, lat, lon, radius, population = cells
    return Elsewhere(
        kind=_one_of(kind, ELSEWHERE_KINDS),
        name=_digits(name, 3) if kind == "zip3" else _name(name),
        state=_state(state),
        point=Coordinate(float(lat), float(lon)),
        radius_m=_metres(radius),
        population=_population(population),
    )


def _digits(text: str, count: int) -> str:
    if len(text) != count or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not {count} digits")
    return text


def _state(text: str) -> str:
    if not _is_state(text):
        raise ValueError(f"{text!r} is not a two-letter state code")
    return text


def _name(text: str) -> str:
    if not text or text != text.strip():
        raise ValueError(f"{text!r} is not a name")
    return text


def _one_of(text: str, allowed: frozenset[str]) -> str:
    if text not in allowed:
        raise ValueError(f"{text!r} is none of {', '.join(sorted(allowed))}")
    return text


def _metres(radius_mi: str) -> float:
    radius_m = float(radius_mi) * METRES_PER_MILE
    # NaN fails the comparison too.
    if not 0 < radius_m < inf:
        raise ValueError(f"{radius_mi!r} is not a radius in miles")
    return radius_m


def _population(text: str) -> int | None:
    # Zero is refused because it would read as known to be uninhabited.
    if not text:
        return None
    population = int(text)
    if population <= 0:
        raise ValueError(f"{text!r} is not a population; leave it empty where it is unknown")
    return population
