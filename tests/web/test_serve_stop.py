"""How the server ends: without noise, with a plain exit code, and with what was counted in its file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from benchmarks.visitor import visiting
from locator.staff.people import Role
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.support.servers import ROOT

pytestmark = pytest.mark.process

SERVE = [sys.executable, str(ROOT / "scripts" / "serve.py"), "--port=0"]
ASKED_TO_STOP = [signal.SIGINT, signal.SIGTERM]
SAYS_WHERE = re.compile(r"DRG Locator is running at http://127\.0\.0\.1:(\d+)\n")


@contextmanager
def started(command: Sequence[str], **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A command with a process group of its own, as a terminal gives one; all of it ends with the block."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LOCATOR_", "STREAMLIT_", "MAKE"))}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=inherited | {"LOCATOR_TILE_URL": "none"} | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def port_of(line: str) -> int:
    """The port in what the server printed."""
    found = SAYS_WHERE.fullmatch(line)
    assert found, line
    return int(found[1])


def stopped(process: subprocess.Popen[str], asked: signal.Signals) -> tuple[str, int]:
    """All that a process group prints once it is asked to stop, and the exit code of its first process."""
    os.killpg(process.pid, asked)
    printed, _ = process.communicate(timeout=60)
    return printed, process.returncode


@pytest.mark.parametrize("asked", ASKED_TO_STOP)
def test_a_stop_prints_nothing_and_counts_as_success(asked: signal.Signals) -> None:
    with started(SERVE) as process:
        port_of(first_line(process))
        assert stopped(process, asked) == ("", 0)


@pytest.mark.parametrize("asked", ASKED_TO_STOP)
def test_a_stop_while_the_server_is_being_loaded_prints_nothing_either(
    tmp_path: Path, asked: signal.Signals
) -> None:
    (tmp_path / "uvicorn.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(600)\n")
    with started(SERVE, PYTHONPATH=str(tmp_path)) as process:
        assert first_line(process) == "loading\n"
        assert stopped(process, asked) == ("", 0)


@pytest.mark.parametrize("asked", ASKED_TO_STOP)
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_ctrl_c_on_make_run_is_quiet(tmp_path: Path, asked: signal.Signals) -> None:
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    make = ["make", f"VENV={tmp_path / 'venv'}", f"ENV={environment}", f"PYTHON={sys.executable}", "PORT=0"]
    # As if all had been installed there.
    subprocess.run([*make, "--touch", "install"], cwd=ROOT, check=True, capture_output=True)
    with started([*make, "run"]) as process:
        port_of(first_line(process))
        printed, code = stopped(process, asked)
    assert printed == ""
    # GNU make ends by the signal it was sent, as a shell expects of it.
    assert code in {0, -asked}


@pytest.mark.parametrize("asked", ASKED_TO_STOP)
def test_what_visitors_were_shown_is_counted_in_the_file_after_a_stop(
    tmp_path: Path, asked: signal.Signals
) -> None:
    accounts = tmp_path / "kept" / "staff.json"
    Accounts(accounts, argon2id()).put("Pat Test", Role.EDITOR, "a made-up phrase")
    data = shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("history"))

    async def visit(port: int) -> None:
        async with visiting(port) as visitor:
            await visitor.open()
            for place in ("55407", "55109", "55407"):
                await visitor.submit(place)
                assert visitor.says(f"near ZIP {place}")

    settings = {"LOCATOR_DATA_DIR": str(data), "LOCATOR_STAFF__ACCOUNTS_FILE": str(accounts)}
    with started(SERVE, **settings) as process:
        asyncio.run(visit(port_of(first_line(process))))
        assert stopped(process, asked) == ("", 0)
    written = json.loads((data / "history" / "views.json").read_bytes())
    assert written["shown_first"] == {"edina": 2, "maplewood": 1}


def test_under_a_path_the_address_that_is_printed_is_the_one_that_answers() -> None:
    with started(SERVE, LOCATOR_BASE_PATH="a/clinics") as process:
        line = first_line(process)
        found = re.fullmatch(r"DRG Locator is running at (http://127\.0\.0\.1:[1-9]\d*/a/clinics/)\n", line)
        assert found, line
        page = httpx.get(found[1], trust_env=False)
        assert (page.status_code, '<div id="root">' in page.text) == (200, True)
        assert stopped(process, signal.SIGTERM) == ("", 0)
