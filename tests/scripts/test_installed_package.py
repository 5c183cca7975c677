"""`pip install .`: the command works in another environment and folder, with all it needs inside."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from tests.support.servers import ROOT

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip builds it, without a network: its build tools are in this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    # Not the checkout itself, which must not get what a build leaves behind.
    project = folder / "project"
    ignored = shutil.ignore_patterns("history", "__pycache__")
    for name in ("locator", "data"):
        shutil.copytree(ROOT / name, project / name, ignore=ignored)
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, project)
    (project / "data" / "history").mkdir()
    (project / "data" / "history" / "views.json").write_text("{}")
    pip = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"]
    build = [
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(project),
    ]
    done = subprocess.run([*pip, *build], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`drg-locator` in an environment of its own, which borrows what the app depends on from this one."""
    home = tmp_path_factory.mktemp("home") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--no-input", "--disable-pip-version-check"]
    install = [*pip, "install", "--no-index", "--no-deps", "--quiet", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    installed = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    # Through `site`, so that what this environment borrows in the same way comes along.
    lines = (f"import site; site.addsitedir({folder!r})\n" for folder in site.getsitepackages())
    (installed / "borrowed.pth").write_text("".join(lines), encoding="utf-8")
    return home / "bin" / "drg-locator"


def run(command: Path, folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command, called in `folder` with no settings but these."""
    hidden = ("LOCATOR_", "PYTHONPATH", "VIRTUAL_ENV")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return subprocess.run(
        [str(command), *arguments],
        cwd=folder,
        env=inherited | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_all_of_the_package_and_the_shipped_data_and_nothing_that_staff_wrote(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as files:
        held = {name for name in files.namelist() if name.startswith("locator/")}
    code = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "locator").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    data = {
        f"locator/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and not path.is_relative_to(ROOT / "data" / "history")
    }
    assert held == code | data
    assert any(name.endswith(".po") for name in held)


def test_what_it_depends_on_is_what_requirements_txt_pins(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith("/METADATA"))
        files.extract(name, tmp_path)
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {
        line.partition("==")[0].strip().replace("_", "-") for line in lines if "==" in line and line[0] != "#"
    }
    requires = Distribution.at(tmp_path / Path(name).parent).requires
    assert requires is not None
    assert {one.partition("==")[0] for one in requires} == pinned


def test_the_version_is_that_of_the_project(command: Path, tmp_path: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run(command, tmp_path, "--version").stdout == f"drg-locator {version}\n"


def test_from_any_folder_it_says_what_the_module_says(command: Path, tmp_path: Path) -> None:
    module = [sys.executable, "-m", "locator", "nearest", "55407", "--json"]
    said = subprocess.run(
        module,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    done = run(command, tmp_path, "nearest", "55407", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == said.stdout


def test_it_finds_its_data_templates_scripts_and_translations(command: Path, tmp_path: Path) -> None:
    checked = run(command, tmp_path, "check")
    assert (checked.returncode, checked.stdout) == (0, "8 rows read, no problems.\n")
    assert run(command, tmp_path, "pair", "55407", "--limit", "1").returncode == 0
    exported = run(command, tmp_path, "export", "site")
    assert (exported.returncode, exported.stderr) == (0, "")
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert any('lang="es"' in page for page in pages)
    assert any('lang="en"' in page for page in pages)


def test_settings_are_those_of_the_folder_one_works_in(command: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "ours", ignore=shutil.ignore_patterns("history"))
    (tmp_path / "ours" / "clinics.csv").write_text("nonsense\n")
    (tmp_path / "locator.toml").write_text('data_dir = "ours"\n')
    assert run(command, tmp_path, "check").returncode == Exit.INVALID_DATA
    (tmp_path / "elsewhere").mkdir()
    assert run(command, tmp_path / "elsewhere", "check").returncode == Exit.DONE


@pytest.mark.parametrize(
    "arguments", [("publish", "clinics.csv", "--why", "x"), ("restore", "x"), ("history",), ("geocode",)]
)
def test_the_data_in_the_package_are_never_changed(
    command: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    shutil.copy(ROOT / "data" / "clinics.csv", tmp_path)
    done = run(command, tmp_path, *arguments)
    assert done.returncode == Exit.INVALID_DATA
    (line,) = done.stderr.splitlines()
    assert line.startswith("The clinic directory that comes with the program is not to be changed")


def test_with_data_of_ones_own_it_publishes(command: Path, tmp_path: Path) -> None:
    data = shutil.copytree(ROOT / "data", tmp_path / "ours", ignore=shutil.ignore_patterns("history"))
    shutil.copy(data / "clinics.csv", tmp_path)
    done = run(command, tmp_path, "publish", "clinics.csv", "--why", "a trial", LOCATOR_DATA_DIR=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert (data / "history").is_dir()


def test_bash_completes_commands_options_their_values_and_files(command: Path, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(run(command, tmp_path, "completion", "bash").stdout)
    (tmp_path / "patients.csv").touch()

    def completed(*words: str) -> set[str]:
        """What bash offers for the last of these words."""
        typed = " ".join(f"'{word}'" for word in words)
        ask = (
            f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
            '"$(complete -p drg-locator | sed "s/.*-F \\([^ ]*\\).*/\\1/")"; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        bash = ["bash", "--norc", "-c", ask]
        done = subprocess.run(bash, cwd=tmp_path, capture_output=True, text=True, check=True)
        return {line.strip() for line in done.stdout.splitlines()}

    assert {"nearest", "pair", "check", "completion"} <= completed("drg-locator", "")
    assert completed("drg-locator", "near") == {"nearest"}
    assert {"--need", "--limit", "--json"} <= completed("drg-locator", "nearest", "--")
    assert completed("drg-locator", "nearest", "--need", "pro") == {"procedure"}
    assert completed("drg-locator", "match", "pat") == {"patients.csv"}
    assert completed("drg-locator", "staff", "") >= {"add", "remove", "list"}


def test_zsh_gets_a_file_of_completions_too(command: Path, tmp_path: Path) -> None:
    script = run(command, tmp_path, "completion", "zsh").stdout
    assert script.startswith("#compdef drg-locator\n")
    if shutil.which("zsh"):
        (tmp_path / "_drg-locator").write_text(script)
        subprocess.run(["zsh", "-n", str(tmp_path / "_drg-locator")], check=True)
