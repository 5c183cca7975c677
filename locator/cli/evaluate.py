"""The command `python -m locator evaluate FILE.csv`: how good placing is, on a table of known addresses.

No cell of the table is ever printed: addresses are personal.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from locator.cli.accuracy_report import AccuracyReport, BadRow, as_json, as_text
from locator.cli.places import known_places, valid_directory
from locator.errors import LocatorError
from locator.files import open_text
from locator.geocoding import PostalAddress
from locator.geocoding.places import postal_address
from locator.settings import load_settings
from locator.sites import Coordinate

if TYPE_CHECKING:
    from locator.geocoding.accuracy import Measuring

COLUMNS: Final = ("address", "city", "state", "zip", "latitude", "longitude")
"""What a table must hold; the names its header uses may differ."""

_BATCH: Final = 4096
_MOST_LISTED: Final = 1000
_DONE, _USAGE, _NOTHING_USABLE = 0, 2, 5


class TableUnreadableError(LocatorError):
    """The table of addresses cannot be read; the text names the file and says why."""


class ColumnsMissingError(LocatorError):
    """The table lacks columns; the text names them and those it has."""


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address of the table and its true point."""

    address: PostalAddress
    point: Coordinate


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evaluate` to the commands of the command line."""
    parser = commands.add_parser("evaluate", help="measure how well known addresses are placed")
    parser.add_argument("file", type=Path, help="a CSV file with addresses and their true points")
    for column in COLUMNS:
        parser.add_argument(
            f"--{column}", default=column, metavar="COLUMN", help=f"the column that holds the {column}"
        )
    parser.add_argument("--json", action="store_true", help="print JSON, as described in docs/evaluating.md")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the file and print the report; 2 for missing columns, 5 where no row could be used."""
    from locator.geocoding.accuracy import Measuring  # noqa: PLC0415 - numpy is loaded for this command alone

    settings = load_settings().with_data()
    sites = valid_directory(settings.data_files).sites
    places = known_places(settings.data_files, sites)
    names = {column: str(getattr(options, column)) for column in COLUMNS}
    try:
        report = measure(options.file, names, Measuring(sites, places.place_address))
    except ColumnsMissingError as exc:
        sys.stderr.write(f"{exc}\n")
        return _USAGE
    text = json.dumps(as_json(report), indent=2) if options.json else as_text(report)
    sys.stdout.write(f"{text}\n")
    return _DONE if report.accuracy.addresses else _NOTHING_USABLE


def measure(path: Path, names: Mapping[str, str], measuring: Measuring) -> AccuracyReport:
    """Read the table in batches and measure each; memory does not grow with the file.

    `names` says what the header calls each of COLUMNS; small and capital letters are the same. Raises
    TableUnreadableError or ColumnsMissingError.
    """
    bad = 0
    listed: list[BadRow] = []
    try:
        # What is not UTF-8 spoils its own row only.
        with open_text(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            rows = _rows(file, names)
            while batch := list(islice(rows, _BATCH)):
                addresses = [(row.address, row.point) for row in batch if isinstance(row, KnownAddress)]
                measuring.add(addresses)
                bad += len(batch) - len(addresses)
                refused = (row for row in batch if isinstance(row, BadRow))
                listed.extend(islice(refused, _MOST_LISTED - len(listed)))
    except OSError as exc:
        raise TableUnreadableError(f"{path.name} cannot be read: {exc.strerror}") from exc
    return AccuracyReport(measuring.result(), bad, tuple(listed))


def _rows(file: IO[str], names: Mapping[str, str]) -> Iterator[KnownAddress | BadRow]:
    reader = csv.reader(file, strict=True)
    try:
        header = next(reader, [])
    except csv.Error:
        header = []
    header_names = [name.strip().casefold() for name in header]
    missing = [name for name in names.values() if header_names.count(name.strip().casefold()) != 1]
    if missing:
        # Where there is no header, its place is taken by a person's address.
        has = "no header line" if any(map(_is_number, header)) else ", ".join(header) or "no columns"
        raise ColumnsMissingError(
            f"The table needs each of these columns once: {', '.join(missing)}. It has: {has}. "
            "Other names are given with --address, --city and so on."
        )
    places = [header_names.index(names[column].strip().casefold()) for column in COLUMNS]
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BadRow(reader.line_num, "not readable as CSV, perhaps a quote too many")
            continue
        if cells:
            yield _row(reader.line_num, cells, len(header), places)


def _row(line: int, cells: Sequence[str], width: int, places: Sequence[int]) -> KnownAddress | BadRow:
    if len(cells) != width:
        return BadRow(line, f"{len(cells)} cells where {width} belong")
    address, city, state, zip_code, latitude, longitude = (cells[at].strip() for at in places)
    if not all(map(_is_text, (address, city, state, zip_code))):
        return BadRow(line, "not UTF-8 text")
    postal = postal_address(address, city, state, zip_code)
    if postal is None:
        return BadRow(line, "no address, city or ZIP code")
    try:
        point = Coordinate(float(latitude), float(longitude))
    except ValueError:
        return BadRow(line, "latitude and longitude are not a point on Earth in degrees")
    return KnownAddress(postal, point)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
