"""What is sent to a page's address: read only where it is a form of ours, and at a person's pace."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from starlette.types import Message, Scope

from locator.web.first_document.form import MOST_BYTES
from locator.web.first_document.middleware import BURST, PER_S
from tests.support.first_documents import FORM, Documents, listed, part_of, snapshot_of
from tests.support.page_visits import ALL_IDS
from tests.support.samples import make_site

HOSPITAL, OTHER = "192.0.2.7", "198.51.100.7"
PLAIN = "text/plain; charset=utf-8"


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/x-www-form-urlencoded", 200),
        ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", 200),
        ("multipart/form-data; boundary=x", 415),
        ("application/json", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
def test_only_the_media_type_of_our_forms_is_read(documents: Documents, kind: str, status: int) -> None:
    answer = documents.ask("POST", "/", content="place=55407", headers={"content-type": kind} if kind else {})
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == PLAIN
        assert answer.headers["cache-control"] == "no-store"
        assert "55407" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"place=" + b"5" * (MOST_BYTES - 6), 200),
        (b"place=" + b"5" * (MOST_BYTES - 5), 413),
        (b"x" * 5_000_000, 413),
        (b"place=\xff\xfe", 400),
        (b"place=%FF%FE", 400),
        (b"&".join(b"a=1" for _ in range(100)), 200),
        (b"&".join(b"a=1" for _ in range(101)), 400),
        (b"", 200),
        (b"&&&===", 200),
        (b"place", 200),
        (b"place=%zz%", 200),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else None,
)
def test_what_is_too_large_or_cannot_be_read_is_refused_in_a_sentence(
    documents: Documents, body: bytes, status: int
) -> None:
    answer = documents.ask("POST", "/", content=body, headers=FORM)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == PLAIN
        assert answer.headers["cache-control"] == "no-store"
        assert answer.text.endswith(".")


@pytest.mark.parametrize(
    "fields",
    [
        {"need": "surgery"},
        {"within": "7"},
        {"within": "-10"},
        {"within": "1e9"},
        {"weekday": "9"},
        {"weekday": "Mo"},
        {"turn": "fitting 9999999"},
        {"turn": "nonsense"},
        {"turn": "fitting -1"},
        {"shown": "fitting x,,possible \u0663,"},
        {"lat_deg": "here", "lon_deg": "there", "accuracy_m": "10"},
        {"lat_deg": "nan", "lon_deg": "nan", "accuracy_m": "nan"},
        {"lat_deg": "44.98", "lon_deg": "-93.27"},
        {"sealed": "nonsense"},
        {"sealed": "."},
        {"sealed": "é.é"},
        {"exactly": "on", "find": "yes"},
        {"first": "nonsense"},
        {"no such field": "x"},
    ],
    ids=str,
)
def test_a_value_that_a_field_cannot_have_counts_as_not_given(
    documents: Documents, fields: dict[str, str]
) -> None:
    asked_nothing = documents.parts({})
    assert documents.parts(fields) == asked_nothing
    assert set(listed(part_of(documents.post(fields).text, "cards"))) == ALL_IDS


@pytest.mark.parametrize("origin", ["http://[", "null", "", "//", "http://127.0.0.1:8501", "é"])
def test_whatever_a_browser_says_of_where_a_form_came_from_it_is_answered(
    documents: Documents, origin: str
) -> None:
    headers = [(name.encode(), value.encode()) for name, value in {**FORM, "origin": origin}.items()]
    assert documents.ask("POST", "/", content=b"place=55407", headers=headers).status_code == 200


def test_of_a_field_that_comes_twice_the_last_counts(documents: Documents) -> None:
    twice = documents.post([("place", "Edina"), ("place", "55407")])
    assert "ZIP 55407" in part_of(twice.text, "found").text


def _asked_in_pieces(documents: Documents, messages: list[Message]) -> list[Message]:
    """What an app sends whose form comes in these messages."""
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in FORM.items()],
        "client": (HOSPITAL, 5000),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(documents.app(scope, receive, send))
    return sent


def test_a_form_that_comes_in_pieces_is_read_whole(documents: Documents) -> None:
    pieces = [b"pla", b"ce=554", b"", b"07"]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    begun, body = _asked_in_pieces(documents, [*messages, {"type": "http.request"}])
    assert begun["status"] == 200
    assert "ZIP 55407" in part_of(body["body"].decode(), "found").text


def test_of_a_body_without_end_no_more_is_read_than_a_form_may_have(documents: Documents) -> None:
    piece: Message = {"type": "http.request", "body": b"x" * 1000, "more_body": True}
    messages: list[Message] = [dict(piece) for _ in range(1000)]
    begun = _asked_in_pieces(documents, messages)[0]
    assert begun["status"] == 413
    assert len(messages) >= 1000 - MOST_BYTES // 1000 - 1


def test_who_leaves_before_the_form_is_there_is_searched_for_nothing(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    begun: Message = {"type": "http.request", "body": b"place=554", "more_body": True}
    sent = _asked_in_pieces(documents, [begun, {"type": "http.disconnect"}])
    assert [message["status"] for message in sent if "status" in message] == [400]
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/staff", "/accessibility", "/staff/", "/accessibility/"])
def test_a_page_without_a_form_takes_none(documents: Documents, path: str) -> None:
    answer = documents.post({"place": "55407"}, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.text == "This page takes no form."
    assert documents.post({}, f"{path}?lang=es").text == "Esta página no recibe formularios."


def test_a_head_of_a_page_is_answered_without_a_search(documents: Documents) -> None:
    answer = documents.ask("HEAD", "/")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


# How many


def small() -> Documents:
    return Documents(snapshot_of([make_site()]))


def test_a_persons_pace_never_meets_the_limit_and_a_flood_does_while_others_go_on() -> None:
    documents = small()
    # Everybody behind one address of a hospital, within a moment.
    fields = {"place": "55407"}
    first = [documents.post(fields, at=HOSPITAL, x_fragment="yes").status_code for _ in range(BURST)]
    assert set(first) == {200}
    flood = [documents.post(fields, at=HOSPITAL, x_fragment="yes") for _ in range(BURST)]
    for answer in flood:
        assert answer.status_code == 429
        assert answer.text == "Too many searches at once. Please wait a moment and try again."
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["cache-control"] == "no-store"
    assert documents.post(fields, at=OTHER).status_code == 200
    # Reading a page is never limited.
    assert documents.ask("GET", "/", at=HOSPITAL).status_code == 200
    documents.clock.now_s += 10
    later = [documents.post(fields, at=HOSPITAL, x_fragment="yes").status_code for _ in range(BURST)]
    assert later.count(200) == 10 * PER_S


def test_the_limit_leaves_room_for_many_people_behind_one_address() -> None:
    # As many searches a minute as forty people make who change their mind every ten seconds.
    assert PER_S * 60 >= 40 * 6


def test_who_is_refused_is_told_so_in_their_language() -> None:
    documents = small()
    answers = [documents.post({}, "/?lang=es", at=HOSPITAL, x_fragment="yes") for _ in range(BURST + 1)]
    assert answers[-1].status_code == 429
    assert answers[-1].text.startswith("Demasiadas búsquedas")


def test_addresses_that_are_unknown_are_not_counted_together() -> None:
    documents = small()
    answers = [documents.post({}, x_fragment="yes").status_code for _ in range(2 * BURST)]
    assert set(answers) == {200}


def test_many_at_once_get_each_their_own_answer_in_their_own_language() -> None:
    documents = Documents()
    wrong: list[str] = []

    def ask(place: str, tag: str) -> None:
        found = documents.post({"place": place}, f"/?lang={tag}", x_fragment="yes").json()["found"]
        words = "Encontramos" if tag == "es" else "We found"
        if place not in found or words not in found:
            wrong.append(json.dumps([place, tag, found]))

    threads = [
        threading.Thread(target=ask, args=(place, tag))
        for place in ("55407", "55101", "55432", "55124")
        for tag in ("en", "es")
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_sent_is_packed_for_whoever_can_unpack_it(documents: Documents) -> None:
    fields = {"place": "55407"}
    packed = documents.post(fields, x_fragment="yes", accept_encoding="gzip")
    plain = documents.post(fields, x_fragment="yes", accept_encoding="identity")
    assert packed.json() == plain.json()
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert packed.headers["cache-control"] == "no-store"
