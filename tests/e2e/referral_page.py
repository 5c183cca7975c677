"""The referral page as a nurse uses it: by mouse or by keyboard alone, and what they take away."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.e2e.pages import LivePage, MapPart, arrived

_IS_FOCUSED = "(node) => node === document.activeElement"
_NAMES_OF_FIELDS = """() => [...document.querySelectorAll(
  'input, textarea, select, [contenteditable="true"], [role="textbox"], [role="combobox"]')]
  .filter((field) => !field.readOnly || field.getAttribute("role") === "combobox")
  .map((field) => (field.getAttribute("aria-label") || field.labels?.[0]?.textContent || "").trim())"""
_MOST_TABS = 120


class ReferralPage(LivePage):
    """The page, by what a person does on it; each deed is over once the page shows its outcome."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.map = MapPart(page)
        self.place = page.get_by_label("Patient's ZIP code, city or county")
        self.said = page.locator(".found")
        self.pairs = page.locator(".pair")
        self.chosen = page.locator(".pair.is-chosen")
        self.compared = page.get_by_role("region", name="Comparison of the sites")
        self.total = page.locator(".journey-total")
        self.sheet = page.locator(".print-sheet .sheet")
        self.download_button = page.get_by_role("button", name="Download the sheet (PDF)")

    def visit(self, query: str = "") -> None:
        """Come to the page, and wait until it is all there."""
        self.page.goto(f"{self.url}/refer{query}")
        arrived(self.page)
        expect(self.said.locator(".count")).to_be_visible()
        expect(self.map.canvas).to_be_visible()
        self.settle()

    def start_from(self, text: str) -> None:
        """Type where the patient lives and press the button."""
        self.place.fill(text)
        with self.doing():
            self.page.get_by_role("button", name="Show sites").click()

    def pair_button(self, *titles: str) -> Locator:
        """The button that chooses the pair of these sites."""
        pair = self.pairs
        for title in titles:
            pair = pair.filter(has_text=title)
        return pair.first.get_by_role("button", name="Choose")

    def choose_by_hand(self, part: str, site: str) -> None:
        """Pick a site in the list of a part."""
        self.page.get_by_role("combobox", name=part).click()
        with self.doing():
            self.page.get_by_role("option", name=site).first.click()

    def answer(self, criterion: str, *answers: str) -> None:
        """Answer one of the criteria."""
        group = self.page.locator(".st-key-criteria [data-testid='stButtonGroup']").filter(has_text=criterion)
        for answer in answers:
            with self.doing():
                group.get_by_role("button", name=answer, exact=True).or_(
                    group.get_by_role("radio", name=answer, exact=True)
                ).or_(group.get_by_role("checkbox", name=answer, exact=True)).click()

    def tab_to(self, goal: Locator, *, backwards: bool = False) -> None:
        """Go on with the Tab key alone until the focus is there."""
        for _ in range(_MOST_TABS):
            if goal.evaluate(_IS_FOCUSED):
                return
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        raise AssertionError(f"the Tab key does not lead to {goal}")

    def download(self) -> Download:
        """Take the sheet by mouse."""
        with self.page.expect_download() as coming:
            self.download_button.click()
        return coming.value

    def fields(self) -> set[str]:
        """The names of everything on the page that a person can type into or choose in."""
        return set(self.page.evaluate(_NAMES_OF_FIELDS))


def saved(download: Download, folder: Path) -> Path:
    """The downloaded file under its own name."""
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
