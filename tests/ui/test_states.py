"""What a person sees where there is no page yet, none at that address, or one that failed."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from locator.presentation.templating import render
from locator.settings.loading import Settings
from locator.staff.sign_in.access import COOKIE
from locator.ui.staff import forms, sign_in
from locator.web.middleware import PAGES
from locator.web.routes import create_middleware
from tests.support.first_documents import Documents, part_of, snapshot_of, start_of
from tests.support.page_visits import ALL_IDS, forget_everything, opened, page, shown, submit
from tests.support.parsed_html import one_line, parse
from tests.support.samples import make_site
from tests.support.servers import ROOT
from tests.support.staff_visit import CLINIC, EDITOR, arrive, begin_anew, claims
from tests.support.streamlit_files import streamlit_index
from tests.support.web_client import WebClient

PHONE = "612-555-0199"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = "Fake <script>alert(1)</script> {{ 7 * 7 }}"


def settings(**others: Any) -> Settings:  # noqa: ANN401 - as Settings takes them
    return Settings(**{"practice_name": "Fake Practice", "practice_phone": PHONE, **others})


async def _any_page(_request: Request) -> Response:
    # As Streamlit answers any address that is no file of its own.
    return FileResponse(streamlit_index())


async def _refused(_request: Request) -> Response:
    raise HTTPException(403, "A plain sentence.")


async def _breaks(_request: Request) -> Response:
    raise RuntimeError("a secret detail")


async def _posted(_request: Request) -> Response:
    return PlainTextResponse("taken")


async def _json(_request: Request) -> Response:
    return Response('{"detail": "none"}', 404, media_type="application/problem+json")


def ask(path: str, method: str = "GET", *, made: Settings | None = None, **headers: str) -> httpx.Response:
    """The answer of the project's middleware around something that answers like Streamlit."""
    chosen = made or settings()
    app = Starlette(
        routes=[
            Route("/staff/refused", _refused),
            Route("/staff/breaks", _breaks),
            Route("/staff/posted", _posted, methods=["POST"]),
            Route("/staff/json", _json),
            Route("/assets/none", _refused),
            Route("/{path:path}", _any_page),
        ],
        middleware=create_middleware(chosen),
    )
    named = {name.replace("_", "-"): value for name, value in {**BROWSER, **headers}.items()}

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            return await client.request(method, path, headers=named)

    return asyncio.run(asked())


# The document that every page begins as


def test_the_pages_that_exist_are_those_of_the_shell() -> None:
    shell = (ROOT / "pages" / "shell.py").read_text(encoding="utf-8")
    there = dict(re.findall(r'st\.Page\("(\w+)\.py", title=_\("([^"]+)"\)', shell))
    assert {("" if name == "find" else name): title for name, title in there.items()} == PAGES


@pytest.mark.parametrize("path", [f"/{name}" for name in PAGES])
def test_each_page_begins_with_its_title_who_this_is_and_whom_to_call(path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200
    found = parse(answer.text)
    assert [one.text for one in found.all("title")] == [PAGES[path.strip("/")]]
    start = start_of(answer.text)
    assert "Fake Practice" in start.text
    assert start.one("h1").text == PAGES[path.strip("/")].removesuffix(" for staff")
    assert "tel:+1-612-555-0199" in [one.attributes.get("href") for one in start.all("a")]
    assert "Streamlit app" not in answer.text
    assert "service-desc" not in answer.text


def test_the_document_stands_first_and_says_what_it_is_before_any_script_runs() -> None:
    text = ask("/").text
    assert text.startswith("<!DOCTYPE html>")
    metas = {one.attributes.get("name"): one.attributes.get("content", "") for one in parse(text).all("meta")}
    assert "dorsal root ganglion" in metas["description"]
    assert metas["color-scheme"] == "light dark"
    assert text.count('name="theme-color"') == 2


def test_what_streamlit_needs_is_all_still_there() -> None:
    before, after = streamlit_index().read_text(encoding="utf-8"), ask("/").text
    needed = re.findall(r'(?:src|href)="(\./static/[^"]+)"', before)
    assert len(needed) > 10
    # Its font is not asked for before the page needs it.
    assert [one for one in needed if one not in after and not one.endswith(".woff2")] == []
    assert '<div id="root"></div>' in after


def test_the_policy_allows_every_inline_script_of_the_document_and_no_other() -> None:
    answer = ask("/")
    inline = re.findall(r"<script>(.*?)</script>", answer.text, flags=re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in inline]
    allowed = re.findall(r"'sha256-[^']+'", answer.headers["content-security-policy"])
    assert hashes == allowed != []


def test_without_scripts_all_clinics_are_listed_with_phone_numbers_as_plain_text() -> None:
    sites = [make_site("b", name=HOSTILE, city="Zed"), make_site("a", city="Abc")]
    text = Documents(snapshot_of(sites)).get("/").text
    clinics = [item.text for item in part_of(text, "cards").all("li", of_class="clinic")]
    assert len(clinics) == 2
    assert "Abc" in clinics[0]
    assert HOSTILE in clinics[1]
    assert all("612-555-0100" in item for item in clinics)
    assert "<script>alert" not in text
    # What there is for those without scripts alone says nothing: it hides what needs them.
    assert re.findall(r"<noscript>(?!<style>)", text) == []


def test_without_scripts_an_empty_directory_still_names_the_phone() -> None:
    text = Documents(snapshot_of([])).get("/").text
    assert part_of(text, "cards").all("li") == []
    assert PHONE in part_of(text, "found").text


@pytest.mark.parametrize(
    ("path", "accepted", "tag"),
    [
        ("/", "en-US", "en"),
        ("/", "es-MX,es;q=0.9", "es"),
        ("/?lang=es", "en-US", "es"),
        ("/?lang=en", "es", "en"),
        ("/?lang=xx", "es", "es"),
        ("/nonsense", "es", "es"),
        ("/nonsense?lang=es", "en", "es"),
    ],
)
def test_the_language_is_the_addresss_else_the_browsers(path: str, accepted: str, tag: str) -> None:
    answer = ask(path, accept_language=accepted)
    assert parse(answer.text).one("html").attributes["lang"] == tag
    assert "Accept-Language" in answer.headers["vary"]


def test_the_notices_are_there_in_every_language_whatever_the_pages() -> None:
    made = ask("/", accept_language="en").text
    for tag in ("en", "es"):
        (words,) = re.findall(rf'<template class="page-words" lang="{tag}">(.*?)</template>', made, re.DOTALL)
        assert set(re.findall(r'data-says="(\w+)"', words)) == {
            "busy",
            "crowded",
            "offline",
            "lost",
            "over",
            "back",
        }


def test_a_kept_copy_is_good_until_anything_in_it_changes() -> None:
    first = ask("/", accept_language="en")
    assert first.headers["cache-control"] == "no-cache"
    again = ask("/", accept_language="en", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = ask("/", made=settings(practice_phone="612-555-0111"), if_none_match=first.headers["etag"])
    assert other.status_code == 200


def test_a_copy_of_streamlits_own_document_is_never_good() -> None:
    own = FileResponse(streamlit_index(), stat_result=streamlit_index().stat()).headers["etag"]
    answer = ask("/", if_none_match=own, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert answer.status_code == 200
    assert "Fake Practice" in answer.text


def test_the_document_travels_compressed_and_is_the_same() -> None:
    plain = ask("/", accept_encoding="identity")
    packed = ask("/", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.text == plain.text


def test_under_a_path_the_document_is_found_and_asks_for_its_parts_there() -> None:
    moved = settings(base_path="clinics")
    assert 'src="/clinics/assets/app/connection.js?v=' in ask("/clinics/", made=moved).text
    assert ask("/clinics/refer", made=moved).status_code == 200
    assert ask("/clinics/nonsense", made=moved).status_code == 404


def test_the_sheets_are_in_the_document_and_scripts_are_found_under_the_name_of_their_content() -> None:
    text = ask("/clinics/refer", made=settings(base_path="clinics")).text
    static = ROOT / "locator" / "presentation" / "static"
    (style,) = [one for one in parse(text).all("style") if one.attributes.get("id") == "our-style"]
    for name in ("page.css", "embedded.css", "print.css"):
        assert one_line((static / name).read_text(encoding="utf-8")) in style.text
    scripts = re.findall(r'<script src="(/clinics/assets/app/(\w+\.js)\?v=(\w{8}))" defer>', text)
    assert {"first_search.js", "takeover.js", "connection.js"} <= {name for _link, name, _version in scripts}
    served = WebClient(base_path="clinics")
    for link, name, version in scripts:
        script = (static / name).read_text(encoding="utf-8")
        assert served.get(link).text == script
        assert version == sha256(script.encode()).hexdigest()[:8]


def test_in_a_frame_the_first_document_is_the_small_one() -> None:
    assert start_of(ask("/?embed=true").text).classes == {"is-embedded"}
    assert start_of(ask("/").text).classes == set()


# Addresses and methods that there are not


@pytest.mark.parametrize("path", ["/nonsense", "/refer/nonsense", "/find", "/index.html", "/staff.php"])
def test_an_address_that_is_no_page_is_404_with_a_way_on(path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    found = parse(answer.text)
    assert found.one("h1").text == "We do not have this page"
    assert [one.attributes["href"] for one in found.all("a")] == ["/", "tel:+1-612-555-0199"]
    assert "<script" not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_program_gets_a_plain_sentence() -> None:
    answer = ask("/nonsense", accept="*/*")
    assert (answer.status_code, answer.text) == (404, "There is no page at this address.")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/staff/refused", 403, "This is not open to you"),
        ("/staff/breaks", 500, "Something went wrong on our side"),
        ("/_stcore/upload_file/a/b", 403, None),
        ("/assets/none", 403, None),
        ("/staff/json", 404, None),
    ],
)
def test_a_browser_that_is_refused_gets_a_page_where_a_person_reads_it(
    path: str, status: int, heading: str | None
) -> None:
    answer = ask(path)
    assert answer.status_code == status
    assert "secret" not in answer.text
    if heading is None:
        assert "<h1>" not in answer.text
        return
    assert parse(answer.text).one("h1").text == heading
    assert PHONE in answer.text
    assert answer.headers["content-length"] == str(len(answer.content))


def test_a_method_that_does_not_work_says_so_and_keeps_its_headers() -> None:
    answer = ask("/staff/posted", "DELETE")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert parse(answer.text).one("h1").text == "That does not work here"


def test_the_way_on_follows_the_path_the_app_is_served_under() -> None:
    answer = ask("/clinics/nonsense", made=settings(base_path="clinics"))
    assert parse(answer.text).all("a")[0].attributes["href"] == "/clinics/"


# A page that fails, in part or as a whole


@pytest.fixture
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.mark.usefixtures("_a_server_of_its_own")
@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_without_an_overview_the_clinics_are_still_found(data_dir: Path, damage: str) -> None:
    overview = data_dir / "overview.md"
    if damage == "missing":
        overview.unlink()
    else:
        overview.write_text("no facts", encoding="utf-8")
    after = shown(submit(opened(), "55407"))
    assert set(after.ids) == ALL_IDS
    assert ["763-201-8191" in one.value for one in after.app.info] == [True]


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_without_a_gazetteer_all_clinics_are_still_listed(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "gazetteer")
    after = shown(submit(opened(), "55407"))
    assert set(after.ids) == ALL_IDS
    assert "Our list of places is out of order." in " ".join(one.value for one in after.app.text)


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_a_page_that_fails_says_so_in_our_words_with_the_phone(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    begin_anew(monkeypatch, data_dir)
    app = arrive(claims(EDITOR)).app

    def fails(*_arguments: object) -> None:
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(forms, "one_clinic", fails)
    app.button_group(key="staff-task").set_value(CLINIC).run()
    assert ["763-201-8191" in one.value for one in app.error] == [True]
    # Streamlit is told of it too, and logs it; the style sheet hides what it shows.
    assert len(app.exception) == 1
    style = (ROOT / "locator" / "presentation" / "static" / "page.css").read_text(encoding="utf-8")
    assert re.search(r'\[data-testid="stException"\] \{\s*display: none;', style)


@pytest.mark.usefixtures("_a_server_of_its_own")
@pytest.mark.parametrize("searched", [False, True])
def test_a_directory_without_any_clinic_says_so_and_whom_to_call(data_dir: Path, *, searched: bool) -> None:
    clinics = data_dir / "clinics.csv"
    clinics.write_text(clinics.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    app = opened()
    after = shown(submit(app, "55407") if searched else app)
    assert after.ids == []
    assert "No clinic is listed at the moment" in after.found.text
    assert searched or "763-201-8191" in after.found.text


# A visit that the server forgot


def come_back(key: str, text: str, file: str) -> AppTest:
    """A first run of a visit in which the browser still has `text` in a form that it submitted before."""
    path = f"{file}.py"
    before = page().switch_page(path).run().text_input(key=key)
    states = WidgetStates()
    states.widgets.add(id=before.id).string_value = text
    return page().switch_page(path)._run(states)  # noqa: SLF001 - nothing public speaks for a browser


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_a_browser_that_comes_back_with_its_search_has_it_answered_again() -> None:
    after = come_back("place", "55407", "find")
    assert "near ZIP 55407" in shown(after).found.text
    assert after.text_input(key="place").value == "55407"


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_a_referrer_who_comes_back_has_the_start_again() -> None:
    after = come_back("patient-place", "55407", "refer")
    (pairs,) = [one for one in after.get("bidi_component") if one.key == "pair-list"]
    assert "55407" in json.loads(pairs.proto.json)["found"]


@pytest.mark.usefixtures("_a_server_of_its_own")
@pytest.mark.parametrize(
    ("cookies", "ended"),
    [({}, False), ({COOKIE: ""}, False), ({COOKIE: "forgotten"}, True)],
)
def test_the_staff_page_says_that_a_sign_in_has_ended(cookies: dict[str, str], *, ended: bool) -> None:
    text = render(
        "staff_entrance.html",
        settings=settings(),
        is_open=True,
        has_ended=sign_in.has_ended(cookies),
        sign_in="/staff/sign-in",
    )
    assert ("Your sign-in has ended." in text) is ended
    assert parse(text).one("a").attributes["href"] == "/staff/sign-in"
