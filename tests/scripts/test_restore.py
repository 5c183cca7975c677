"""Backup and restore by the commands of docs/deploy.md, into another folder, as on a new machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from locator.cli.exit_codes import Exit
from tests.support.project_copy import locator_command, project_copy
from tests.support.proxies import block, replaced
from tests.support.servers import running
from tests.support.shipped_copy import rewrite

# Many commands, each a Python of its own, and a server.
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

PHRASE = "a fake long passphrase"
BACKUP = block("deploy.md", "Backup", "sh")
RESTORE = block("deploy.md", "Backup", "sh", nth=1)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a machine where staff sign in and have published."""
    return _machine(tmp_path / "old")


def _machine(root: Path) -> Path:
    """What "Install" leaves up to the settings: the checkout, and a folder for what staff change."""
    (root / "srv").mkdir(parents=True)
    (root / "root").mkdir()
    (root / "var" / "lib" / "drg-locator").mkdir(parents=True)
    project_copy(root / "srv" / "drg-locator")
    return root


def _shell(script: str, root: Path) -> None:
    """Run the printed commands as if this folder were the whole machine, but for those that a test cannot."""
    ours = script.replace("-C /", f"-C {root}/").replace(" /root/", f" {root}/root/")
    ours = ours.replace("cd /srv/", f"cd {root}/srv/")
    ours = re.sub(r"^(chown|make|systemctl|curl) .*$", "", ours, flags=re.MULTILINE)
    done = subprocess.run(["bash", "-euc", ours], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _sign_in(url: str) -> httpx.Response:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as browser:
        return browser.post(
            "/staff/sign-in",
            data={"name": "Pat Example", "password": PHRASE},
            headers={"Origin": url},
        )


def test_a_backup_brings_everything_back_on_another_machine(machine: Path, tmp_path: Path) -> None:
    checkout, var = machine / "srv" / "drg-locator", machine / "var" / "lib" / "drg-locator"
    (checkout / "locator.toml").write_text(
        f'practice_name = "Fake Practice"\n\n[staff]\naccounts_file = "{var}/staff.json"\n'
    )
    (checkout / ".streamlit" / "secrets.toml").write_text("# a fake file\n")
    assert locator_command(checkout, "move-data", str(var / "data")).returncode == Exit.DONE
    added = subprocess.run(
        [sys.executable, "-m", "locator", "staff", "add", "Pat Example", "--role", "approver"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"]},
        input=f"{PHRASE}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert added.returncode == Exit.DONE, added.stderr
    changed = tmp_path / "clinics.csv"
    changed.write_bytes((var / "data" / "clinics.csv").read_bytes())
    rewrite(tmp_path, "edina", active="no")
    published = locator_command(checkout, "publish", str(changed), "--why", "edina closed")
    assert published.returncode == Exit.DONE, published.stderr
    history = locator_command(checkout, "history", "--json").stdout

    _shell(BACKUP, machine)
    (archive,) = (machine / "root").glob("*.tar.gz")
    assert archive.stat().st_mode & 0o077 == 0

    other = _machine(tmp_path / "new")
    archive.rename(other / "root" / archive.name)
    _shell(replaced(RESTORE, {"drg-locator-2026-11-28.tar.gz": archive.name}), other)
    restored = other / "srv" / "drg-locator"
    settings = (restored / "locator.toml").read_text(encoding="utf-8")
    # On a machine of its own the paths are the same; here the two share one.
    (restored / "locator.toml").write_text(replaced(settings, {str(machine): str(other)}))
    machine.rename(tmp_path / "gone")

    assert (restored / ".streamlit" / "secrets.toml").exists()
    assert locator_command(restored, "history", "--json").stdout == history
    serve = [sys.executable, str(restored / "scripts" / "serve.py")]
    log, alone = tmp_path / "log", {"PYTHONPATH": str(restored)}
    with running(serve, log=log, settings=alone, await_path="/readyz") as server:
        assert httpx.get(f"{server.url}/readyz", trust_env=False).json()["sites"] == 7
        assert "Fake Practice" in httpx.get(server.url, trust_env=False).text
        answer = _sign_in(server.url)
        assert answer.status_code in {302, 303}, answer.text
        assert "set-cookie" in answer.headers
        assert PHRASE not in log.read_text()


def test_without_a_secrets_file_the_backup_is_still_made(machine: Path) -> None:
    (machine / "srv" / "drg-locator" / "locator.toml").write_text("")
    _shell(BACKUP, machine)
    (archive,) = (machine / "root").glob("*.tar.gz")
    listed = subprocess.run(["tar", "-tzf", archive], capture_output=True, text=True, check=True).stdout
    assert "srv/drg-locator/locator.toml" in listed
    assert "var/lib/drg-locator/" in listed
