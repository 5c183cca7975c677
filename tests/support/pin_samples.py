"""Made-up clinic files, places and services for the tests of pins; every name is obviously fake."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from locator.clinics.schema import COLUMNS
from locator.geocoding.places.gazetteer import Gazetteer, ZipArea
from locator.geocoding.types import AnswerKind, Found, PostalAddress
from locator.sites import Coordinate

TODAY = date(2026, 11, 22)
MIDDLE = Coordinate(44.98, -93.27)
METRES_PER_DEGREE_NORTH = 111_130.0
AREA = ZipArea(
    zip_code="55999",
    state="MN",
    county="Hennepin",
    point=MIDDLE,
    radius_m=3000.0,
    population=1000,
    city="Testville",
    other_cities=("Saint Sample",),
    kind="standard",
)
GAZETTEER = Gazetteer(MappingProxyType({"55999": AREA}), (), (), ())

BARE = dict.fromkeys(COLUMNS, "") | {
    "name": "Fake Clinic",
    "city": "Testville",
    "state": "MN",
    "zip": "55999",
    "country": "US",
    "phone": "612-555-0101",
    "time_zone": "America/Chicago",
    "evaluation": "unknown",
    "evaluation_status": "unknown",
    "procedure": "unknown",
    "procedure_status": "unknown",
    "source": "made up for a test",
    "as_of": "2026-01-31",
    "active": "yes",
}


def row(number: int, **cells: str) -> dict[str, str]:
    """A clinic without a pin, called fake-NUMBER, at NUMBER Nowhere St."""
    return BARE | {"site_id": f"fake-{number}", "street": f"{number} Nowhere St"} | cells


def pinned(number: int, **cells: str) -> dict[str, str]:
    """A clinic with a pin of its own that was listed for its address."""
    pin = {"latitude": f"44.98{number:02}", "longitude": "-93.27", "pin_source": "listing"}
    return row(number, **pin, pin_precision="unknown") | cells


def as_csv(*rows: Mapping[str, str], columns: Sequence[str] = COLUMNS) -> bytes:
    """The rows as a file with LF line ends."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def cells_of(raw: bytes) -> dict[str, dict[str, str]]:
    """The file's cells by id and column, as the csv module reads them."""
    reader = csv.DictReader(io.StringIO(raw.decode(), newline=""))
    return {cells["site_id"]: cells for cells in reader}


def found(
    at: Coordinate = MIDDLE,
    kind: AnswerKind = AnswerKind.ADDRESS,
    *,
    city: str | None = "Testville",
    state: str | None = "MN",
    zip_code: str | None = "55999",
) -> Found:
    """What a service offers for an address in Testville."""
    label = f"somewhere in {city}"
    return Found(label, at, kind, 30.0, "fake data", "© fake mappers", city, state, zip_code)


def north(metres: float, of: Coordinate = MIDDLE) -> Coordinate:
    """The point so many metres to the north."""
    return Coordinate(of.lat_deg + metres / METRES_PER_DEGREE_NORTH, of.lon_deg)


def house(address: PostalAddress) -> tuple[Found, ...]:
    """One good offer for any address: 10 m to the north for each house number."""
    number = int((address.street or "0").split()[0])
    return (found(north(10.0 * number)),)


class FakeGeocoder:
    """Answers as it is told to, and remembers what it was asked."""

    def __init__(self, answer: Callable[[PostalAddress], tuple[Found, ...]] = house) -> None:
        self._answer = answer
        self.asked: list[str] = []

    @property
    def name(self) -> str:
        """The service's name."""
        return "Fake Maps"

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """Whatever the function gives or raises."""
        assert budget_s > 0
        self.asked.append(address.one_line)
        return self._answer(address)
