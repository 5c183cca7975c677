"""How many addresses a second are placed offline, on one core: rows of a table, and the same as text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import process_time
from typing import Final, TypeVar

from locator.clinics import read_directory
from locator.geocoding import PostalAddress
from locator.geocoding.places import Gazetteer, OfflinePlaces, load_gazetteer
from locator.settings import SHIPPED
from locator.sites import Located

_ADDRESSES: Final = 20_000
_ROUNDS: Final = 5
_SEED: Final = 20261122
_STREETS: Final = ("Fake St", "Fake Ave S", "7th St NE", "County Road 10", "Fake Ct, Apt 3", "Highway 55 W")
AIM_PER_S: Final = 10_000
"""What the project asks of rows of a table."""

_Asked = TypeVar("_Asked")


@dataclass(frozen=True, slots=True)
class Placing:
    """Addresses a second of processor time, as the median, slowest and fastest of several rounds.

    Every round begins with places newly made, so that nothing is known from the round before.
    """

    name: str
    per_s: float
    slowest_per_s: float
    fastest_per_s: float
    placed_share: float


def placing() -> list[Placing]:
    """Rows with ZIP, rows without, and text, all of the same made-up addresses."""
    gazetteer = load_gazetteer(SHIPPED.gazetteer)
    sites = read_directory(SHIPPED.clinics, today=datetime.now(UTC).date()).sites
    rows = _addresses(gazetteer)
    by_city = [PostalAddress(row.street, None, row.city, row.state) for row in rows]
    lines = [row.one_line for row in rows]

    def made() -> OfflinePlaces:
        return OfflinePlaces(gazetteer, sites)

    return [
        _measured("rows of a table: street, city, state, ZIP", lambda: made().place_address, rows),
        _measured("rows of a table without ZIPs", lambda: made().place_address, by_city),
        _measured("the rows with ZIPs as typed text", lambda: made().locate, lines),
    ]


def table(found: Iterable[Placing]) -> str:
    """The measurements in Markdown."""
    lines = ["| what is placed | addresses a second, one core | placed |", "|---|---|---|"]
    lines += [
        f"| {one.name} | {one.per_s:,.0f} ({one.slowest_per_s:,.0f} to {one.fastest_per_s:,.0f}) "
        f"| {one.placed_share:.1%} |"
        for one in found
    ]
    return "\n".join(lines)


def _addresses(gazetteer: Gazetteer) -> list[PostalAddress]:
    """As many in each ZIP as its share of the people; one in ten names a city that only lies nearby."""
    dice = random.Random(_SEED)  # noqa: S311 - for repeatable addresses
    areas = list(gazetteer.zips.values())
    neighbours = {area.zip_code: other.city for area, other in zip(areas, areas[1:] + areas[:1], strict=True)}
    return [
        PostalAddress(
            street=f"{dice.randint(1, 19_999)} {dice.choice(_STREETS)}",
            city=neighbours[area.zip_code]
            if dice.random() < 0.1
            else dice.choice([area.city, *area.other_cities]),
            state=area.state,
            zip_code=area.zip_code,
        )
        for area in dice.choices(areas, [area.population or 0 for area in areas], k=_ADDRESSES)
    ]


def _measured(name: str, ready: Callable[[], Callable[[_Asked], object]], asked: Sequence[_Asked]) -> Placing:
    rates: list[float] = []
    placed = 0
    for _ in range(_ROUNDS):
        place = ready()
        start_s = process_time()
        answers = [place(one) for one in asked]
        rates.append(len(asked) / (process_time() - start_s))
        placed = sum(isinstance(answer, Located) for answer in answers)
    rates.sort()
    return Placing(name, rates[len(rates) // 2], rates[0], rates[-1], placed / len(asked))


if __name__ == "__main__":
    print(table(placing()))
