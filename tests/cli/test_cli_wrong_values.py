"""Every command with a wrong value for each argument: an exit code, a few lines, an operator's words."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import _parser, main
from tests.support.servers import ROOT

LOCATOR = [sys.executable, "-m", "locator"]
TROUBLE = {Exit.USAGE, Exit.NO_SUCH_PLACE, Exit.INVALID_DATA, Exit.NEEDS_A_LOOK}
JARGON = re.compile(
    r"Traceback|Errno|Error\b|Exception|invalid (int|float|Path|\w*_\w*) value|<[\w.]+[:' ]|None\b"
    r"|pydantic|argparse|Input should|dtype|__\w+__"
)
LONG_NUMBER = "9" * 5000
NUMBERS = ("0", "-1", "two", "1.5", LONG_NUMBER, "")
FILES = ("gone.csv", "a-folder", "words.md", "empty.csv", "binary.csv", "words.md/below.csv")

# What a command takes besides the argument that is wrong, so that nothing else is wrong with it.
RIGHT = {
    "nearest": {"place": "55407"},
    "pair": {"place": "55407"},
    "check": {},
    "geocode": {},
    "evaluate": {"file": "known.csv"},
    "match": {"file": "table.csv", "output": "out.csv"},
    "staff add": {"name": "Pat Test"},
    "staff remove": {"name": "Pat Test"},
    "staff list": {},
    "history": {},
    "publish": {"file": "clinics.csv", "why": "a reason"},
    "restore": {"id": "20260101T000000Z-0000"},
    "export": {"folder": "site"},
    "move-data": {"folder": "moved"},
    "completion": {"shell": "bash"},
}
WRONG: dict[tuple[str, str], tuple[str, ...]] = {
    ("nearest", "place"): ("qqqqqq", "", " ", "x" * 5000),
    ("pair", "place"): ("qqqqqq", "", " ", "x" * 5000),
    ("nearest", "need"): ("foo", "", "EVALUATION"),
    ("pair", "programming"): ("-1", "x", "1000", LONG_NUMBER, ""),
    ("geocode", "accept"): ("no-such-clinic",),
    ("match", "output"): ("a-folder", "gone/out.csv", "table.csv", "words.md/out.csv"),
    ("match", "rejected"): ("a-folder", "gone/out.csv", "table.csv", "out.csv"),
    ("staff add", "name"): ("", " ", "a\tb", "x" * 5000),
    ("staff add", "role"): ("foo", ""),
    ("staff remove", "name"): ("Nobody", ""),
    ("restore", "id"): ("no-such", "", "../clinics"),
    ("publish", "why"): ("", " "),
    ("export", "folder"): ("words.md", "a-folder-with-a-file", "words.md/site"),
    ("move-data", "folder"): ("words.md", "a-folder-with-a-file", "gone/moved"),
    ("completion", "shell"): ("fish", ""),
}
# Any text will do, or it is looked at only together with something else.
ANYTHING_GOES = {("match", "prefix"), ("restore", "why")}
BY_KIND = {"N": NUMBERS, "MILES": ("0", "-1", "far", "nan", "inf", ""), "COLUMN": ("no such column",)}


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command by its name, those below another too."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    for action in below:
        for word, command in action.choices.items():
            yield from commands(command, f"{name} {word}".strip())
    if not below:
        yield name, parser


COMMANDS = dict(commands(_parser()))


def arguments(name: str) -> list[argparse.Action]:
    """All a command takes, but for its help."""
    return [action for action in COMMANDS[name]._actions if action.dest != "help"]  # noqa: SLF001


def wrong_values(name: str, action: argparse.Action) -> tuple[str, ...]:
    given = WRONG.get((name, action.dest)) or BY_KIND.get(str(action.metavar))
    return given or (FILES if action.dest == "file" else ())


CASES = [
    # Before it says what is wrong, move-data asks git.
    pytest.param(name, action.dest, value, marks=[pytest.mark.process] if name == "move-data" else [])
    for name in COMMANDS
    for action in arguments(name)
    for value in wrong_values(name, action)
]


def words(name: str, dest: str = "", value: str = "") -> list[str]:
    """The command as it is typed, with this value for one argument and right ones for what it needs."""
    given = RIGHT[name] | ({dest: value} if dest else {})
    typed, options = name.split(), []
    for action in arguments(name):
        if action.dest in given:
            if action.option_strings:
                options.append(f"{action.option_strings[-1]}={given[action.dest]}")
            else:
                typed.append(given[action.dest])
    return typed + options


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one works: some files, a copy of the data, accounts, and no service that could be asked."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("history"))
    shutil.copy(ROOT / "data" / "clinics.csv", tmp_path)
    (tmp_path / "known.csv").write_text(
        "address,city,state,zip,latitude,longitude\n1 Example St,Minneapolis,MN,55407,44.93,-93.25\n"
    )
    (tmp_path / "table.csv").write_text("zip\n55407\n")
    (tmp_path / "words.md").write_text("# Words\n\nNothing but words.\n")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "a-folder-with-a-file").mkdir()
    (tmp_path / "a-folder-with-a-file" / "own.txt").touch()
    monkeypatch.setenv("LOCATOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOCATOR_STAFF__ACCOUNTS_FILE", str(tmp_path / "kept" / "staff.json"))
    # Nothing listens there, and no case is to come so far.
    monkeypatch.setenv("LOCATOR_CLINIC_GEOCODER__ARGUMENTS__DOMAIN", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", (tmp_path / "empty.csv").open())
    return tmp_path


def code_of(typed: list[str]) -> int:
    """The exit code of a command, however it ends."""
    try:
        return int(main(typed))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else -1


def test_every_argument_has_a_wrong_value_here_or_takes_anything() -> None:
    assert set(COMMANDS) == set(RIGHT)
    takes_a_value = {
        (name, action.dest) for name in COMMANDS for action in arguments(name) if action.nargs != 0
    }
    assert takes_a_value - {(str(case.values[0]), str(case.values[1])) for case in CASES} == ANYTHING_GOES


def test_every_argument_of_every_command_has_a_help() -> None:
    silent = [(name, action.dest) for name in COMMANDS for action in arguments(name) if not action.help]
    assert silent == []


@pytest.mark.parametrize(("name", "dest", "value"), CASES, ids=lambda part: str(part)[:20] or "empty")
def test_a_wrong_value_is_answered_in_a_few_plain_lines(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, dest: str, value: str
) -> None:
    before = (folder / "data" / "clinics.csv").read_bytes()
    code = code_of(words(name, dest, value))
    told = capsys.readouterr()
    assert code in TROUBLE, told
    said = told.err + (told.out if name == "check" else "")
    usage, _, problem = said.rpartition(": error: ")
    lines = problem.splitlines()
    assert 1 <= len(lines) <= 4, said
    assert len(problem) < 1500
    assert not JARGON.search(problem), problem
    assert not JARGON.search(usage)
    assert (folder / "data" / "clinics.csv").read_bytes() == before


READS_DATA = [name for name in COMMANDS if not name.startswith(("staff", "completion", "move-data"))]


@pytest.mark.parametrize("place", ["gone", "words.md", "words.md/data"])
@pytest.mark.parametrize("name", READS_DATA)
def test_a_data_folder_that_is_none_is_said_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, place: str
) -> None:
    monkeypatch.setenv("LOCATOR_DATA_DIR", str(folder / place))
    assert code_of(words(name)) == Exit.INVALID_DATA
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith(f"The setting data_dir is {folder / place}: ")
    assert told.out == ""


def run(shell: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line in which LOCATOR stands for the command line."""
    line = shell.replace("LOCATOR", f"'{sys.executable}' -m locator")
    return subprocess.run(
        ["sh", "-c", line],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


FULL = Path("/dev/full")
ANSWERS = ("nearest 55407", "nearest 55407 --json", "pair 55407", "check", "history", "completion bash")


@pytest.mark.process
@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_cannot_be_written_is_one_line_and_an_exit_code(answer: str, unbuffered: str) -> None:
    done = run(f"LOCATOR {answer} > {FULL}", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == Exit.INVALID_DATA
    assert done.stderr == "The answer cannot be written: No space left on device.\n"


@pytest.mark.process
@pytest.mark.usefixtures("folder")
def test_help_that_cannot_be_written_is_no_traceback() -> None:
    assert len(run(f"LOCATOR --help > {FULL}").stderr.splitlines()) <= 1


@pytest.mark.process
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("answer", ["nearest 55407", "pair 55407", "completion bash"])
def test_a_reader_that_has_had_enough_is_no_trouble(answer: str) -> None:
    done = run(f"LOCATOR {answer} | head -1")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.process
@pytest.mark.usefixtures("folder")
def test_closed_streams_are_no_traceback() -> None:
    closed = run("LOCATOR nearest 55407 >&-")
    assert closed.returncode == Exit.INVALID_DATA
    assert closed.stderr == "There is no standard output to write to: it was closed.\n"
    assert run("LOCATOR nearest qqqqqq 2>&-").returncode == Exit.NO_SUCH_PLACE
    nobody_typed = run("LOCATOR staff add 'Pat Test' <&-")
    assert nobody_typed.returncode == Exit.USAGE
    assert "Traceback" not in nobody_typed.stderr
    no_table = run("LOCATOR match - -o out.csv <&-")
    assert no_table.returncode in TROUBLE
    assert "Traceback" not in no_table.stderr


def test_the_version_is_that_of_the_project_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(["--version"]) == 0
    written = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert written is not None
    assert capsys.readouterr().out == f"drg-locator {written[1]}\n"
