"""What the test Nominatim knows: the directory's own clinics, and made-up streets around them.

Only the clinics' addresses are real. The boundaries are coarse boxes, drawn just so that each place falls
into its own city and state; the other streets exist nowhere, and their names say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from geopy.distance import geodesic

from locator.clinics.reading import format_report, read_directory
from locator.sites import Coordinate, Site

CLINICS_CSV: Final = Path(__file__).resolve().parents[2] / "data" / "clinics.csv"

STREET_HALF_LENGTH_M: Final = 500.0

_FULL_WORDS: Final = {
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Cir": "Circle",
    "Rd": "Road",
    "E": "East",
    "N": "North",
    "S": "South",
    "NW": "Northwest",
}


@dataclass(frozen=True, slots=True)
class City:
    """A city as a box of `half_width_deg` to each side of its centre."""

    name: str
    state: str
    zip_code: str
    centre: Coordinate
    # About 2 km: no two of the clinics' cities touch.
    half_width_deg: float = 0.02


@dataclass(frozen=True, slots=True)
class State:
    """A state as a box."""

    name: str
    code: str
    south_west: Coordinate
    north_east: Coordinate


@dataclass(frozen=True, slots=True)
class House:
    """One address, its street's name in full as OpenStreetMap writes it."""

    number: str
    street: str
    city: City
    point: Coordinate

    @property
    def address(self) -> str:
        """The address on one line, as a person may type it."""
        return f"{self.number} {self.street}, {self.city.name}, {self.city.state} {self.city.zip_code}"


@dataclass(frozen=True, slots=True)
class Interpolation:
    """A row of even-numbered houses, of which only the first and the last are mapped."""

    first: House
    last: House


# The true border is a river; this one runs between the metro and the city of Hudson.
MINNESOTA: Final = State("Minnesota", "MN", Coordinate(43.5, -97.2), Coordinate(49.0, -92.8))
WISCONSIN: Final = State("Wisconsin", "WI", Coordinate(42.5, -92.8), Coordinate(47.0, -87.0))
HUDSON: Final = City("Hudson", "WI", "54016", Coordinate(44.975, -92.757))


def clinics(path: Path = CLINICS_CSV) -> tuple[Site, ...]:
    """The directory's clinics that have a pin, in file order; the file must be without a problem."""
    reading = read_directory(path, today=date.max)
    if not reading.valid:
        raise ValueError(format_report(reading))
    return tuple(site for site in reading.sites if site.pin)


def clinic_city(site: Site) -> City:
    """The clinic's city, as a box around its pin."""
    if site.pin is None:
        raise ValueError(f"{site.site_id} has no pin")
    return City(site.city, site.state, site.zip_code, site.pin.point)


def clinic_house(site: Site) -> House:
    """The clinic's address about 27 m from its pin: near enough to be right, too far to be a copy of it."""
    city = clinic_city(site)
    number, street = site.street.split(" ", 1)
    return House(number, in_full(street), city, moved(city.centre, north_m=20, east_m=18))


def in_full(street: str) -> str:
    """The street's name without abbreviations, "St" in front being a saint."""
    first, *rest = street.split(" ")
    return " ".join(["Saint" if first == "St" else first, *(_FULL_WORDS.get(word, word) for word in rest)])


def moved(point: Coordinate, *, north_m: float, east_m: float) -> Coordinate:
    """The point so many metres away, on the WGS-84 geodesic."""
    north = geodesic(meters=north_m).destination((point.lat_deg, point.lon_deg), 0)
    there = geodesic(meters=east_m).destination((north.latitude, north.longitude), 90)
    return Coordinate(there.latitude, there.longitude)


def between(row: Interpolation, number: int) -> House:
    """The house of that number, its point as far along the line as its number is between the two ends."""
    low, high = int(row.first.number), int(row.last.number)
    share = (number - low) / (high - low)
    start, end = row.first.point, row.last.point
    point = Coordinate(
        start.lat_deg + share * (end.lat_deg - start.lat_deg),
        start.lon_deg + share * (end.lon_deg - start.lon_deg),
    )
    return House(str(number), row.first.street, row.first.city, point)


def _house(number: int, street: str, city: City, *, north_m: float, east_m: float) -> House:
    return House(str(number), street, city, moved(city.centre, north_m=north_m, east_m=east_m))


_CITIES: Final = {site.site_id: clinic_city(site) for site in clinics()}
EDINA: Final = _CITIES["edina"]
DELANO: Final = _CITIES["delano"]
CHASKA: Final = _CITIES["chaska"]
BURNSVILLE: Final = _CITIES["burnsville"]

ROW: Final = Interpolation(
    _house(100, "Imaginary Avenue", EDINA, north_m=600, east_m=-400),
    _house(198, "Imaginary Avenue", EDINA, north_m=600, east_m=400),
)
TWINS: Final = (
    _house(12, "Nonesuch Lane", CHASKA, north_m=500, east_m=500),
    _house(12, "Nonesuch Lane", BURNSVILLE, north_m=500, east_m=500),
)
OVER_THE_BORDER: Final = _house(44, "Make-Believe Street", HUDSON, north_m=300, east_m=0)
BARE_STREET: Final = "Fictional Road"
