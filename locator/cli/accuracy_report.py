"""What a measurement of placing found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    # The command line must be able to name this module without loading numpy.
    from locator.geocoding.accuracy import Accuracy, Figures


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
