"""What passes through a page's websocket: the messages that our pages send, and no facts about the server.

Streamlit answers whatever message arrives, also those that only its developers' tools send: `load_git_info`
runs git in the event loop, `clear_cache` empties what all visitors share. docs/decisions/018-strangers.md.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.staff.sign_in import StaffAccess
from locator.web.middleware.token_bucket import TokenBucket

_LOGGER: Final = logging.getLogger(__name__)

MOST_VISITOR_BYTES: Final = 64_000
"""The largest message that a page for visitors may send; the largest that one did was 3,912 bytes."""

MOST_STAFF_BYTES: Final = 1_000_000
"""The same for who is signed in: the table sends all its unsaved changes with each further one."""

MOST_FILES: Final = 20
"""The most files that one message may ask upload addresses for."""

ALLOW_LARGE: Final = "allow_large_frames"
"""Under this name in `scope["state"]` is what to call when a visit turns out to be of signed-in staff."""

PASSED: Final = frozenset({"rerun_script", "file_urls_request", "deferred_file"})
"""The messages that our pages send, as Streamlit names them; every other one is refused."""

_UNSUPPORTED: Final = 1003
_PROTOCOL_ERROR: Final = 1002
_POLICY_VIOLATION: Final = 1008
_TOO_BIG: Final = 1009

# Streamlit writes them into its log as they come.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")

# So many at once, then so many a second; what comes sooner waits. A key held down sends some 30 a second.
_MESSAGES: Final = (100.0, 10.0)
# Each makes a file in a thread of its own, or an entry with a traceback in the log.
_FILES: Final = (10.0, 1.0)


class RefusedError(Exception):
    """A message may not pass: the websocket's close code, and a reason without a word of the message."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebsocketFilter:
    """Passes on what pages send and closes the socket upon anything else, with one line in the log.

    Of what Streamlit sends, it blanks where the server's files lie and what software it runs.
    """

    def __init__(self, app: ASGIApp, *, access: StaffAccess) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stand between a websocket and the app; other requests pass."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        socket = _Socket(scope, receive, send, self._access)
        await self._app(scope, socket.receive, socket.send)


class _Socket:
    """One websocket's two directions."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, access: StaffAccess) -> None:
        self._receive = receive
        self._send = send
        self._access = access
        self._cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        self._allow_large: Callable[[], None] | None = scope.get("state", {}).get(ALLOW_LARGE)
        self._session_id = ""
        self._is_closed = False
        self._is_staff = False
        self._messages = TokenBucket(*_MESSAGES)
        self._files = TokenBucket(*_FILES)
        self._recognise_staff()

    async def receive(self) -> Message:
        """The next message that may pass, not sooner than its time; the end, upon one that may not."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return message
        self._recognise_staff()
        try:
            kind = kind_of(message, most_bytes=MOST_STAFF_BYTES if self._is_staff else MOST_VISITOR_BYTES)
        except RefusedError as refusal:
            _LOGGER.warning("A websocket was closed: %s", refusal.reason)
            await self.send({"type": "websocket.close", "code": refusal.code})
            self._is_closed = True
            return {"type": "websocket.disconnect", "code": refusal.code}
        early_s = self._messages.take()
        if kind != "rerun_script":
            early_s = max(early_s, self._files.take())
        if early_s:
            # The server reads no further meanwhile: who sends too much is slowed down and loses nothing.
            await asyncio.sleep(early_s)
        return message

    async def send(self, message: Message) -> None:
        """Send what the app says, without facts about the server; nothing after a refusal."""
        if self._is_closed:
            return
        payload = message.get("bytes")
        if message["type"] == "websocket.send" and payload and is_new_session(payload):
            forward_msg = ForwardMsg.FromString(payload)
            self._session_id = forward_msg.new_session.initialize.session_id
            blank_server_facts(forward_msg)
            message = {**message, "bytes": forward_msg.SerializeToString()}
        await self._send(message)

    def _recognise_staff(self) -> None:
        """Remember for as long as the page is open that its visitor is signed-in staff."""
        if not self._is_staff and (
            self._access.member_for(self._cookies, touch=False) is not None
            or (self._session_id and self._access.may_upload(self._session_id, self._cookies))
        ):
            self._is_staff = True
            if self._allow_large is not None:
                self._allow_large()


def kind_of(message: Message, *, most_bytes: int = MOST_VISITOR_BYTES) -> str:
    """Which of PASSED a websocket's message is; raises RefusedError if it is none."""
    payload = message.get("bytes")
    if payload is None:
        raise RefusedError(_UNSUPPORTED, "it sent text")
    if len(payload) > most_bytes:
        raise RefusedError(_TOO_BIG, f"it sent more than {most_bytes:,} bytes at once")
    try:
        back_msg = BackMsg.FromString(payload)
        fields = list(_fields(payload))
    except (DecodeError, IndexError) as exc:
        raise RefusedError(_PROTOCOL_ERROR, "it sent what is no message") from exc
    if len(fields) != 1:
        raise RefusedError(_PROTOCOL_ERROR, "it sent several messages in one, or none")
    kind = back_msg.WhichOneof("type") or ""
    if kind == "backend_operation_request":
        kind = back_msg.backend_operation_request.WhichOneof("payload") or ""
    if kind not in PASSED:
        # Only names that Streamlit itself has end up here, never any that were sent.
        raise RefusedError(_POLICY_VIOLATION, f"it sent {kind or 'a message of no known kind'}")
    if kind == "rerun_script":
        return kind
    request = (
        back_msg.file_urls_request if kind == "file_urls_request" else back_msg.backend_operation_request
    )
    ids = (request.request_id, request.session_id, back_msg.backend_operation_request.deferred_file.file_id)
    if not all(_ID.fullmatch(one) for one in ids):
        raise RefusedError(_POLICY_VIOLATION, f"it sent {kind} with an id that is none")
    if len(back_msg.file_urls_request.file_names) > MOST_FILES:
        raise RefusedError(_POLICY_VIOLATION, f"it asked to send more than {MOST_FILES} files at once")
    return kind


def is_new_session(payload: bytes) -> bool:
    """Whether one of Streamlit's messages to a page begins a run, found without reading all of it."""
    # The kind of a message comes before what may be long: these few fields are short.
    return any(number == _NEW_SESSION for number in _fields(payload))


def session_of(message: Message) -> str:
    """Streamlit's id of the session that a message to a page begins a run in; empty for any other message."""
    payload = message.get("bytes")
    if message["type"] != "websocket.send" or not payload or not is_new_session(payload):
        return ""
    return str(ForwardMsg.FromString(payload).new_session.initialize.session_id)


def is_end_of_run(message: Message) -> bool:
    """Whether a message to a page tells it that a run is over: all of that run was sent before."""
    payload = message.get("bytes")
    if message["type"] != "websocket.send" or not payload:
        return False
    return any(number == _SCRIPT_FINISHED for number in _fields(payload))


def blank_server_facts(forward_msg: ForwardMsg) -> None:
    """Take out of the message that begins a run what no page needs to know of the server.

    What Streamlit's version is, a page must not know, but it must notice a change: it then loads itself anew.
    """
    session = forward_msg.new_session
    environment = session.initialize.environment_info
    version = f"{session.main_script_path}\0{environment.streamlit_version}".encode()
    environment.streamlit_version = sha256(version).hexdigest()[:16]
    environment.python_version = environment.server_os = session.main_script_path = ""
    environment.has_display = False
    user = session.initialize.user_info
    # The fields go, the part stays: the page looks into it.
    user.Clear()
    user.SetInParent()
    session.initialize.skills_nudge_suppressed_reason = ""
    session.initialize.recommend_skills_install = False


_NEW_SESSION: Final = ForwardMsg.DESCRIPTOR.fields_by_name["new_session"].number
_SCRIPT_FINISHED: Final = ForwardMsg.DESCRIPTOR.fields_by_name["script_finished"].number
_LENGTH_DELIMITED: Final = 2
_FIXED_BYTES: Final = {1: 8, 5: 4}


def _fields(payload: bytes) -> Iterator[int]:
    """The numbers of a message's own fields in their order, without a look into what they hold.

    Raises IndexError where the message breaks off.
    """
    position = 0
    while position < len(payload):
        tag, position = _varint(payload, position)
        kind = tag & 7
        if kind == _LENGTH_DELIMITED:
            length, position = _varint(payload, position)
            position += length
        elif kind in _FIXED_BYTES:
            position += _FIXED_BYTES[kind]
        else:
            _, position = _varint(payload, position)
        yield tag >> 3


def _varint(payload: bytes, position: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = payload[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
