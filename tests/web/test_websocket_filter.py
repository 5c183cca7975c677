"""What a page may say to Streamlit and what it is told; everything else closes its websocket."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import (
    BackendOperationRequest,
    BackMsg,
    DeferredFileRequestPayload,
)
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.staff.sign_in.access import COOKIE, StaffAccess
from locator.web.middleware.websocket_filter import (
    ALLOW_LARGE,
    MOST_FILES,
    MOST_STAFF_BYTES,
    MOST_VISITOR_BYTES,
    PASSED,
    WebsocketFilter,
    is_new_session,
)

SESSION = "11111111-2222-4333-8444-555555555555"

# What Streamlit's own tools send, or what no element of our pages does.
REFUSED = {
    "app_heartbeat",
    "clear_cache",
    "dataframe_chunk",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
    "dismiss_skills_nudge",
    "install_skills",
    "load_git_info",
    "set_run_on_save",
    "stop_script",
}


class Conversation:
    """One websocket: what the browser says, what of that reached the app, and what the browser was told."""

    def __init__(self, access: StaffAccess | None = None, cookie: str = "") -> None:
        self.reached: list[Message] = []
        self.told: list[Message] = []
        self.allowed_large = 0
        self._access = access or StaffAccess()
        self._cookie = cookie

    def hold(self, *said: bytes | str, answers: Iterable[bytes] = ()) -> Conversation:
        """Let the browser say this, while the app answers the first of it with `answers`."""
        asyncio.run(self._hold(said, list(answers)))
        return self

    async def _hold(self, said: Iterable[bytes | str], answers: list[bytes]) -> None:
        incoming: list[Message] = [{"type": "websocket.connect"}]
        for one in said:
            kind = "text" if isinstance(one, str) else "bytes"
            incoming.append({"type": "websocket.receive", kind: one})
        incoming.append({"type": "websocket.disconnect", "code": 1001})
        waiting = iter(incoming)

        async def receive() -> Message:
            return next(waiting)

        async def send(message: Message) -> None:
            self.told.append(message)

        async def app(_scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            for payload in answers:
                await send({"type": "websocket.send", "bytes": payload})
            while (message := await receive())["type"] != "websocket.disconnect":
                self.reached.append(message)
            await send({"type": "websocket.send", "bytes": b"too late"})

        def allow_large() -> None:
            self.allowed_large += 1

        headers = [(b"cookie", self._cookie.encode())] if self._cookie else []
        scope: Scope = {"type": "websocket", "headers": headers, "state": {ALLOW_LARGE: allow_large}}
        await WebsocketFilter(app, access=self._access)(scope, receive, send)

    @property
    def close_code(self) -> int | None:
        """With which code the socket was closed before the browser left; None if it was not."""
        return next((one["code"] for one in self.told if one["type"] == "websocket.close"), None)


def message(kind: str) -> bytes:
    """The smallest message of a kind, as Streamlit's frontend would send it."""
    said = BackMsg()
    if kind in BackendOperationRequest.DESCRIPTOR.fields_by_name:
        getattr(said.backend_operation_request, kind).SetInParent()
    elif BackMsg.DESCRIPTOR.fields_by_name[kind].message_type is None:
        setattr(said, kind, True)
    else:
        getattr(said, kind).SetInParent()
    return bytes(said.SerializeToString())


def test_every_kind_of_message_that_this_streamlit_knows_is_named_as_passed_or_refused() -> None:
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    kinds.remove("backend_operation_request")
    kinds |= {field.name for field in BackendOperationRequest.DESCRIPTOR.oneofs_by_name["payload"].fields}
    assert kinds == PASSED | REFUSED
    assert set(BackMsg.DESCRIPTOR.fields_by_name) == {
        field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields
    }


@pytest.mark.parametrize("kind", sorted(PASSED))
def test_what_pages_send_passes_unchanged(kind: str) -> None:
    talk = Conversation().hold(message(kind))
    assert talk.reached == [{"type": "websocket.receive", "bytes": message(kind)}]
    assert talk.close_code is None


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_every_other_message_closes_the_socket_and_reaches_nobody(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        talk = Conversation().hold(*[message(kind)] * 2000, message("rerun_script"))
    assert talk.reached == []
    assert talk.close_code == 1008
    assert talk.told[-1]["type"] == "websocket.close"
    assert caplog.messages == [f"A websocket was closed: it sent {kind}"]


def _request(**fields: Any) -> bytes:  # noqa: ANN401 - as the message takes them
    return bytes(BackMsg(file_urls_request=FileURLsRequest(**fields)).SerializeToString())


def _deferred(file_id: str, **fields: str) -> bytes:
    file = DeferredFileRequestPayload(file_id=file_id)
    request = BackendOperationRequest(deferred_file=file, **fields)  # type: ignore[arg-type]
    return bytes(BackMsg(backend_operation_request=request).SerializeToString())


def _rerun(query: str) -> bytes:
    return bytes(BackMsg(rerun_script=ClientState(query_string=query)).SerializeToString())


FORGED = "x\nWARNING all is well\x1b[2K"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param("Maple Grove\nforged", 1003, id="text"),
        pytest.param(b"", 1002, id="empty"),
        pytest.param(b"\xff" * 40, 1002, id="no message"),
        pytest.param(b"\x5a\x05ab", 1002, id="broken off"),
        pytest.param(message("rerun_script") * 2, 1002, id="twice"),
        pytest.param(message("load_git_info") + message("rerun_script"), 1002, id="hidden before"),
        pytest.param(message("rerun_script") + message("clear_cache"), 1002, id="hidden after"),
        pytest.param(b"\xfa\x07\x01a", 1008, id="a kind of a Streamlit to come"),
        pytest.param(b"\x9a\x01\x00", 1008, id="no operation"),
        pytest.param(_request(request_id=FORGED), 1008, id="request_id"),
        pytest.param(_request(session_id=FORGED), 1008, id="session_id"),
        pytest.param(_deferred("0" * 65), 1008, id="a long id"),
        pytest.param(_deferred("0", request_id=FORGED), 1008, id="another request_id"),
        pytest.param(_request(file_names=["a"] * (MOST_FILES + 1)), 1008, id="many files"),
        pytest.param(_rerun("Elm" * 30_000), 1009, id="too large"),
    ],
)
def test_what_is_no_pages_message_closes_the_socket_with_one_line_that_repeats_none_of_it(
    said: bytes | str, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        talk = Conversation().hold(said, said, message("rerun_script"))
    assert talk.close_code == code
    assert talk.reached == []
    (line,) = caplog.messages
    assert len(line) < 120
    assert line.isprintable()
    for word in ("Maple", "forged", "well", "Elm"):
        assert word not in line


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_pass_as_a_pages_message_or_close_the_socket(said: bytes) -> None:
    talk = Conversation().hold(said)
    assert bool(talk.reached) != (talk.close_code is not None)


def test_only_signed_in_staff_may_send_a_large_table() -> None:
    large = _rerun("x" * MOST_VISITOR_BYTES)
    assert Conversation().hold(large).close_code == 1009
    access = StaffAccess()
    access.uploads.allow(SESSION, for_s=60, cookie="a token")
    begun = ForwardMsg()
    begun.new_session.initialize.session_id = SESSION
    answers = [begun.SerializeToString()]
    staff = Conversation(access, f"{COOKIE}=a token").hold(message("rerun_script"), large, answers=answers)
    assert (staff.close_code, len(staff.reached), staff.allowed_large) == (None, 2, 1)
    other = Conversation(access, f"{COOKIE}=forged").hold(message("rerun_script"), large, answers=answers)
    assert (other.close_code, other.allowed_large) == (1009, 0)
    larger = _rerun("x" * MOST_STAFF_BYTES)
    assert Conversation(access, f"{COOKIE}=a token").hold(larger, answers=answers).close_code == 1009


def test_who_sends_too_much_is_slowed_down_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    talk = Conversation().hold(*[message("rerun_script")] * 150)
    assert len(talk.reached) == 150
    # The first hundred at once, each further one a tenth of a second later than the one before.
    assert 45 <= len(waited) <= 50
    assert 3 < max(waited) <= 5
    waited.clear()
    Conversation().hold(*[message("deferred_file")] * 20)
    assert 5 < max(waited) <= 10


def _new_session() -> ForwardMsg:
    told = ForwardMsg(hash="h")
    session = told.new_session
    session.name = "shell"
    session.main_script_path = "/srv/drg-locator/pages/shell.py"
    session.main_script_hash = session.page_script_hash = "abc"
    session.initialize.session_id = SESSION
    session.initialize.user_info.installation_id = "one"
    session.initialize.user_info.installation_id_v3 = "two"
    session.initialize.user_info.installation_id_v4 = "three"
    session.initialize.environment_info.streamlit_version = version("streamlit")
    session.initialize.environment_info.python_version = "3.11.7"
    session.initialize.environment_info.server_os = "Linux"
    session.initialize.skills_nudge_suppressed_reason = "installed"
    session.app_pages.add(page_script_hash="abc", page_name="Find", url_pathname="find")
    return told


def _told(*sent: ForwardMsg) -> list[ForwardMsg]:
    talk = Conversation().hold(message("rerun_script"), answers=[one.SerializeToString() for one in sent])
    said = [one["bytes"] for one in talk.told if one["type"] == "websocket.send"]
    return [ForwardMsg.FromString(payload) for payload in said[: len(sent)]]


def test_a_page_is_told_no_path_no_version_and_no_installation() -> None:
    (told,) = _told(_new_session())
    text = str(told)
    for secret in (
        "/srv",
        "shell.py",
        version("streamlit"),
        "3.11",
        "Linux",
        "one",
        "two",
        "three",
        "installed",
    ):
        assert f'"{secret}' not in text
    # What the page needs is there still, also the parts that it looks into.
    assert told.new_session.initialize.session_id == SESSION
    assert told.new_session.initialize.HasField("user_info")
    assert told.new_session.app_pages[0].url_pathname == "find"
    assert told.new_session.page_script_hash == "abc"


def test_a_page_can_still_tell_that_streamlit_was_replaced() -> None:
    newer = _new_session()
    newer.new_session.initialize.environment_info.streamlit_version = "99.0"
    first, again, other = (
        told.new_session.initialize.environment_info.streamlit_version
        for told in _told(_new_session(), _new_session(), newer)
    )
    assert first == again != other


def test_other_answers_pass_as_they_are() -> None:
    delta = ForwardMsg(hash="h")
    delta.delta.new_element.text.body = "x" * 100_000
    delta.metadata.delta_path.extend([0, 1])
    finished = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
    assert _told(delta, finished) == [delta, finished]
    assert not is_new_session(delta.SerializeToString())
    assert is_new_session(_new_session().SerializeToString())


def test_a_long_answer_is_not_read_through_to_see_what_it_is() -> None:
    delta = ForwardMsg(hash="h")
    delta.delta.new_element.text.body = "x" * 1_000_000
    payload = delta.SerializeToString()
    steps = 0

    def count(*_arguments: Any) -> Any:  # noqa: ANN401 - as a tracing function is called
        nonlocal steps
        steps += 1
        return count

    sys.settrace(count)
    try:
        is_new_session(payload)
    finally:
        sys.settrace(None)
    assert steps < 200
