"""What the patient's page says, in English, as paragraphs and items; run as a module, how hard each is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Final

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, search
from locator.presentation import accessibility_statement
from locator.presentation.cards import Reporting, render_legend, render_list
from locator.presentation.listing import all_sites, found
from locator.presentation.overview import read_overview, texts
from locator.presentation.templating import render
from locator.settings.loading import Settings
from locator.sites import UNKNOWN_CLAIM, Answer, Coordinate, Wheelchair
from scripts.messages import interface
from tests.support.parsed_html import Element, one_line, parse
from tests.support.reading_level import hardest, reading, words
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_origin, make_site

ROOT: Final = Path(__file__).resolve().parents[2]
PHONE: Final = "612-555-0100"
OVERVIEW: Final = read_overview(ROOT / "data" / "overview.md")

# Everything else that has messages is read by patients, what is yet to be written included.
_OTHER_READERS: Final = (
    "data/README.md",
    "locator/clinics/cells.py",
    "locator/clinics/csv_table.py",
    "locator/clinics/reading.py",
    "locator/clinics/schema.py",
    "locator/geocoding/pins/",
    "locator/referral/",
    "locator/files.py",
    "locator/staff/",
    "locator/presentation/templates/comparison",
    "locator/presentation/templates/criteria",
    "locator/presentation/templates/journey",
    "locator/presentation/templates/offer",
    "locator/presentation/templates/pairs",
    "locator/presentation/templates/refer",
    "locator/presentation/templates/sheet",
    "locator/presentation/templates/sign_",
    "locator/presentation/templates/staff_",
    "locator/ui/referral/",
    "locator/ui/staff/",
    "pages/refer.py",
)
_VALUE: Final = re.compile(r"\{\w*\}|%\(\w+\)s")
_TAG: Final = re.compile(r"<[^>]*>")
# Below that it is a label, which would make any text look easy.
_LEAST_WORDS: Final = 4
_BLOCKS: Final = frozenset({"p", "li", "dd"})


def overview() -> list[str]:
    """The paragraphs and items of the overview, without its headings."""
    headings = {line.lstrip("# ") for line in OVERVIEW.body.splitlines() if line.startswith("#")}
    return [text.replace("*", "") for text in texts(OVERVIEW) if text not in {*headings, OVERVIEW.title}]


def messages() -> list[str]:
    """Every message of whole sentences that a patient may read; a value in it is one short word."""
    blocks = []
    for message in interface():
        read_by_patients = any(not name.startswith(_OTHER_READERS) for name, _line in message.locations)
        # The longer form of a plural stands for both.
        text = message.id if isinstance(message.id, str) else message.id[-1]
        plain = one_line(unescape(_TAG.sub("", _VALUE.sub("5", text))))
        if read_by_patients and len(words(plain)) >= _LEAST_WORDS and plain[-1] in ".?!":
            blocks.append(plain)
    return blocks


def statement() -> list[str]:
    """The paragraphs and items of the accessibility statement."""
    return _blocks(parse(accessibility_statement.as_html("Fake Practice", PHONE)))


def page() -> Element:
    """The patient's page with made-up clinics of every kind, in reading order, after a search."""
    near = (44.98 + step / 50 for step in range(9))
    sites = [
        make_site(
            f"fake-{number}",
            Coordinate(next(near), -93.27),
            evaluation=evaluation,
            procedure=procedure,
            hours="Mo-Fr 08:00-16:00",
            hours_as_of="2026-01",
            wheelchair=Wheelchair(Answer.YES, Answer.NO, Answer.UNKNOWN),
            verified_on=date(2026, 1, 2) if number % 2 else None,
        )
        for number, (evaluation, procedure) in enumerate(
            (one, other)
            for one in (CONFIRMED_YES, PROVISIONAL_YES, UNKNOWN_CLAIM)
            for other in (CONFIRMED_NO, PROVISIONAL_YES, UNKNOWN_CLAIM)
        )
    ]
    sites.append(make_site("fake-unplaced", None))
    origin = make_origin(uncertainty_m=3_000)
    filters = Filters(need=Need.PROCEDURE, wheelchair=True)
    listings = [
        found(origin, search(SiteIndex(sites), origin, filters, limit=3), filters, phone=PHONE),
        all_sites(sites, Filters(), phone=PHONE),
    ]
    now = datetime(2026, 6, 1, 17, tzinfo=UTC)
    reporting = Reporting({"closed": "It has closed"}, PHONE)
    fragments = [
        render("masthead.html", settings=Settings(practice_phone=PHONE)),
        *(render("found.html", listing=listing) for listing in listings),
        *(render_list(listing.groups, now=now, reporting=reporting) for listing in listings),
        render("map_intro.html"),
        render_legend(),
        "".join(f"<p>{text.replace('*', '')}</p>" for text in texts(OVERVIEW)),
        render("overview_foot.html", overview=OVERVIEW, phone=PHONE),
    ]
    return parse("".join(fragments))


def fragments() -> list[str]:
    """The paragraphs and items of whole sentences on the page, each once."""
    return _blocks(page())


def _blocks(tree: Element) -> list[str]:
    found_in = [one.text for one in tree.every() if one.tag in _BLOCKS and not _holds_a_block(one)]
    whole = [text for text in found_in if len(words(text)) >= _LEAST_WORDS and text[-1] in ".?!"]
    return list(dict.fromkeys(whole))


def _holds_a_block(element: Element) -> bool:
    return any(one.tag in _BLOCKS for one in element.every())


TEXTS: Final[Mapping[str, Callable[[], Sequence[str]]]] = {
    "overview": overview,
    "messages": messages,
    "page": fragments,
    "accessibility statement": statement,
}


def report(name: str, count: int = 10) -> str:
    """The grade of one of the texts and its hardest sentences, a line each."""
    blocks = TEXTS[name]()
    lines = [f"{grade:5.1f}  {sentence}" for grade, sentence in hardest(blocks, count)]
    return "\n".join([f"{name}: grade {reading(blocks).grade:.1f}", *lines])


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(map(report, TEXTS)) + "\n")
