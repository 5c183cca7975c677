"""`make run`'s server: the real app, its first and last words, and what it says when it cannot start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.servers import ROOT, RunningServer, running_app
from tests.support.streamlit_files import streamlit_index, streamlit_with_another_index

SERVE = [sys.executable, str(ROOT / "scripts" / "serve.py")]


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def test_the_last_line_printed_is_the_url_that_answers(app_server: RunningServer) -> None:
    assert app_server.log.read_text().splitlines() == [f"DRG Locator is running at {app_server.url}"]
    assert get(app_server.url).status_code == 200


def test_the_shipped_app_is_alive_and_ready(app_server: RunningServer) -> None:
    assert get(f"{app_server.url}/healthz").text == "ok"
    ready = get(f"{app_server.url}/readyz")
    assert ready.status_code == 200
    assert (ready.json()["status"], ready.json()["sites"]) == ("ready", 8)


def test_no_answer_names_the_server_software(app_server: RunningServer) -> None:
    for path in ("/", "/healthz", "/assets/none", "/_stcore/upload_file/s/f"):
        assert "server" not in get(app_server.url + path).headers


def test_with_tiles_off_no_answer_allows_an_outside_host(app_server: RunningServer) -> None:
    assert "https:" not in get(app_server.url).headers["content-security-policy"]


@pytest.mark.process
def test_under_a_path_page_assets_and_checks_are_all_there(tmp_path: Path) -> None:
    with running_app(
        tmp_path / "log", {"LOCATOR_BASE_PATH": "/clinics/"}, await_path="/clinics/readyz"
    ) as server:
        under = f"{server.url}/clinics"
        assert get(f"{under}/readyz").json()["status"] == "ready"
        assert get(f"{under}/_stcore/health").text == "ok"
        assert get(f"{under}/assets/app/map.js").status_code == 200
        assert get(f"{under}/_stcore/upload_file/s/f").status_code == 403
        assert '<div id="root">' in get(f"{under}/").text
        assert get(f"{server.url}/readyz").status_code == 404


@pytest.mark.process
def test_with_a_broken_directory_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    (data / "clinics.csv").write_bytes(b"nonsense\x00")
    with running_app(tmp_path / "log", {"LOCATOR_DATA_DIR": str(data)}, await_path="/healthz") as server:
        answer = get(f"{server.url}/readyz")
        assert answer.status_code == 503
        assert answer.json()["reason"].startswith("The clinic directory could not be loaded")
        assert str(tmp_path) not in answer.text
        assert get(server.url).status_code == 200


def refusal(folder: Path, *options: str, **settings: str) -> str:
    """The one line the server prints where it cannot start."""
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(
        [*SERVE, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.process
def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(tmp_path, "--port", str(port))
    assert (
        line
        == f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Try make run PORT={port + 1}"
    )


@pytest.mark.process
@pytest.mark.parametrize(
    "options",
    [
        "--host=192.0.2.1",
        "--host=no-such-host.invalid",
        f"--host={'a' * 70}.invalid",
        "--port=99999",
        "--port=-1",
        "--port=abc",
        "--port=",
        "--port=80.5",
        f"--port={'9' * 5000}",
    ],
)
def test_an_address_that_cannot_be_had_is_one_clear_line(tmp_path: Path, options: str) -> None:
    assert refusal(tmp_path, options).startswith("Cannot listen on ")


@pytest.mark.process
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    line = refusal(tmp_path, "--port=0", LOCATOR_TILE_URL="ftp://tiles.example")
    assert line.startswith("LOCATOR_TILE_URL is 'ftp://tiles.example'; allowed: ")


@pytest.mark.process
def test_a_streamlit_whose_start_document_is_another_is_one_clear_line(tmp_path: Path) -> None:
    changed = streamlit_index().read_text(encoding="utf-8").replace("noscript>", "no-script>")
    other = streamlit_with_another_index(tmp_path, changed)
    line = refusal(tmp_path, "--port=0", PYTHONPATH=str(other))
    assert line.startswith("The start document of the installed Streamlit ")
    assert "found: noscript 0 times" in line


@pytest.mark.process
@pytest.mark.parametrize("folder", ["gone", "a-file", "a-file/data"])
def test_a_data_folder_that_is_none_is_one_clear_line(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a-file").touch()
    line = refusal(tmp_path, "--port=0", LOCATOR_DATA_DIR=str(tmp_path / folder))
    assert line.startswith(f"The setting data_dir is {tmp_path / folder}: ")
    assert line.endswith("or in the variable LOCATOR_DATA_DIR.")
