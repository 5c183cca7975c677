"""The documents that pages begin as: made once a version and minute, and put into Streamlit's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from locator.presentation import PAGE_SIZE
from locator.web.middleware.streamlit_index import SLOTS, StartDocumentError, StreamlitIndex, find_slots
from tests.support.first_documents import Documents, listed, part_of, snapshot_of, start_of
from tests.support.samples import make_site
from tests.support.streamlit_files import streamlit_index


def test_a_document_is_made_once_a_version_and_language_however_many_visitors_come() -> None:
    documents = Documents()
    english = [documents.get("/").text for _ in range(3)]
    spanish = [documents.get("/?lang=es").text for _ in range(3)]
    assert len(set(english)) == len(set(spanish)) == 1
    assert english[0] != spanish[0]
    assert documents.drawn == 2


def test_another_version_has_another_document_at_once() -> None:
    documents = Documents(snapshot_of([make_site()]))
    before = documents.get("/")
    documents.snapshot = snapshot_of([make_site(name="Fake New Name")])
    after = documents.get("/")
    assert "Fake New Name" in after.text
    assert "Fake New Name" not in before.text
    assert before.headers["etag"] != after.headers["etag"]
    assert documents.get("/", if_none_match=after.headers["etag"]).status_code == 304


def test_a_notice_about_the_directory_comes_and_goes_with_it() -> None:
    documents = Documents(snapshot_of([make_site()]))
    assert start_of(documents.get("/").text).all(of_class="first-notice") == []
    documents.snapshot = snapshot_of([make_site()], stale=True)
    notice = start_of(documents.get("/").text).one(of_class="first-notice")
    assert "The newest clinic list has errors" in notice.text
    assert notice.attributes["role"] == "alert"


def test_who_is_open_now_is_said_anew_each_minute_and_not_more_often() -> None:
    documents = Documents(snapshot_of([make_site(hours="Mo-Fr 08:00-12:01")]))
    open_now = documents.get("/")
    documents.now += timedelta(seconds=20)
    assert documents.get("/").headers["etag"] == open_now.headers["etag"]
    assert documents.drawn == 1
    documents.now += timedelta(minutes=2)
    closed = documents.get("/")
    words = [start_of(page.text).one(of_class="clinic").text for page in (open_now, closed)]
    assert ["Open now" in one for one in words] == [True, False]
    assert "Closed" in words[1]


def test_packed_or_plain_it_is_the_same_document() -> None:
    documents = Documents()
    packed = documents.get("/", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == documents.get("/", accept_encoding="identity").text


def test_an_embedded_page_and_another_page_have_documents_of_their_own() -> None:
    documents = Documents(snapshot_of([make_site()]))
    texts = [documents.get(path).text for path in ("/", "/?embed=true", "/refer", "/staff", "/accessibility")]
    assert len(set(texts)) == 5
    assert "Testville" in texts[0]
    assert "Testville" not in texts[3] + texts[4]


@pytest.mark.parametrize("beyond", [0, 1])
def test_of_very_many_clinics_it_has_the_first_by_city_and_says_so(beyond: int) -> None:
    cities = [f"City {number:04}" for number in range(PAGE_SIZE + beyond)]
    sites = [make_site(f"fake-{city[-4:]}", city=city) for city in reversed(cities)]
    page = Documents(snapshot_of(sites)).get("/").text
    assert listed(part_of(page, "cards")) == [f"fake-{city[-4:]}" for city in cities[:PAGE_SIZE]]
    assert ("the first 20 of 21 clinics" in part_of(page, "found").text) == bool(beyond)
    buttons = part_of(page, "cards").all("button", of_class="turn")
    assert [button.attributes["value"] for button in buttons] == ["fitting 1"] * beyond


INDEX = streamlit_index().read_text(encoding="utf-8")


def test_all_that_is_to_be_replaced_stands_once_in_the_installed_streamlits_document() -> None:
    slots = find_slots(INDEX)
    assert slots.keys() == SLOTS.keys()
    begins, ends = slots["noscript"]
    assert "You need to enable JavaScript" in INDEX[begins:ends]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<!--\n Copyright", "<p>\n Copyright"),
        ('<html lang="en">', "<html>"),
        ("<title>", '<title data-made-up="">'),
        ('rel="shortcut icon"', 'rel="icon"'),
        ("RFC 8631", "RFC 0000"),
        ("<noscript>", '<noscript class="made-up">'),
        ('<div id="root">', '<div id="made-up">'),
        ("<body>", "<body><noscript>made up</noscript>"),
        ("</body>", '<div id="root"></div></body>'),
    ],
)
def test_a_document_that_lacks_a_part_or_has_it_twice_is_refused(old: str, new: str) -> None:
    changed = INDEX.replace(old, new)
    assert changed != INDEX
    with pytest.raises(StartDocumentError, match=r"found: [a-z]+ (0|2) times\)"):
        find_slots(changed)
    with pytest.raises(StartDocumentError):
        StreamlitIndex(changed, '"made-up"').with_ours(dict.fromkeys(SLOTS, ""))


def test_what_we_put_into_a_document_is_never_taken_for_a_part_of_it() -> None:
    ours = dict.fromkeys(SLOTS, "") | {"title": "<title>one</title><noscript>two</noscript>", "noscript": "3"}
    text = StreamlitIndex(INDEX, '"made-up"').with_ours(ours)
    assert "<title>one</title><noscript>two</noscript>" in text
