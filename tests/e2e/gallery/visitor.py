"""Who comes to the pages to bring about a state: one person, with one browser of one size."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.gallery.stage import APPROVER, PHRASE, Stage
from tests.e2e.pages import Finder
from tests.e2e.referral_page import ReferralPage
from tests.e2e.saved_page import SavedSite
from tests.e2e.staff_page import StaffPage
from tests.support.servers import RunningServer


@dataclass(frozen=True)  # without slots: Playwright notes its own things on whose method it calls
class Visitor:
    """A fresh page, and the stage with all that can be visited."""

    page: Page
    stage: Stage

    def finder(self, app: RunningServer | None = None) -> Finder:
        """The finder of an app, else of the shipped one, visited."""
        finder = Finder(self.page, (app or self.stage.shipped).url)
        finder.visit()
        return finder

    def found(self, place: str) -> Finder:
        """The finder after a search for a place."""
        finder = self.finder()
        finder.search(place)
        return finder

    def referral(self, query: str = "") -> ReferralPage:
        """The referral page, visited by a link with this query."""
        referral = ReferralPage(self.page, self.stage.shipped.url)
        referral.visit(query)
        return referral

    def staff(self, task: str | None = None) -> StaffPage:
        """The staff page, signed in and turned to a task."""
        staff = StaffPage(self.page, self.stage.staff.url)
        staff.sign_in(APPROVER, PHRASE)
        if task:
            staff.do(task)
        return staff

    def saved(self) -> SavedSite:
        """The static site, opened from its folder."""
        saved = SavedSite(self.page, self.stage.saved_copy)
        saved.visit()
        return saved

    def go(self, address: str, sight: str) -> None:
        """Come to any address, and wait until what the selector names is in sight."""
        self.page.goto(address)
        expect(self.page.locator(sight).first).to_be_visible()
