"""`make install` beside a running service: the new environment is whole before it is used, or is not used."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.project_copy import project_copy

pytestmark = pytest.mark.process


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project with requirements of one made-up package, so that nothing is fetched."""
    copy = project_copy(tmp_path / "checkout")
    for path in (*copy.glob("requirements*"), *copy.glob("scripts/requirements*")):
        path.write_text("")
    for version in ("1.0", "2.0"):
        _wheel(tmp_path / "wheels", version)
    return copy


def _wheel(folder: Path, version: str) -> None:
    folder.mkdir(exist_ok=True)
    about = f"made_up-{version}.dist-info"
    with zipfile.ZipFile(folder / f"made_up-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up.py", f"VERSION = '{version}'\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: made-up\nVersion: {version}\n")
        wheel.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{about}/RECORD", "")


def require(checkout: Path, version: str) -> None:
    """Let the app need this version, or one there is not."""
    wheel = checkout.parent / "wheels" / f"made_up-{version}-py3-none-any.whl"
    digest = hashlib.sha256(wheel.read_bytes() if wheel.exists() else b"").hexdigest()
    (checkout / "requirements.lock").write_text(f"made-up=={version} --hash=sha256:{digest}\n")


def install(checkout: Path, *, network: bool = True) -> subprocess.CompletedProcess[str]:
    """`make install` where the wheels are all there is to fetch, or with nothing to fetch from at all."""
    source = checkout.parent / ("wheels" if network else "nothing")
    environ = {"PATH": os.environ["PATH"], "HOME": str(checkout.parent), "PIP_NO_INDEX": "1"}
    return subprocess.run(
        ["make", "install", f"PYTHON={sys.executable}"],
        cwd=checkout,
        env=environ | {"PIP_FIND_LINKS": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


def version_in(environment: Path) -> str:
    """The version of the made-up package that its Python imports."""
    done = subprocess.run(
        [environment / "bin" / "python", "-c", "import made_up; print(made_up.VERSION)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.timeout(600)  # it makes three environments, each with a pip of its own
def test_the_old_environment_lives_on_beside_the_new_and_is_there_for_the_way_back(checkout: Path) -> None:
    link = checkout / ".venv"
    require(checkout, "1.0")
    made = install(checkout)
    assert made.returncode == 0, made.stderr
    old = link.resolve()
    assert version_in(link) == "1.0"

    require(checkout, "9.9")
    failed = install(checkout)
    assert failed.returncode != 0
    assert "made-up==9.9" in failed.stderr
    assert (link.resolve(), version_in(link)) == (old, "1.0")

    require(checkout, "2.0")
    assert install(checkout).returncode == 0
    assert version_in(link) == "2.0"
    # What a server that was started from it goes on loading.
    assert version_in(old) == "1.0"

    require(checkout, "1.0")
    back = install(checkout, network=False)
    assert back.returncode == 0, back.stderr
    assert (link.resolve(), version_in(link)) == (old, "1.0")


def test_an_environment_of_the_earlier_kind_is_replaced(checkout: Path) -> None:
    earlier = checkout / ".venv"
    (earlier / "bin").mkdir(parents=True)
    (earlier / "bin" / "python").write_text("what was there")
    require(checkout, "1.0")
    assert install(checkout).returncode == 0
    assert version_in(earlier) == "1.0"
    assert earlier.is_symlink()
    assert (checkout / ".venvs" / "earlier" / "bin" / "python").read_text() == "what was there"
