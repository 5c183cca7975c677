"""What visitors take away: one thing at a time is made for each, once, where nobody else can find it."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
import pypdf
import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg, DeferredFileRequestPayload
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from websockets.sync.client import ClientConnection, connect

from locator.ui.runtime.downloads import Downloads
from locator.ui.runtime.run_queue import RunQueue
from tests.support.servers import RunningServer

WAIT_S = 60.0
PLAN = "?from=55387&evaluation=chaska&procedure=burnsville"
PDF, CARD = "application/pdf", "text/vcard"


class Maker:
    """Makes bytes when it is told to, and notes what it made and how many did so at once."""

    def __init__(self) -> None:
        self.get_or_create: list[str] = []
        self.may_go = threading.Event()
        self.most_at_once = 0
        self._at_once = 0
        self._counting = threading.Lock()
        self.works = threading.Event()

    def make(self, what: str) -> bytes:
        """Its name as bytes, when it may go."""
        with self._counting:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.get_or_create.append(what)
        self.works.set()
        assert self.may_go.wait(WAIT_S)
        with self._counting:
            self._at_once -= 1
        return what.encode()


def asked(pool: ThreadPoolExecutor, downloads: Downloads, maker: Maker, what: str) -> Future[bytes]:
    return pool.submit(downloads.get_or_create, what, lambda: maker.make(what))


def test_however_often_a_visit_asks_for_a_sheet_it_is_made_once() -> None:
    maker, visit = Maker(), Downloads(RunQueue(concurrency=1, max_hold_s=WAIT_S))
    with ThreadPoolExecutor(20) as pool:
        asks = [asked(pool, visit, maker, "one") for _ in range(300)]
        assert maker.works.wait(WAIT_S)
        maker.may_go.set()
        assert {ask.result(WAIT_S) for ask in asks} == {b"one"}
    assert maker.get_or_create == ["one"]


def test_one_thing_at_a_time_is_made_for_each_visit_and_for_all() -> None:
    maker, queue = Maker(), RunQueue(concurrency=1, max_hold_s=WAIT_S)
    visits = [Downloads(queue) for _ in range(3)]
    with ThreadPoolExecutor(20) as pool:
        asks = [asked(pool, visit, maker, what) for what in ("one", "two") for visit in visits]
        assert maker.works.wait(WAIT_S)
        maker.may_go.set()
        assert sorted(ask.result(WAIT_S) for ask in asks) == sorted([b"one", b"two"] * 3)
    assert maker.most_at_once == 1
    assert len(maker.get_or_create) == 6


def test_who_asks_often_keeps_nobody_waiting_for_more_than_one_sheet() -> None:
    maker, queue = Maker(), RunQueue(concurrency=1, max_hold_s=WAIT_S)
    greedy, honest = Downloads(queue), Downloads(queue)
    with ThreadPoolExecutor(20) as pool:
        first = asked(pool, greedy, maker, "greedy 0")
        assert maker.works.wait(WAIT_S)
        more = [asked(pool, greedy, maker, f"greedy {number}") for number in range(1, 10)]
        wanted = asked(pool, honest, maker, "honest")
        while queue.waiting < 1:
            threading.Event().wait(0.01)
        maker.may_go.set()
        assert wanted.result(WAIT_S) == b"honest"
        assert [ask.result(WAIT_S) for ask in (first, *more)]
    assert maker.get_or_create[:2] == ["greedy 0", "honest"]


def test_what_could_not_be_made_is_tried_again_and_keeps_nobody_waiting() -> None:
    queue = RunQueue(concurrency=1, max_hold_s=WAIT_S)
    visit = Downloads(queue)

    def fail() -> bytes:
        raise ValueError("a fake failure")

    with pytest.raises(ValueError, match="a fake failure"):
        visit.get_or_create("one", fail)
    assert visit.get_or_create("one", lambda: b"one") == b"one"
    assert Downloads(queue).get_or_create("two", lambda: b"two") == b"two"


def test_only_what_was_asked_for_last_is_kept() -> None:
    visit = Downloads(RunQueue(concurrency=1))
    made: list[int] = []

    def make(number: int) -> bytes:
        made.append(number)
        return str(number).encode()

    for number in (0, 1, 0, 2, 3, 4, 0, 1):
        assert visit.get_or_create(number, partial(make, number)) == str(number).encode()
    assert made == [0, 1, 2, 3, 4, 1]


class OpenPlan:
    """A visit of the page for referrers with a plan chosen, over Streamlit's own websocket."""

    def __init__(self, stream: ClientConnection, server: RunningServer) -> None:
        self._stream, self._server = stream, server
        self.files: dict[str, str] = {}
        state = ClientState(query_string=PLAN, page_name="refer")
        stream.send(BackMsg(rerun_script=state).SerializeToString())
        while (message := self._next()).WhichOneof("type") != "script_finished":
            if message.WhichOneof("type") == "new_session":
                self._session_id = message.new_session.initialize.session_id
            element = message.delta.new_element
            if element.WhichOneof("type") == "download_button":
                self.files[element.download_button.label] = element.download_button.deferred_file_id

    def ask(self, label: str) -> None:
        """Press a button, without waiting for what comes."""
        payload = DeferredFileRequestPayload(file_id=self.files[label])
        request = BackendOperationRequest(request_id="1", session_id=self._session_id, deferred_file=payload)
        self._stream.send(BackMsg(backend_operation_request=request).SerializeToString())

    def path(self) -> str:
        """The next address that the server names."""
        while (message := self._next()).WhichOneof("type") != "backend_operation_response":
            pass
        response = message.backend_operation_response
        assert response.error_msg == ""
        path: str = response.deferred_file.url
        return path

    def taken(self, label: str) -> tuple[str, httpx.Response]:
        """Press a button: the address of the file, and the answer there."""
        self.ask(label)
        path = self.path()
        return path, httpx.get(self._server.url + path, trust_env=False)

    def _next(self) -> ForwardMsg:
        raw = self._stream.recv(timeout=WAIT_S)
        assert isinstance(raw, bytes)
        message: ForwardMsg = ForwardMsg.FromString(raw)
        return message


@contextmanager
def plan(server: RunningServer) -> Iterator[OpenPlan]:
    with connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", proxy=None, max_size=None) as stream:
        yield OpenPlan(stream, server)


SHEET, CONTACT = "Download the sheet (PDF)", "Contact card: Burnsville"


@pytest.mark.parametrize(
    ("label", "media_type", "name"),
    [
        (SHEET, PDF, "drg-referral-chaska-burnsville.pdf"),
        (CONTACT, CARD, "ispine-clinics-burnsville.vcf"),
    ],
    ids=["sheet", "contact card"],
)
def test_the_same_choice_has_another_address_in_each_visit_that_its_content_does_not_tell(
    app_server: RunningServer, label: str, media_type: str, name: str
) -> None:
    with plan(app_server) as one, plan(app_server) as other:
        path, answer = one.taken(label)
        again, same = one.taken(label)
        other_path, other_answer = other.taken(label)
        # Who knows what the file says can work out where Streamlit would put it, were nothing secret in it.
        content = answer.content
        guess = MemoryMediaFileStorage("/media").load_and_get_id(
            content, media_type, MediaFileKind.DOWNLOADABLE, name
        )
        guessed = httpx.get(f"{app_server.url}/media/{guess}", trust_env=False)
    assert (answer.status_code, other_answer.status_code) == (200, 200)
    assert (again, same.content) == (path, content)
    assert other_path != path
    assert other_answer.content == content
    assert guessed.status_code == 404
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_a_file_is_there_for_its_visitor_however_many_pages_others_draw_meanwhile(
    app_server: RunningServer,
) -> None:
    with plan(app_server) as slow:
        slow.ask(SHEET)
        path = slow.path()
        for _ in range(4):
            with plan(app_server):
                pass
        answer = httpx.get(app_server.url + path, trust_env=False)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_three_hundred_requests_for_a_sheet_are_answered_with_it_in_turn_and_keep_nobody_from_theirs(
    app_server: RunningServer,
) -> None:
    with plan(app_server) as greedy, plan(app_server) as honest:
        for _ in range(300):
            greedy.ask(SHEET)
        _path, answer = honest.taken(SHEET)
        # The websocket's filter passes so many on at once; the others come one a second.
        assert len({greedy.path() for _ in range(12)}) == 1
    assert "Burnsville" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
