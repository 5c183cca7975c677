"""Where a row of a table is, by its cells as people and spreadsheets leave them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from locator.cli.matching.zip_cells import ZipCell, meant, read_zip
from locator.clinics import distance_m
from locator.geocoding import PostalAddress
from locator.geocoding.places import Refusal, postal_address, split_state, words_of
from locator.presentation import wording
from locator.sites import Ambiguous, Located, NotLocated, Origin, PlaceAnswer, Precision

NO_PLACE: Final = "no address, city or ZIP code"
_MOST_NAMED: Final = 5
_SHOWN_CHARACTERS: Final = 20


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why a row has no place."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row that say where it is, empty where they say that nothing is known."""

    street: str
    city: str
    state: str
    zip_cell: ZipCell

    @property
    def address(self) -> PostalAddress | None:
        return postal_address(self.street, self.city, self.state, self.zip_cell.zip_code or "")

    @property
    def is_in_a_state(self) -> bool:
        return split_state(words_of(self.state))[1] is not None


class RowPlaces:
    """Finds the place of a row; each answer says what it does not owe to the cells as they are written.

    A ZIP code comes first. Where its cell holds none, the city is used. What contradicts itself has no place.
    """

    def __init__(self, place: Callable[[PostalAddress], PlaceAnswer]) -> None:
        self._place = place

    def find(self, street: str, city: str, state: str, zip_code: str) -> Origin | Unplaced:
        """The place of a row with these cells, blank where there is no such column."""
        zip_cell = self._in_its_state(read_zip(zip_code), meant(state))
        row = _Row(meant(street), meant(city), meant(state), zip_cell)
        return self._by_zip(row) if zip_cell.zip_code else self._without_zip(row)

    def _in_its_state(self, cell: ZipCell, state: str) -> ZipCell:
        """The cell, without its ZIP code where a zero in front of it would have to be guessed."""
        if not cell.needs_state or self._is_in(state, cell.zip_code or ""):
            return cell
        return ZipCell(cell.text)

    def _is_in(self, state: str, zip_code: str) -> bool:
        code = split_state(words_of(state))[1]
        return code is not None and self._agrees(PostalAddress(state=code, zip_code=zip_code))

    def _agrees(self, address: PostalAddress) -> bool:
        """Whether all that the address says is of one place."""
        return isinstance(self._place(address), Located)

    def _by_zip(self, row: _Row) -> Origin | Unplaced:
        zip_cell, address = row.zip_cell, row.address
        answer = self._place(address) if address else NotLocated(NO_PLACE)
        if isinstance(answer, Located):
            notes = [*self._far_city(row, answer.origin)]
            if not zip_cell.as_written:
                notes.insert(0, f"The ZIP code {zip_cell.zip_code} was read from {_shown(zip_cell)}.")
            return _noted(answer.origin, *notes)
        if isinstance(answer, Ambiguous):
            return Unplaced(self._disagreement(row) + _several(answer.candidates))
        if row.city and not self._agrees(PostalAddress(zip_code=zip_cell.zip_code)):
            by_city = self._place(_without(row))
            if isinstance(by_city, Located):
                note = f"The city was used: the ZIP code {zip_cell.zip_code} is not known."
                return _noted(by_city.origin, note)
        return Unplaced(answer.reason)

    def _without_zip(self, row: _Row) -> Origin | Unplaced:
        zip_cell, address = row.zip_cell, row.address
        if zip_cell.is_canadian:
            return Unplaced(Refusal.CANADA.sentence)
        if not zip_cell.text:
            why = ""
        elif zip_cell.is_nothing:
            why = f"the cell of the ZIP code says {_shown(zip_cell)}"
        else:
            why = f"the cell of the ZIP code, {_shown(zip_cell)}, is no ZIP code of the United States"
        if address is None or (zip_cell.may_be_foreign and not row.is_in_a_state):
            return Unplaced(why if why and not zip_cell.is_nothing else NO_PLACE)
        answer = self._place(address)
        if isinstance(answer, Located):
            return _noted(answer.origin, *([f"No ZIP code was used: {why}."] if why else []))
        if why and not row.city:
            return Unplaced(f"{why}, and no city is given")
        reason = _several(answer.candidates) if isinstance(answer, Ambiguous) else answer.reason
        return Unplaced(f"{why}; without it: {reason}" if why else reason)

    def _disagreement(self, row: _Row) -> str:
        """What of a row speaks against its ZIP code, which is a place by itself; empty where nothing does."""
        zip_code = row.zip_cell.zip_code
        if not (row.city or row.state) or not self._agrees(PostalAddress(zip_code=zip_code)):
            return ""
        if row.city and not self._agrees(PostalAddress(city=row.city, zip_code=zip_code)):
            return "the ZIP code and the city disagree: "
        if row.state and not self._is_in(row.state, zip_code or ""):
            return "the ZIP code and the state disagree: "
        return ""

    def _far_city(self, row: _Row, origin: Origin) -> Sequence[str]:
        """A note where the ZIP code was known by its first digits alone, and the city lies elsewhere."""
        if origin.precision is not Precision.STATE or not row.city:
            return ()
        by_city = self._place(_without(replace(row, street="")))
        if not isinstance(by_city, Located):
            return ()
        city = by_city.origin
        apart_m = distance_m(origin.point, city.point)
        if apart_m <= origin.uncertainty_m + city.uncertainty_m:
            return ()
        miles = wording.miles(apart_m)
        far = f"the middle of {city.label} lies {miles} miles from there"
        return (f"The ZIP code and the city may disagree: {far}.",)


def _without(row: _Row) -> PostalAddress:
    """The row's address without its ZIP code; it must have a city."""
    address = postal_address(row.street, row.city, row.state, "")
    if address is None:
        raise ValueError("the row has no city")
    return address


def _noted(origin: Origin, *notes: str) -> Origin:
    return replace(origin, notes=(*notes, *origin.notes)) if notes else origin


def _several(candidates: Sequence[Origin]) -> str:
    names = "; ".join(candidate.label for candidate in candidates[:_MOST_NAMED])
    return f"it could be several places: {names}{'; and others' if len(candidates) > _MOST_NAMED else ''}"


def _shown(cell: ZipCell) -> str:
    text = " ".join(cell.text.split())
    return f'"{text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"}"'
