"""The referral sheet as a PDF, beside what the same library needs for a page of plain text and for none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import typst

from benchmarks.timing import Spread, interleaved, ratios, spread, timed_us
from locator.referral.sheet import Sheet
from locator.referral.sheet.pdf import sheet_pdf
from locator.referral.sheet.renderings import qr_svg
from tests.support.sheet_samples import LINK, longest_sheet, sample_sheet, words_of

OURS: Final = "the sheet"
_ROUNDS: Final = 15

Make = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class PdfTime:
    """How long one thing takes to make; `ratio` is the usual sheet over it, round by round."""

    name: str
    ms: Spread
    ratio: Spread


def run() -> list[PdfTime]:
    """The usual sheet, the longest, and what they stand beside; every round makes ones never made before."""
    made: dict[str, Make] = {
        OURS: lambda turn: sheet_pdf(_usual(turn)),
        "the longest sheet": lambda turn: sheet_pdf(_longest(turn)),
        "its code for a phone's camera alone": lambda turn: qr_svg(f"{LINK}&turn={turn}"),
        "its words as plain text": lambda turn: plain_pdf("\n\n".join(words_of(_usual(turn)))),
        "an empty document": lambda turn: plain_pdf(f"// {turn}"),
    }
    for make in made.values():
        make(-1)
    times = interleaved({name: _timed(make) for name, make in made.items()}, rounds=_ROUNDS)
    return [PdfTime(name, spread(ms), ratios(times[OURS], ms)) for name, ms in times.items()]


def section(found: Iterable[PdfTime]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## The referral sheet",
        "",
        "One tagged page (PDF/UA-1) of a made-up referral, in the largest type that fits, found in three",
        "attempts; beside it, what Typst takes for the same words set once and for a page with nothing.",
        "",
        "| what | time | the sheet over it |",
        "| --- | --- | --- |",
    ]
    for made in found:
        took, ratio = made.ms, made.ratio
        over = "1" if made.name == OURS else f"{ratio.median:.2g} ({ratio.low:.2g} to {ratio.high:.2g})"
        lines.append(f"| {made.name} | {took.median:.1f} ms ({took.low:.1f} to {took.high:.1f}) | {over} |")
    return "\n".join(lines)


def _timed(make: Make) -> Callable[[int], float]:
    return lambda turn: timed_us(make, turn)[1] / 1000


def _usual(turn: int) -> Sheet:
    return sample_sheet(practice_name=f"Fake Practice {turn}")


def _longest(turn: int) -> Sheet:
    return replace(longest_sheet(), recipient=f"To Fake Practice {turn}")


def plain_pdf(source: str) -> bytes | list[bytes] | None:
    """What Typst makes of a source, without data, tags or fonts of the system."""
    return typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)
