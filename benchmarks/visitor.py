"""A visitor of a Streamlit page without a browser: Streamlit's own messages over its real websocket.

It does what Streamlit's frontend does between a person's action and the changed page: it keeps the widgets'
states, sends them all with each action, names the messages it has, so that none is sent to it again, and says
in which part of the page it acted, as the page asked it to.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from locator.ui.runtime.redraw import SENT_AFTER_S

PATIENCE_S: Final = 60.0
_MAX_BYTES: Final = 64_000_000
# A browser keeps a message that no run has shown for as many runs, as the server tells it to by default.
_KEPT_RUNS: Final = 2
# A feature of the map as the page is sent it: its point, longitude first, and its facts, encoded.
_FEATURE: Final = re.compile(
    r'"coordinates": \[(\S+), (\S+)\], "type": "Point"}, "properties": {"facts": "([^"]*)"'
)
_END_IS_SMALLER_BYTES: Final = 1_000
_ENDED_WELL: Final = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
_CARD: Final = re.compile(r'data-site="([^"]+)"')
_A_PIN: Final = b'{"kind": "site"'.hex()


@dataclass(frozen=True, slots=True)
class Response:
    """What one action took: seconds until the page had followed it, and what was received for it."""

    elapsed_s: float
    received_bytes: int
    messages: int


class VisitFailedError(Exception):
    """The server refused or closed the connection, ended with an error or did not answer in time."""


def websocket(
    port: int,
    *,
    open_timeout_s: float = PATIENCE_S,
    session_id: str | None = None,
    source: str | None = None,
    cookie: str = "",
) -> connect:
    """A connection to the page on this port of this machine, to be entered; it raises what websockets raises.

    `source` is the local address to come from, "127.0.0.7" for example, where the system has several.
    """
    # As Streamlit's frontend asks for it: its name, a token, the session.
    wanted = ["streamlit"] if session_id is None else ["streamlit", "none", session_id]
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[Subprotocol(part) for part in wanted],
        additional_headers={"Cookie": cookie} if cookie else None,
        max_size=_MAX_BYTES,
        compression=None,
        proxy=None,
        open_timeout=open_timeout_s,
        ping_interval=None,
        local_addr=(source, 0) if source else None,
    )


@asynccontextmanager
async def visiting(
    port: int,
    *,
    patience_s: float = PATIENCE_S,
    session_id: str | None = None,
    source: str | None = None,
    cookie: str = "",
) -> AsyncIterator[Visitor]:
    """A visitor of the page on this port of this machine, connected; raises VisitFailedError.

    With a `session_id`, one whose connection to that session was lost and who wants it back; `source` and
    `cookie` as for `websocket`.
    """
    wanted = websocket(port, open_timeout_s=patience_s, session_id=session_id, source=source, cookie=cookie)
    try:
        async with wanted as connection:
            yield Visitor(connection, patience_s)
    except (WebSocketException, OSError, TimeoutError) as exc:
        raise VisitFailedError(f"{type(exc).__name__}: {exc}") from exc


class Visitor:
    """One open page; each action returns when the page has followed it, or raises VisitFailedError."""

    def __init__(self, connection: ClientConnection, patience_s: float) -> None:
        self.session_id = ""
        self.connection = connection
        self._patience_s = patience_s
        self._states: dict[str, WidgetState] = {}
        self._messages: dict[str, ForwardMsg] = {}
        self._last_shown: dict[str, int] = {}
        self._runs = 0
        self._page_hash = ""
        self._elements: dict[tuple[int, ...], Element] = {}
        # The part of the page that an element is drawn again with, by its place and by its id.
        self._parts: dict[tuple[int, ...], str] = {}
        self._parts_of_widgets: dict[str, str] = {}
        self._parts_of_run: frozenset[str] = frozenset()
        self._drawn: set[tuple[int, ...]] = set()
        # What each action says of the address that the page is shown at.
        self._begin = ClientState()

    async def open(self, page: str = "", query: str = "", url: str = "") -> Response:
        """Load the page of that name, the first one without a name.

        `query` is what its address asks for; `url` the whole address that the browser says it shows.
        """
        self._begin = ClientState(
            page_name=page, query_string=query, context_info=ContextInfo(url=url) if url else None
        )
        return await self._act()

    async def read(self) -> None:
        """Take the time that anybody takes between the opening of a page and the first action on it."""
        await asyncio.sleep(SENT_AFTER_S)

    async def submit(self, text: str) -> Response:
        """Type into the page's text box and press Enter."""
        box = self._first("text_input").text_input
        self._keep(WidgetState(id=box.id, string_value=text))
        buttons = (element.button for element in self._all("button"))
        submitters = [button for button in buttons if button.is_form_submitter]
        said = [WidgetState(id=one.id, trigger_value=True) for one in submitters[:1]]
        return await self._act(*said, on=box.id)

    async def choose_need(self, place: int) -> Response:
        """Choose what is needed, by its place among the choices."""
        group = self._first("button_group").button_group
        chosen = StringArray(data=[group.options[place].content])
        self._keep(WidgetState(id=group.id, string_array_value=chosen))
        return await self._act(on=group.id)

    async def choose_card(self, site_id: str) -> Response:
        """Press the button on a clinic's card that shows it on the map."""
        return await self._in_list("choose", site_id)

    async def report(self, site_id: str, complaint: str) -> Response:
        """Press the button on a clinic's card that says what is wrong with it."""
        return await self._in_list("report", f"{site_id} {complaint}")

    async def _in_list(self, event: str, value: str) -> Response:
        base = self._clinic_list()
        said = json.dumps([{"event": event, "value": value}])
        events = f"$$STREAMLIT_INTERNAL_KEY_{base.id}__events"
        return await self._act(WidgetState(id=events, json_trigger_value=said), on=base.id)

    def tick(self) -> None:
        """Tick the page's first box, which the next action then says."""
        box = self._first("checkbox").checkbox
        self._keep(WidgetState(id=box.id, bool_value=True))

    async def press(self, button_id: str) -> Response:
        """Press a button of the page."""
        return await self._act(WidgetState(id=button_id, trigger_value=True), on=button_id)

    def buttons(self, key: str) -> list[str]:
        """The ids of the buttons whose key begins so."""
        every = (element.button.id for element in self._all("button"))
        return [button_id for button_id in every if f"-{key}" in button_id]

    def deferred_file(self, key: str) -> str:
        """The id under which the download whose button has this key is asked for."""
        every = [element.download_button for element in self._all("download_button")]
        found = [one.deferred_file_id for one in every if one.id.endswith(f"-{key}")]
        if not found:
            raise VisitFailedError(f"there is no download {key} on the page")
        return found[0]

    async def choose_a_card(self, turn: int) -> Response:
        """Press that button on one of the cards, another one each turn."""
        cards = self.cards()
        return await self.choose_card(cards[turn % len(cards)])

    def cards(self) -> list[str]:
        """The ids of the clinics in the list, in its order."""
        return _CARD.findall(json.loads(self._clinic_list().json)["listing"]["cards"])

    def _clinic_list(self) -> BidiComponent:
        every = (element.bidi_component for element in self._all("bidi_component"))
        return next(one for one in every if '"cards"' in one.json)

    async def click_pin(self, lat_deg: float, lon_deg: float, turn: int) -> Response:
        """Click the pin at this point; `turn` counts the clicks."""
        component = self._first("component_instance").component_instance
        said = {
            "last_object_clicked": {"lat": lat_deg, "lng": lon_deg},
            "last_object_clicked_count": turn,
        }
        self._keep(WidgetState(id=component.id, json_value=json.dumps(said)))
        return await self._act(on=component.id)

    async def click_a_pin(self, turn: int) -> Response:
        """Click one of the pins on the map, another one each turn."""
        pins = self.pins()
        return await self.click_pin(*pins[turn % len(pins)], turn)

    def pins(self) -> list[tuple[float, float]]:
        """Latitude and longitude of the pins on the map."""
        script = json.loads(self._first("component_instance").component_instance.json_args)["feature_group"]
        facts = _FEATURE.findall(script)
        return [(float(lat), float(lon)) for lon, lat, said in facts if said.startswith(_A_PIN)]

    def says(self, text: str) -> bool:
        """Whether a text stands anywhere on the page."""
        return any(text in str(element) for element in self._elements.values())

    def _keep(self, state: WidgetState) -> None:
        self._states[state.id] = state

    def _all(self, kind: str) -> Iterator[Element]:
        return (element for element in self._elements.values() if element.WhichOneof("type") == kind)

    def _first(self, kind: str) -> Any:  # noqa: ANN401 - an Element; its members are named by `kind`
        found = next(self._all(kind), None)
        if found is None:
            raise VisitFailedError(f"there is no {kind} on the page")
        return found

    async def _act(self, *triggers: WidgetState, on: str = "") -> Response:
        """Send the states of all widgets, and triggers that hold for this once, and follow the answer.

        `on` is the id of the widget that was acted on.
        """
        state = ClientState(
            query_string=self._begin.query_string,
            context_info=self._begin.context_info,
            # Streamlit goes by the name only where it has no hash yet.
            page_name="" if self._page_hash else self._begin.page_name,
            widget_states=WidgetStates(widgets=[*self._states.values(), *triggers]),
            page_script_hash=self._page_hash,
            cached_message_hashes=list(self._messages),
            fragment_id=self._parts_of_widgets.get(on, ""),
        )
        began_s = perf_counter()
        try:
            await self.connection.send(BackMsg(rerun_script=state).SerializeToString())
            async with asyncio.timeout(self._patience_s):
                received = await self._follow()
        except (WebSocketException, OSError, TimeoutError) as exc:
            raise VisitFailedError(f"{type(exc).__name__}: {exc}") from exc
        elapsed_s = perf_counter() - began_s
        for raw in received:
            self._take(ForwardMsg.FromString(raw))
        self._forget_the_old()
        return Response(elapsed_s, sum(map(len, received)), len(received))

    async def _follow(self) -> list[bytes]:
        """All that is sent until the run is over.

        Nothing but the end is looked for meanwhile: what this process does takes from what the server has.
        """
        received: list[bytes] = []
        while True:
            raw = await self.connection.recv(decode=False)
            received.append(raw)
            if len(raw) < _END_IS_SMALLER_BYTES and self._is_over(ForwardMsg.FromString(raw)):
                return received

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            path = list(message.metadata.delta_path)
            message = self._messages[message.ref_hash]
            self._place(tuple(path), message)
        elif kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
            self.session_id = message.new_session.initialize.session_id
            self._parts_of_run = frozenset(message.metadata.run.fragment_ids)
            self._drawn = set()
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "delta":
            self._place(tuple(message.metadata.delta_path), message)

    def _place(self, path: tuple[int, ...], message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self._messages[message.hash] = message
            self._last_shown[message.hash] = self._runs
        self._drawn.add(path)
        if message.delta.HasField("new_element"):
            element = message.delta.new_element
            self._elements[path] = element
            self._parts[path] = message.delta.fragment_id
            widget = getattr(element, str(element.WhichOneof("type")))
            if widget_id := getattr(widget, "id", ""):
                self._parts_of_widgets[widget_id] = message.delta.fragment_id

    def _forget_the_old(self) -> None:
        """What was to be drawn by this run and was not is no longer on the page.

        Messages that only runs long ago drew need not be kept.
        """
        self._elements = {
            path: element
            for path, element in self._elements.items()
            if path in self._drawn or self._is_kept(path)
        }
        self._runs += 1
        oldest = self._runs - _KEPT_RUNS
        for name in [name for name, run in self._last_shown.items() if run < oldest]:
            if not self._parts_of_run or self._messages[name].delta.fragment_id in self._parts_of_run:
                del self._messages[name], self._last_shown[name]

    def _is_kept(self, path: tuple[int, ...]) -> bool:
        """Whether this run drew only parts of the page, and none that this place is in."""
        return bool(self._parts_of_run) and self._parts[path] not in self._parts_of_run

    def _is_over(self, message: ForwardMsg) -> bool:
        """Whether a run has ended well with this; a run that gave way to another is not the end."""
        if not message.HasField("script_finished"):
            return False
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if message.script_finished not in _ENDED_WELL:
            raise VisitFailedError(ForwardMsg.ScriptFinishedStatus.Name(message.script_finished))
        return True
