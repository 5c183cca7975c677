"""The finder as a person uses it: what they do and see, and what goes over the wire meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    ConsoleMessage,
    Dialog,
    JSHandle,
    Locator,
    Page,
    Request,
    Response,
    WebSocket,
    expect,
)
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_AT_REST = """() => !map._animatingZoom && !map._panAnim?._inProgress
  && map.getSize().equals([map.getContainer().clientWidth, map.getContainer().clientHeight])"""
_IN_STEP = """() => {
  const named = (root, what, name) => [...root.querySelectorAll(what)].map(name).sort().join("|");
  const cards = named(document, ".clinic:has([data-choose]) h3", (heading) => heading.textContent.trim());
  const inside = document.querySelector(".st-key-map-panel iframe").contentDocument;
  return cards === named(inside, ".pin-holder", (pin) => pin.getAttribute("aria-label"));
}"""
_MAP = ".st-key-map-panel iframe"
# A run of the page, or of a part of it.
_ENDED_WELL = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


@dataclass  # without slots: Playwright notes its own things on whose method it calls
class Seen:
    """What a page did behind a person's back.

    `refusals` are answers that were errors, as status and URL; `errors` what else went wrong in its console.
    """

    requests: list[Request] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down all that the page and its frames do from now on."""
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - a built-in will not do
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.on("dialog", self._refuse)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def _answered(self, response: Response) -> None:
        if not response.ok:
            self.refusals.append(f"{response.status} {response.url}")

    def _refuse(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


class Wire:
    """The page's line to the server: how often the page spoke, and whether it has its answer."""

    def __init__(self, page: Page) -> None:
        self.messages_sent = 0
        self._socket: WebSocket | None = None
        self._waiting = False
        page.on("websocket", self._opened)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Something is done that makes the page speak to the server; over once it has."""
        if self._socket is None:
            raise AssertionError("the page is not connected")
        with self._socket.expect_event("framesent"):
            yield

    def settle(self) -> None:
        """Wait until the server has answered all that the page has said."""
        while self._waiting and self._socket is not None:
            self._socket.wait_for_event("framereceived")

    def _opened(self, socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            self._socket = socket
            socket.on("framesent", self._sent)
            socket.on("framereceived", self._received)

    def _sent(self, _message: str | bytes) -> None:
        self.messages_sent += 1
        self._waiting = True

    def _received(self, message: str | bytes) -> None:
        said = ForwardMsg.FromString(message if isinstance(message, bytes) else message.encode())
        # A run that a newer message cut short ends too, but is not the answer.
        if said.HasField("script_finished") and said.script_finished in _ENDED_WELL:
            self._waiting = False


@dataclass(frozen=True, slots=True)
class View:
    """Where a map looks, rounded to about a metre."""

    lat_deg: float
    lon_deg: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle on a map."""

    lat_deg: float
    lon_deg: float
    radius_m: float


class MapPart:
    """The map inside its frame."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.frame = page.locator(_MAP)
        self.inside = page.frame_locator(_MAP)
        self.canvas = self.inside.locator(".leaflet-container")
        self.pins = self.inside.get_by_role("button", name=re.compile(r"^\d+\. "))
        # The one before fades away while the next is there already.
        self.popup = self.inside.locator(".leaflet-popup").last
        self.popup_name = self.popup.locator("strong")

    def pin(self, clinic: str) -> Locator:
        """The pin whose name ends with the clinic's."""
        return self.pins.and_(self.inside.get_by_title(clinic))

    def pin_names(self) -> list[str]:
        """Each pin's name as assistive technology has it, in the order of its number."""
        names = [str(pin.get_attribute("aria-label")) for pin in self.pins.all()]
        return sorted(names, key=lambda name: int(name.partition(".")[0]))

    def view(self) -> View:
        """Where the map looks once it has come to rest."""
        self._await(_AT_REST)
        at = self.canvas.evaluate("() => ({...map.getCenter(), zoom: map.getZoom()})")
        return View(round(at["lat"], 5), round(at["lng"], 5), at["zoom"])

    def holds(self, *corners: tuple[float, float]) -> bool:
        """Whether all the points (latitude, longitude) are in sight on the map."""
        self._await(_AT_REST)
        return bool(self.canvas.evaluate("(_, points) => map.getBounds().contains(points)", corners))

    def discs(self) -> list[Disc]:
        """Every circle that is drawn with a radius in metres."""
        found = self.canvas.evaluate(
            "() => Object.values(map._layers).filter((layer) => layer instanceof L.Circle)"
            ".map((layer) => ({...layer.getLatLng(), radius: layer.getRadius()}))"
        )
        return [Disc(one["lat"], one["lng"], one["radius"]) for one in found]

    def pan(self, right_px: int, down_px: int) -> None:
        """Drag the map as with a mouse."""
        self.frame.scroll_into_view_if_needed()
        box = self.canvas.bounding_box()
        assert box is not None
        # From a corner of the map, so that no pin is taken instead.
        x, y = box["x"] + box["width"] - 12, box["y"] + box["height"] * 0.3
        mouse = self._page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right_px / 2, y + down_px / 2)
        mouse.move(x + right_px, y + down_px, steps=4)
        mouse.up()

    def zoom_in(self) -> None:
        """Press the map's own plus button."""
        before = self.view().zoom
        self.inside.get_by_role("button", name="Zoom in").click()
        self._await(f"() => map.getZoom() > {before}")

    def identity(self) -> tuple[JSHandle, JSHandle]:
        """The frame and the map in it, to ask later whether they are still the same."""
        return self.frame.element_handle(), self.canvas.evaluate_handle("() => map")

    def is_still(self, identity: tuple[JSHandle, JSHandle]) -> bool:
        """Whether neither the frame nor the map in it was made anew."""
        frame, made = identity
        same_frame = self.frame.evaluate("(now, before) => now === before", frame)
        return bool(same_frame and self.canvas.evaluate("(_, before) => map === before", made))

    def _await(self, condition: str) -> None:
        frame = self.frame.element_handle().content_frame()
        assert frame is not None
        frame.wait_for_function(condition)


class LivePage:
    """A page with its line to the server; each deed on it is over once the page shows its outcome."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.seen = Seen()
        self.seen.watch(page)
        self.wire = Wire(page)

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.page.wait_for_timeout(50)
        self.wire.settle()
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        # What the page shows now may have something to say in turn.
        self.page.wait_for_timeout(50)
        self.wire.settle()

    @contextmanager
    def doing(self) -> Iterator[None]:
        """Something is done that the server must answer; over once it is answered and shown."""
        with self.wire.speaking():
            yield
        self.settle()


class Finder(LivePage):
    """The page, by what a person does on it; each deed is over once the page shows its outcome."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.map = MapPart(page)
        self.place = page.get_by_label("ZIP code, city or address")
        self.announcement = page.get_by_role("status").locator(".count")
        self.notes = page.get_by_role("status").locator("p:not(.count)")
        self.cards = page.locator(".clinic")
        self.notice = page.get_by_role("alert")
        self.places = page.locator(".st-key-places-panel")

    def visit(self) -> Response:
        """Come to the page, and wait until the list and the map are there."""
        response = self.page.goto(self.url)
        assert response is not None
        expect(self.announcement).to_be_visible()
        expect(self.map.canvas).to_be_visible()
        self.settle()
        return response

    def settle(self) -> None:
        """Wait until nothing is under way and the map's pins are those of the list."""
        self.page.evaluate(_NEXT_FRAME)
        self.wire.settle()
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        self.page.evaluate(_NEXT_FRAME)
        self.page.wait_for_function(_IN_STEP)
        # The map may still have something to say, such as which pin was clicked.
        self.page.evaluate(_NEXT_FRAME)
        self.wire.settle()

    def search(self, text: str) -> None:
        """Type a place and press the button."""
        self.place.fill(text)
        with self.doing():
            self.page.get_by_role("button", name="Find clinics").click()

    def need(self, name: str) -> None:
        """Say what is needed."""
        with self.doing():
            self.page.get_by_role("radio", name=name, exact=True).click()

    def choose_filter(self, label: str, option: str) -> None:
        """Pick an option of a list under "More filters"."""
        self._open_filters()
        self.page.get_by_role("combobox", name=label).click()
        with self.doing():
            self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")

    def ask_for_wheelchair_entrance(self) -> None:
        """Tick the box under "More filters"."""
        self._open_filters()
        with self.doing():
            self.page.get_by_role("dialog").get_by_text("Wheelchair entrance", exact=True).click()
        self.page.keyboard.press("Escape")

    def choose_place(self, label: str) -> None:
        """Press one of the places offered."""
        with self.doing():
            self.places.get_by_role("button", name=label, exact=True).click()

    def choose_card(self, clinic: str) -> None:
        """Press the card's own button that shows it on the map."""
        with self.doing():
            self.show_button(clinic).click()

    def click_pin(self, clinic: str) -> None:
        """Click a pin with the mouse."""
        with self.doing():
            self.map.pin(clinic).click()

    def press_on_pin(self, clinic: str, key: str) -> None:
        """Go to a pin with the keyboard and press a key."""
        self.map.pin(clinic).focus()
        with self.doing():
            self.page.keyboard.press(key)

    def card(self, clinic: str) -> Locator:
        """The card with the clinic's name in its heading."""
        return self.cards.filter(has=self.page.get_by_role("heading", name=clinic))

    def show_button(self, clinic: str) -> Locator:
        """The card's button that shows it on the map."""
        return self.card(clinic).get_by_role("button", name="Show on map")

    def titles(self) -> list[str]:
        """Each card's number and name, in order."""
        return [text.strip() for text in self.cards.get_by_role("heading").all_text_contents()]

    def site_ids(self) -> list[str]:
        """The clinics' ids in the order of the cards."""
        return [str(card.get_attribute("data-site")) for card in self.cards.all()]

    def group(self, heading: str) -> Locator:
        """The cards under one heading."""
        return self.page.get_by_role("region", name=heading).locator(".clinic")

    def text(self) -> str:
        """All the text of the page and of the map."""
        return f"{self.page.locator('body').inner_text()}\n{self.map.inside.locator('body').inner_text()}"

    def _open_filters(self) -> None:
        self.page.get_by_role("button", name="More filters").click()
        expect(self.page.get_by_role("dialog")).to_be_visible()
