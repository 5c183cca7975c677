"""`make gallery`: take the picture of every state, or of those named, and write docs/gallery.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from scripts.chromium import NONE_TO_BE_HAD, find
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.embedding_site import launched
from tests.e2e.gallery import book, contact_sheet
from tests.e2e.gallery.kinds import State
from tests.e2e.gallery.shots import SCHEMES, pictures
from tests.e2e.gallery.stage import stage
from tests.e2e.gallery.states import STATES


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pictures and the page; pictures of states that are no more go."""
    parser = argparse.ArgumentParser(prog="make gallery", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a state; all of them if none is named")
    parser.add_argument("--into", type=Path, default=book.PICTURES, help="the folder of the pictures")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - {state.name for state in STATES}
    if unknown:
        parser.error(f"no such state: {min(unknown)}")
    chosen = [state for state in STATES if not options.names or state.name in options.names]
    chromium = find(os.environ)
    if chromium is None:
        sys.exit(NONE_TO_BE_HAD)
    options.into.mkdir(parents=True, exist_ok=True)
    _take(chosen, chromium, options.into)
    _clear(options.into)
    if options.into == book.PICTURES:
        book.write(STATES)


def _clear(folder: Path) -> None:
    kept = book.picture_names(STATES)
    for path in folder.glob(f"*{book.SUFFIX}"):
        if path.name not in kept:
            path.unlink()


def _take(states: Sequence[State], chromium: str, folder: Path) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with (
        tempfile.TemporaryDirectory() as kept,
        stage(Path(kept)) as made,
        sync_playwright() as playwright,
        launched(playwright.chromium, chromium) as browser,
    ):
        for number, state in enumerate(states, start=1):
            sys.stderr.write(f"{number} of {len(states)}: {state.name}\n")
            taken = pictures(state, browser, made)
            contact_sheet.save(contact_sheet.contact_sheet(taken), folder / book.picture_name(state))
            if folder == book.PICTURES and state.name in book.README_PICTURES:
                contact_sheet.save_top(taken[len(SCHEMES)], book.README_PICTURES[state.name])


if __name__ == "__main__":
    main()
