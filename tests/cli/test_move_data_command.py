"""`python -m locator move-data`: what staff change leaves the checkout, and updates go through."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.staff.publishing.history import History
from tests.support.project_copy import commit_all, git, locator_command, project_copy
from tests.support.shipped_copy import rewrite

# Many commands, each a Python of its own.
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which staff closed a clinic and the operator changed the overview."""
    copy = project_copy(tmp_path / "checkout")
    rewrite(copy / "data", "edina", active="no")
    published = locator_command(copy, "publish", str(_changed_list(copy, tmp_path)), "--why", "a test")
    assert published.returncode == Exit.DONE, published.stderr
    with (copy / "data" / "overview.md").open("a", encoding="utf-8") as file:
        file.write("\nOur own sentence.\n")
    return copy


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    return tmp_path / "var" / "data"


def _changed_list(checkout: Path, folder: Path) -> Path:
    other = folder / "other"
    other.mkdir()
    shutil.copy2(checkout / "data" / "clinics.csv", other / "clinics.csv")
    rewrite(other, "edina", active="yes")
    rewrite(other, "burnsville", active="no")
    return other / "clinics.csv"


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _settings(checkout: Path) -> dict[str, object]:
    return tomllib.loads((checkout / "locator.toml").read_text(encoding="utf-8"))


def test_everything_that_was_changed_moves_and_the_next_update_goes_through(
    checkout: Path, target: Path, tmp_path: Path
) -> None:
    data = checkout / "data"
    clinics, overview = (data / "clinics.csv").read_bytes(), (data / "overview.md").read_bytes()
    history = _contents(data / "history")
    moved = locator_command(checkout, "move-data", str(target))
    assert moved.returncode == Exit.DONE, moved.stderr
    assert (target / "clinics.csv").read_bytes() == clinics
    assert (target / "overview.md").read_bytes() == overview
    assert _contents(target / "history") == history
    assert {path.name for path in target.iterdir()} == {"clinics.csv", "history", "overview.md"}
    assert _settings(checkout) == {"local_data_dir": str(target)}
    assert not (data / "history").exists()
    assert git(checkout, "status", "--porcelain") == ""

    # Somebody else changes the shipped list: what stopped `git pull` as long as ours lay in its way.
    upstream = tmp_path / "upstream"
    git(tmp_path, "clone", "--quiet", str(checkout), str(upstream))
    rewrite(upstream / "data", "edina", note="A newer shipped list.")
    commit_all(upstream, "A newer list")
    git(checkout, "pull", "--quiet", "--ff-only", str(upstream), "main")
    assert (target / "clinics.csv").read_bytes() == clinics
    newest, *_older = locator_command(checkout, "history").stdout.splitlines()
    assert newest.endswith(": a test")


def test_a_second_run_changes_nothing(checkout: Path, target: Path) -> None:
    assert locator_command(checkout, "move-data", str(target)).returncode == Exit.DONE
    held, settings = _contents(target), (checkout / "locator.toml").read_bytes()
    rewrite(target, "edina", note="Published since.")
    held["clinics.csv"] = (target / "clinics.csv").read_bytes()
    assert locator_command(checkout, "move-data", str(target)).returncode == Exit.DONE
    assert (_contents(target), (checkout / "locator.toml").read_bytes()) == (held, settings)


def _half_a_copy(_checkout: Path, target: Path) -> None:
    fresh = target.with_name(".data.new")
    fresh.mkdir()
    (fresh / "clinics.csv").write_text("half of i")


def _whole_copy_without_the_setting(checkout: Path, target: Path) -> None:
    target.mkdir()
    for name in ("clinics.csv", "overview.md"):
        shutil.copy2(checkout / "data" / name, target / name)
    shutil.copytree(checkout / "data" / "history", target / "history")


def _the_setting_and_some_of_the_old_removed(checkout: Path, target: Path) -> None:
    _whole_copy_without_the_setting(checkout, target)
    (checkout / "locator.toml").write_text(f'local_data_dir = "{target}"\n')
    git(checkout, "restore", "data/clinics.csv")
    next((checkout / "data" / "history").glob("*.csv")).unlink()


@pytest.mark.parametrize(
    "interrupted", [_half_a_copy, _whole_copy_without_the_setting, _the_setting_and_some_of_the_old_removed]
)
def test_after_an_interruption_it_is_simply_run_again(
    checkout: Path, target: Path, interrupted: Callable[[Path, Path], None]
) -> None:
    expected = {name: raw for name, raw in _contents(checkout / "data").items() if name in _ours(checkout)}
    interrupted(checkout, target)
    again = locator_command(checkout, "move-data", str(target))
    assert again.returncode == Exit.DONE, again.stderr
    assert _contents(target) == expected
    assert _settings(checkout) == {"local_data_dir": str(target)}
    # What Python compiled as the command ran is not the command's doing.
    beside = git(checkout, "status", "--porcelain", "--ignored").splitlines()
    assert [line for line in beside if not line.endswith("__pycache__/")] == ["!! locator.toml"]
    assert [path.name for path in target.parent.iterdir()] == ["data"]


def _ours(checkout: Path) -> set[str]:
    history = {f"history/{name}" for name in _contents(checkout / "data" / "history")}
    return history | {"clinics.csv", "overview.md"}


def test_a_folder_with_anything_else_in_it_is_refused(checkout: Path, target: Path) -> None:
    target.mkdir()
    (target / "clinics.csv").write_text("somebody's own\n")
    before = _contents(checkout / "data")
    refused = locator_command(checkout, "move-data", str(target))
    assert refused.returncode == Exit.INVALID_DATA
    assert "not empty" in refused.stderr
    assert _contents(target) == {"clinics.csv": b"somebody's own\n"}
    assert _contents(checkout / "data") == before
    assert not (checkout / "locator.toml").exists()


def test_what_the_new_folder_does_not_hold_is_never_removed(checkout: Path, target: Path) -> None:
    assert locator_command(checkout, "move-data", str(target)).returncode == Exit.DONE
    # By mistake somebody goes on in the old place.
    rewrite(checkout / "data", "edina", note="Typed into the wrong file.")
    mistaken = (checkout / "data" / "clinics.csv").read_bytes()
    again = locator_command(checkout, "move-data", str(target))
    assert again.returncode == Exit.NEEDS_A_LOOK
    assert "clinics.csv: left as it is" in again.stderr
    assert (checkout / "data" / "clinics.csv").read_bytes() == mistaken


@pytest.mark.parametrize(
    ("inside", "words"),
    [("data-elsewhere", "inside the project's folder"), ("../nowhere/data", "does not exist: make it first")],
)
def test_a_place_that_cannot_be_is_refused_in_a_sentence(checkout: Path, inside: str, words: str) -> None:
    refused = locator_command(checkout, "move-data", str(checkout / inside))
    assert refused.returncode == Exit.USAGE
    assert words in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        'practice_name = "Fake Practice"\nlocal_data_dir = "none"   # ours\n\n[staff]\nidle_minutes = 5\n',
        '# Ours\n[staff]\nidle_minutes = 5\n[clinic_geocoder]\nservice = "none"\n',
    ],
)
def test_the_setting_is_written_and_all_others_stay(checkout: Path, target: Path, text: str) -> None:
    (checkout / "locator.toml").write_text(text)
    assert locator_command(checkout, "move-data", str(target)).returncode == Exit.DONE
    assert _settings(checkout) == tomllib.loads(text) | {"local_data_dir": str(target)}
    kept = [line for line in text.splitlines() if not line.startswith("local_data_dir")]
    assert [line for line in (checkout / "locator.toml").read_text().splitlines() if line in kept] == kept


def test_a_settings_file_that_cannot_be_changed_by_a_program_names_the_line_to_write(
    checkout: Path, target: Path
) -> None:
    hidden = 'practice_name = """\nlocal_data_dir = 1"""\n'
    (checkout / "locator.toml").write_text(hidden)
    clinics = (checkout / "data" / "clinics.csv").read_bytes()
    refused = locator_command(checkout, "move-data", str(target))
    assert refused.returncode == Exit.INVALID_DATA
    assert (checkout / "locator.toml").read_text() == hidden
    assert (checkout / "data" / "clinics.csv").read_bytes() == clinics
    line = refused.stderr.splitlines()[-1]
    (checkout / "locator.toml").write_text(f"{line}\n{hidden}")
    assert locator_command(checkout, "move-data", str(target)).returncode == Exit.DONE
    assert (target / "clinics.csv").read_bytes() == clinics
    assert git(checkout, "status", "--porcelain") == ""


def test_without_git_the_list_and_its_history_are_taken_and_the_rest_is_said(
    checkout: Path, target: Path
) -> None:
    shutil.rmtree(checkout / ".git")
    clinics = (checkout / "data" / "clinics.csv").read_bytes()
    moved = locator_command(checkout, "move-data", str(target))
    assert moved.returncode == Exit.DONE
    assert "git could not say which files" in moved.stderr
    assert (target / "clinics.csv").read_bytes() == clinics
    assert History(target / "history").tip() is not None
    assert (checkout / "data" / "overview.md").read_text(encoding="utf-8").endswith("Our own sentence.\n")


def test_a_folder_inside_the_data_is_refused_wherever_the_data_are(checkout: Path, tmp_path: Path) -> None:
    outside = shutil.move(checkout / "data", tmp_path / "elsewhere")
    with (checkout / "locator.toml").open("a", encoding="utf-8") as file:
        file.write(f'data_dir = "{outside}"\n')
    before = _contents(Path(outside))
    for inside in ("", "new", "history/new"):
        refused = locator_command(checkout, "move-data", str(Path(outside, inside)))
        assert (refused.returncode, refused.stdout) == (Exit.USAGE, "")
        assert f"is inside {outside}, the folder to move out of" in refused.stderr
    assert _contents(Path(outside)) == before
    assert "local_data_dir" not in _settings(checkout)
