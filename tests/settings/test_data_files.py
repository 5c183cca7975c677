"""Which of two folders each file is taken from."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.settings.data_files import DataFiles
from locator.settings.loading import load_settings


@pytest.fixture
def files(tmp_path: Path) -> DataFiles:
    for name in ("shipped", "local"):
        (tmp_path / name).mkdir()
    return DataFiles(tmp_path / "shipped", tmp_path / "local")


def test_without_a_folder_of_the_operators_own_everything_is_in_one() -> None:
    files = DataFiles(Path("/data"))
    assert (files.clinics, files.history) == (Path("/data/clinics.csv"), Path("/data/history"))
    assert (files.overview, files.gazetteer) == (Path("/data/overview.md"), Path("/data/gazetteer"))


def test_a_file_of_the_operators_own_wins_and_any_other_is_the_shipped_one(files: DataFiles) -> None:
    assert files.local is not None
    (files.local / "overview.md").write_text("ours")
    assert files.overview == files.local / "overview.md"
    assert files.referral == files.shipped / "referral.toml"
    (files.local / "overview.md").unlink()
    assert files.overview == files.shipped / "overview.md"


def test_a_missing_clinic_list_is_never_replaced_by_the_shipped_one(files: DataFiles) -> None:
    (files.shipped / "clinics.csv").write_text("shipped")
    assert not files.clinics.exists()
    assert files.history.parent == files.clinics.parent == files.local


def test_a_link_that_leads_nowhere_is_the_operators_file_and_not_the_shipped_one(files: DataFiles) -> None:
    assert files.local is not None
    (files.local / "referral.toml").symlink_to(files.local / "gone")
    assert files.referral == files.local / "referral.toml"


def test_the_setting_takes_a_folder_or_none(tmp_path: Path) -> None:
    (tmp_path / "locator.toml").write_text('local_data_dir = "ours"\n')
    assert load_settings(tmp_path, {}).data_files.changing == tmp_path / "ours"
    off = load_settings(tmp_path, {"LOCATOR_LOCAL_DATA_DIR": "none"})
    assert off.data_files == DataFiles(off.data_dir)
