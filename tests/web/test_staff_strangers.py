"""What the real server says over the websocket to somebody who opens the staff page and is not signed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.support.servers import ROOT, RunningServer, running_app
from tests.support.staff_server import opened

pytestmark = pytest.mark.process

NAME, PHRASE = "Pat Test", "a made-up phrase"
TELLING = (b"Nicollet", b"burnsville", b"55337", b"763-201-8191", b"To call", NAME.encode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real app on a copy of the shipped data, with one account."""
    folder = tmp_path_factory.mktemp("strangers")
    shutil.copytree(ROOT / "data", folder / "data")
    Accounts(folder / "kept" / "staff.json", argon2id()).put(NAME, Role.APPROVER, PHRASE)
    settings = {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_DATA_DIR": str(folder / "data"),
        "LOCATOR_STAFF__ACCOUNTS_FILE": str(folder / "kept" / "staff.json"),
    }
    with running_app(folder / "log.txt", settings) as started:
        yield started


def token(server: RunningServer) -> str:
    """What the browser of somebody holds who has just signed in."""
    answer = httpx.post(
        f"{server.url}/staff/sign-in",
        data={"name": NAME, "password": PHRASE},
        headers={"origin": server.url},
        trust_env=False,
        timeout=60,
    )
    return answer.cookies[COOKIE]


def signed_out_token(server: RunningServer) -> str:
    """What a browser may still hold after its owner has signed out."""
    kept = token(server)
    headers = {"origin": server.url, "cookie": f"{COOKIE}={kept}"}
    httpx.post(f"{server.url}/staff/sign-out", headers=headers, trust_env=False, timeout=60)
    return kept


def everything_said(server: RunningServer, cookie: str | None) -> bytes:
    """Every byte of one run of the staff page for a browser that shows this token."""
    with httpx.Client(trust_env=False) as browser:
        if cookie is not None:
            browser.cookies.set(COOKIE, cookie)
        with opened(server, browser) as stream:
            stream.send(BackMsg(rerun_script=ClientState(page_name="staff")).SerializeToString())
            said = b""
            while True:
                raw = stream.recv(timeout=60)
                assert isinstance(raw, bytes)
                said += raw
                if ForwardMsg.FromString(raw).HasField("script_finished"):
                    return said


def test_staff_are_told_of_every_clinic(server: RunningServer) -> None:
    said = everything_said(server, token(server))
    assert [word for word in TELLING if word not in said] == []


@pytest.mark.parametrize("kind", ["none", "empty", "forged", "signed out"])
def test_a_stranger_is_told_of_the_way_in_and_nothing_else(server: RunningServer, kind: str) -> None:
    cookies = {"none": None, "empty": "", "forged": "A" * 43, "signed out": signed_out_token(server)}
    said = everything_said(server, cookies[kind])
    assert b"This page is for staff." in said
    assert [word for word in TELLING if word in said] == []
