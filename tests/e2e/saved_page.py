"""The saved page as a person uses it, and what it does behind their back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.pages import Seen


class SavedSite:
    """A saved copy in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.seen = Seen()
        self.seen.watch(page)
        self.place = page.get_by_label("ZIP code or city")
        self.announcement = page.locator(".found .count")
        self.notes = page.locator(".found p:not(.count)")
        self.cards = page.locator(".clinic")
        self.question = page.locator("#question")
        self.pins = page.get_by_role("button", name=re.compile(r"^\d+\. "))
        self.popup = page.locator(".leaflet-popup").last

    def visit(self) -> None:
        """Come to the page, and wait until its scripts have run."""
        self.page.goto(self.address)
        expect(self.place).to_be_visible()

    def search(self, text: str) -> None:
        """Type a place and press Enter."""
        self.place.fill(text)
        self.place.press("Enter")

    def titles(self) -> list[str]:
        """Each card's number and name, in order."""
        return [text.strip() for text in self.cards.get_by_role("heading").all_text_contents()]

    def pin_names(self) -> list[str]:
        """Each pin's name as assistive technology has it, in the order of its number."""
        names = [str(pin.get_attribute("aria-label")) for pin in self.pins.all()]
        return sorted(names, key=lambda name: int(name.partition(".")[0]))

    def card(self, number: int) -> Locator:
        """The card with this number."""
        return self.cards.filter(has=self.page.get_by_role("heading", name=re.compile(rf"^{number}\. ")))

    def pin(self, number: int) -> Locator:
        """The pin with this number."""
        return self.page.get_by_role("button", name=re.compile(rf"^{number}\. "))

    def focused(self) -> str:
        """The name, or else the text, of what has the focus."""
        return str(
            self.page.evaluate(
                "() => { const at = document.activeElement;"
                " return (at.getAttribute('aria-label') || at.id || at.textContent).trim(); }"
            )
        )


def address_of(folder: Path, name: str = "index.html") -> str:
    """A file's address, as when a person opens it from the folder."""
    return (folder / name).as_uri()
