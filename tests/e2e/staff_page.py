"""The staff page as the people who keep the directory use it, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.pages import LivePage, arrived


class StaffPage(LivePage):
    """The page, by what a person does on it; each deed is over once the page shows its outcome."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.changes = page.get_by_role("region", name="Changes, field by field")
        self.proposal = page.locator(".st-key-proposal")
        # Beside the map of the form there may be one of moved pins.
        self.map = page.locator(".st-key-map").frame_locator("iframe")
        self.pin = self.map.locator(".pin-holder")
        self.said = page.get_by_test_id("stAlertContentSuccess")
        self.way_in = page.get_by_text("This page is for staff.")

    def sign_in(self, name: str, password: str) -> None:
        """Sign in by the form, and wait until the page is there."""
        self.page.goto(f"{self.url}/staff/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_text(f"Signed in: {name}")).to_be_visible()
        self.settle()

    def visit(self) -> None:
        """Come to the page, signed in or not."""
        self.page.goto(f"{self.url}/staff")
        arrived(self.page)
        expect(self.page.get_by_role("heading", name="Clinic directory")).to_be_visible()
        self.settle()

    def do(self, task: str) -> None:
        """Turn to one of the things to do."""
        with self.doing():
            self.page.get_by_role("radio", name=task).click()

    def choose(self, clinic: str) -> None:
        """Open the form of a clinic."""
        self.do("One clinic")
        self.page.get_by_role("combobox", name="Clinic").click()
        with self.doing():
            self.page.get_by_role("option", name=clinic).click()

    def edit(self, label: str, text: str) -> None:
        """Change one field of the form and take it over."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.press("Take over into the changes")
        expect(self.changes).to_contain_text(text)

    def publish(self, why: str) -> None:
        """Say why, and publish."""
        self.page.get_by_label("Why this change?").fill(why)
        self.press("Publish")

    def press(self, name: str) -> None:
        """Press a button."""
        with self.doing():
            self.page.get_by_role("button", name=name, exact=True).click()

    def drag_pin(self, right_px: int, down_px: int) -> None:
        """Take the pin by the mouse and put it down elsewhere."""
        self.pin.scroll_into_view_if_needed()
        box = self.pin.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right_px / 2, y + down_px / 2, steps=4)
        mouse.move(x + right_px, y + down_px, steps=4)
        with self.doing():
            mouse.up()

    def upload(self, path: Path) -> str:
        """Choose a file, and return the address it was sent to."""
        with self.page.expect_request("**/_stcore/upload_file/**") as sent, self.doing():
            self.page.locator("input[type=file]").set_input_files(path)
        return sent.value.url
