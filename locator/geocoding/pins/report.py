"""What a run did, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from locator.geocoding.pins.plan import Proposal
from locator.sites import METRES_PER_MILE, Coordinate

_HEADS: Final = ("clinic", "old pin", "new pin", "moved", "precision", "result")
_NOTHING: Final = "-"


def table(proposals: Sequence[Proposal], *, dry_run: bool) -> str:
    """A line a row under a line of heads, columns aligned; what speaks against a row stands below it."""
    rows = [_HEADS, *(_row(proposal, dry_run=dry_run) for proposal in proposals)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_aligned(_HEADS, widths)]
    for row, proposal in zip(rows[1:], proposals, strict=True):
        lines.append(_aligned(row, widths))
        lines += [f"    {_printable(doubt.reason)}" for doubt in proposal.doubts]
        if proposal.doubts and proposal.choice is not None:
            lines.append(f"    asked: {proposal.site.address}")
            lines.append(f"    found: {_printable(proposal.choice.label)}")
    return "\n".join(lines)


def as_json(proposals: Sequence[Proposal], *, dry_run: bool) -> list[dict[str, Any]]:
    """The rows as JSON values, in the order of the table."""
    return [
        {
            "site_id": proposal.site.site_id,
            "address": proposal.site.address,
            "old_pin": _point(None if proposal.site.pin is None else proposal.site.pin.point),
            "new_pin": _point(proposal.point),
            "moved_m": None if proposal.moved_m is None else round(proposal.moved_m, 1),
            "precision": proposal.precision,
            "found": None if proposal.choice is None else proposal.choice.label,
            "flags": [{"flag": doubt.flag, "reason": doubt.reason} for doubt in proposal.doubts],
            "accepted": proposal.accepted and bool(proposal.doubts),
            "written": proposal.to_write and not dry_run,
        }
        for proposal in proposals
    ]


def attributions(proposals: Sequence[Proposal]) -> list[str]:
    """Whom the new pins' data is owed to, each once."""
    owed = (proposal.choice.attribution for proposal in proposals if proposal.choice is not None)
    return [_printable(text) for text in dict.fromkeys(owed) if text]


def _row(proposal: Proposal, *, dry_run: bool) -> tuple[str, ...]:
    old = proposal.site.pin
    status = "would be written" if dry_run else "written"
    accepted = ", accepted" if proposal.doubts else ""
    return (
        proposal.site.site_id,
        _degrees(None if old is None else old.point),
        _degrees(proposal.point),
        _distance(proposal.moved_m),
        proposal.precision or _NOTHING,
        f"{status}{accepted}" if proposal.to_write else "needs a look",
    )


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _degrees(point: Coordinate | None) -> str:
    return _NOTHING if point is None else f"{point.lat_deg:.6f}, {point.lon_deg:.6f}"


def _distance(metres: float | None) -> str:
    """Metres first where they are what one can walk and see, miles first beyond."""
    if metres is None:
        return _NOTHING
    if metres < 1000:
        return f"{metres:.0f} m ({metres / METRES_PER_MILE:.2f} mi)"
    return f"{metres / METRES_PER_MILE:.1f} mi ({metres / 1000:.1f} km)"


def _point(point: Coordinate | None) -> dict[str, float] | None:
    return None if point is None else {"lat_deg": point.lat_deg, "lon_deg": point.lon_deg}


def _printable(text: str) -> str:
    # A service's text must not move a terminal's cursor.
    return "".join(character if character.isprintable() else "?" for character in text)
