"""The command `python -m locator evaluate FILE.csv`: how good placing is, on a table of known addresses.

No cell of the table is ever printed: addresses are personal.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from locator.cli.matching.columns import columns_for
from locator.cli.matching.rows import ColumnsUnfitError, TableUnreadableError, open_table
from locator.cli.places import known_places, valid_directory
from locator.files import open_text
from locator.geocoding import PostalAddress
from locator.geocoding.places import postal_address
from locator.settings import load_settings
from locator.sites import Coordinate

if TYPE_CHECKING:
    from locator.geocoding.accuracy import Accuracy, Figures, Measuring


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: the number of its last line and why, without what it holds."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """What a run found; `bad_rows` holds the first of `bad` many."""

    accuracy: Accuracy
    bad: int
    bad_rows: Sequence[BadRow]


def as_text(report: AccuracyReport) -> str:
    """The report for reading."""
    accuracy = report.accuracy
    placed = accuracy.overall.placed if accuracy.overall else 0
    lines = [
        (
            f"{accuracy.addresses + report.bad:,} rows, {report.bad:,} of them bad; "
            f"clinics: {accuracy.clinics:,}"
        ),
        (
            f"{placed:,} placed, {accuracy.ambiguous:,} could mean several places, "
            f"{accuracy.unknown:,} not known"
        ),
        f"{accuracy.per_second or 0:,.0f} addresses a second",
    ]
    if accuracy.overall:
        figures = [("all", accuracy.overall), *accuracy.by_precision.items()]
        lines += ["", *_table(figures, accuracy.addresses)]
    lines += [f"line {row.line}: {row.reason}" for row in report.bad_rows]
    if report.bad > len(report.bad_rows):
        more = report.bad - len(report.bad_rows)
        lines.append(f"and {more:,} bad {'row' if more == 1 else 'rows'} more")
    return "\n".join(lines)


def _table(figures: Iterable[tuple[str, Figures]], addresses: int) -> Iterator[str]:
    """One column for all and for each precision, a line for each figure."""
    columns = [_column(name, one, addresses) for name, one in figures]
    for cells in zip(_LINES, *columns, strict=True):
        name, *values = cells
        yield f"{name:<46}" + "".join(f"{value:>11}" for value in values)


_LINES: Final = (
    "placed by",
    "addresses",
    "share of all addresses",
    "median error, miles",
    "90th percentile of error, miles",
    "95th percentile of error, miles",
    "worst error, miles",
    "inside the stated radius",
    "first clinic truly the nearest",
    'of the others, marked "about the same"',
    "of the others, not marked",
    "extra miles to the first clinic, mean",
)


def _column(name: str, one: Figures, addresses: int) -> tuple[str, ...]:
    return (
        name,
        f"{one.placed:,}",
        _percent(one.placed, addresses),
        f"{one.median_mi:.2f}",
        f"{one.p90_mi:.2f}",
        f"{one.p95_mi:.2f}",
        f"{one.worst_mi:.2f}",
        _percent(one.inside, one.placed),
        _percent(one.first_nearest, one.placed),
        _percent(one.marked, one.others),
        f"{one.unmarked:,}",
        f"{one.extra_mi / one.placed:.3f}",
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def as_json(report: AccuracyReport) -> dict[str, Any]:
    """The report as docs/evaluating.md describes it; a share of nothing is null."""
    accuracy = report.accuracy
    overall = accuracy.overall
    return {
        "rows": accuracy.addresses + report.bad,
        "bad": report.bad,
        "bad_rows": [{"line": row.line, "reason": row.reason} for row in report.bad_rows],
        "addresses": accuracy.addresses,
        "placed": overall.placed if overall else 0,
        "ambiguous": accuracy.ambiguous,
        "unknown": accuracy.unknown,
        "clinics": accuracy.clinics,
        "addresses_per_second": round(accuracy.per_second) if accuracy.per_second else None,
        "overall": _figures(overall, accuracy.addresses) if overall else None,
        "by_precision": {
            kind: _figures(one, accuracy.addresses) for kind, one in accuracy.by_precision.items()
        },
    }


def _figures(one: Figures, addresses: int) -> dict[str, Any]:
    return {
        "placed": one.placed,
        "placed_share": _share(one.placed, addresses),
        "median_error_mi": one.median_mi,
        "p90_error_mi": one.p90_mi,
        "p95_error_mi": one.p95_mi,
        "worst_error_mi": one.worst_mi,
        "inside_radius_share": _share(one.inside, one.placed),
        "first_nearest_share": _share(one.first_nearest, one.placed),
        "others": one.others,
        "others_marked_share": _share(one.marked, one.others),
        "others_unmarked": one.unmarked,
        "mean_extra_mi": round(one.extra_mi / one.placed, 4),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


COLUMNS: Final = ("address", "city", "state", "zip", "latitude", "longitude")
"""What a table must hold; the names its header uses may differ."""

_BATCH: Final = 4096
_MOST_LISTED: Final = 1000
_DONE, _USAGE, _NOTHING_USABLE = 0, 2, 5


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
    except ColumnsUnfitError as exc:
        sys.stderr.write(f"{exc}\n")
        return _USAGE
    text = json.dumps(as_json(report), indent=2) if options.json else as_text(report)
    sys.stdout.write(f"{text}\n")
    return _DONE if report.accuracy.addresses else _NOTHING_USABLE


def measure(path: Path, names: Mapping[str, str], measuring: Measuring) -> AccuracyReport:
    """Read the table in batches and measure each; memory does not grow with the file.

    `names` says what the header calls each of COLUMNS; small and capital letters are the same. Raises
    TableUnreadableError or ColumnsUnfitError.
    """
    bad = 0
    listed: list[BadRow] = []
    try:
        # What is not UTF-8 spoils its own row only.
        with open_text(path, encoding="utf-8-sig", errors="surrogateescape") as file, open_table(path):
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
    found = {column: columns_for(column, header, names[column]) for column in COLUMNS}
    missing = [names[column] for column in COLUMNS if len(found[column]) != 1]
    if missing:
        # Where there is no header, its place is taken by a person's address.
        has = "no header line" if any(map(_is_number, header)) else ", ".join(header) or "no columns"
        raise ColumnsUnfitError(
            f"The table needs each of these columns once: {', '.join(missing)}. It has: {has}. "
            "Other names are given with --address, --city and so on."
        )
    places = [found[column][0] for column in COLUMNS]
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
