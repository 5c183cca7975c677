"""The operator's settings: every default works, every mistake is named with what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from locator.errors import SettingsError
from locator.settings import PROJECT_ROOT, Settings, load_settings

OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


def load(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    """Settings from a file with this text and these variables, and nothing from this machine."""
    (tmp_path / "locator.toml").write_text(text, encoding="utf-8")
    return load_settings(tmp_path, environ)


def test_without_a_file_or_variables_every_default_works(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings == Settings()
    assert settings.practice_name == "iSpine Pain Physicians"
    assert settings.practice_phone == "763-201-8191"
    assert settings.tile_url == OSM
    assert settings.tile_attribution == "© OpenStreetMap contributors"
    assert settings.allowed_hosts == ("localhost",)
    assert settings.frame_ancestors == ()
    assert settings.data_dir == PROJECT_ROOT / "data"


def test_the_example_file_states_every_setting_with_its_default(project_root: Path) -> None:
    text = (project_root / "locator.example.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == set(Settings.model_fields)
    (example := tomllib.loads(text)).pop("data_dir")
    assert Settings(**example) == Settings()


def test_the_file_overrides_a_default_and_a_variable_overrides_the_file(tmp_path: Path) -> None:
    text = 'practice_name = "Example Clinic"\npractice_phone = "612-555-0100"'
    settings = load(tmp_path, text, LOCATOR_PRACTICE_PHONE="612-555-0101", PATH="/bin")
    assert settings.practice_name == "Example Clinic"
    assert settings.practice_phone == "612-555-0101"


def test_a_list_is_written_as_a_list_in_the_file_and_with_commas_in_a_variable(tmp_path: Path) -> None:
    text = 'allowed_hosts = ["A.example", "*.b.example"]\nframe_ancestors = ["self"]'
    assert load(tmp_path, text).allowed_hosts == ("a.example", "*.b.example")
    assert load(tmp_path, text).frame_ancestors == ("'self'",)
    assert load(tmp_path, text, LOCATOR_ALLOWED_HOSTS="c.example, d.example").allowed_hosts == (
        "c.example",
        "d.example",
    )
    assert load(tmp_path, text, LOCATOR_FRAME_ANCESTORS="").frame_ancestors == ()


def test_a_relative_data_dir_starts_at_the_files_folder(tmp_path: Path) -> None:
    assert load(tmp_path, 'data_dir = "elsewhere"').data_dir == tmp_path / "elsewhere"
    assert load(tmp_path, LOCATOR_DATA_DIR="/srv/data").data_dir == Path("/srv/data")


@pytest.mark.parametrize(
    ("written", "kept"), [("", ""), ("/", ""), ("/clinics/", "clinics"), ("a/b-c", "a/b-c")]
)
def test_a_base_path_is_kept_without_slashes_around_it(tmp_path: Path, written: str, kept: str) -> None:
    assert load(tmp_path, LOCATOR_BASE_PATH=written).base_path == kept


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().practice_name = "Example Clinic"


def test_an_environment_file_lying_about_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LOCATOR_PRACTICE_NAME=Example Clinic\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCATOR_PRACTICE_NAME", "Example Clinic")
    assert load_settings(tmp_path, {}).practice_name == "iSpine Pain Physicians"


@pytest.mark.parametrize("word", ["none", "None", " NONE "])
def test_the_word_none_turns_tiles_off(tmp_path: Path, word: str) -> None:
    settings = load(tmp_path, f'tile_url = "{word}"')
    assert settings.tile_url is None
    assert settings.tile_origin is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (OSM, "https://tile.openstreetmap.org"),
        ("https://{s}.tile.example/{z}/{x}/{y}{r}.png?style=a", "https://*.tile.example"),
        ("https://tiles.example:8443/{z}/{x}/{y}", "https://tiles.example:8443"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("http://localhost/{z}/{x}/{y}.png", "http://localhost"),
    ],
)
def test_the_tile_origin_is_the_host_tiles_come_from(tmp_path: Path, url: str, origin: str) -> None:
    assert load(tmp_path, LOCATOR_TILE_URL=url).tile_origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tile.example/{z}/{x}/{y}.png",
        "http://tile.example/{z}/{x}/{y}.png",
        "http://localhost.evil.example/{z}/{x}/{y}.png",
        "http://localhost@evil.example/{z}/{x}/{y}.png",
        "javascript://tile.example/{z}/{x}/{y}",
        "https://tile.example/{z}/{x}.png",
        "https://tile.example/{z}/{z}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}/{w}.png",
        "https://tile.example/{{z}}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}{{7*7}}.png",
        "https://tile.example/{z}/{x}/{y}{%raw%}",
        "https://tile.example/{z}/{x}/{y}.png'",
        'https://tile.example/{z}/{x}/{y}.png"',
        "https://tile.example/{z}/{x}/{y}.png`${alert(1)}`",
        "https://tile.example/{z}/{x}/{y}.png\\",
        "https://tile.example/{z}/{x}/{y}.png; script-src *",
        "https://tile.example; script-src */{z}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}\n.png",
        "https://user@tile.example/{z}/{x}/{y}.png",
        "https://{s}tile.example.org/{z}/{x}/{y}.png",
        "https://tile.{s}.example/{z}/{x}/{y}.png",
        "https://{s}.example/{z}/{x}/{y}.png",
        "https://{x}.example/{z}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
    ],
)
def test_a_tile_url_that_could_do_more_than_fetch_tiles_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="LOCATOR_TILE_URL") as raised:
        load(tmp_path, LOCATOR_TILE_URL=url)
    assert "{z}, {x} and {y}" in str(raised.value)


@given(st.text(alphabet="{}zxysr%#*7'\"`$;, ./\\<>\n\u2060a", max_size=30))
def test_no_accepted_tile_url_holds_a_template_delimiter_or_leaves_its_header(tail: str) -> None:
    try:
        settings = Settings.model_validate({"tile_url": OSM + tail})
    except ValidationError:
        return
    assert settings.tile_url is not None
    bare = re.sub(r"\{[zxyrs]\}", "", settings.tile_url)
    assert not set(bare) & set("{}'\"`$; \\<>\n")
    assert settings.tile_origin == "https://tile.openstreetmap.org"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("practice_name", ""),
        ("practice_name", "a" * 201),
        ("practice_name", "<b>Example</b>"),
        ("practice_name", "{{ 7*7 }}"),
        ("practice_name", "Example\x1b[2J"),
        ("practice_phone", "call us"),
        ("practice_phone", "612-555-0100;ext=1"),
        ("practice_website", "http://clinic.example/"),
        ("practice_website", "javascript:alert(1)"),
        ("practice_website", 'https://clinic.example/"onclick="x'),
        ("tile_attribution", "<a href=x>tiles</a>"),
        ("tile_attribution", "{{ 7*7 }}"),
        ("tile_attribution_url", "none"),
        ("allowed_hosts", "https://clinics.example"),
        ("allowed_hosts", "clinics.example:8501"),
        ("allowed_hosts", "clinics.*"),
        ("allowed_hosts", "a.example b.example"),
        ("base_path", "a b"),
        ("base_path", "../x"),
        ("base_path", "{x}"),
        ("base_path", "https://clinics.example"),
        ("frame_ancestors", "*"),
        ("frame_ancestors", "http://www.example"),
        ("frame_ancestors", "https://www.example/page"),
        ("frame_ancestors", "https://www.example; script-src *"),
    ],
)
def test_a_bad_value_is_refused_where_it_stands_with_what_is_allowed(
    tmp_path: Path, key: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=rf"LOCATOR_{key.upper()} is .+; allowed: .+"):
        load(tmp_path, **{f"LOCATOR_{key.upper()}": value})


def test_every_bad_value_is_reported_at_once_by_file_or_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, 'tile_ulr = "none"\npractice_phone = 7', LOCATOR_PRACTICE_NAME="{}")
    lines = str(raised.value).splitlines()
    assert len(lines) == 3
    assert any(line.startswith("locator.toml: practice_phone is '7'; allowed:") for line in lines)
    assert "locator.toml: tile_ulr: there is no such setting; did you mean tile_url?" in lines
    assert any(line.startswith("LOCATOR_PRACTICE_NAME is '{}'; allowed: plain text") for line in lines)


def test_a_variable_that_names_no_setting_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LOCATOR_TILES: there is no such setting; did you mean tile_url"):
        load(tmp_path, LOCATOR_TILES="none")


def test_an_unknown_key_unlike_any_other_is_answered_with_all_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"locator\.toml: qqq: .*practice_name.*data_dir"):
        load(tmp_path, "qqq = 1")


@pytest.mark.parametrize("key", ["geocoder_key", "password", "api_token", "SMTP_PASSWORD", "client_secret"])
def test_a_secret_in_the_file_is_refused_with_advice_and_without_showing_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="secrets never go into this file") as raised:
        load(tmp_path, f'{key} = "hunter2"')
    assert key in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_a_file_that_is_not_toml_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"locator\.toml is not valid TOML: .*line 2"):
        load(tmp_path, 'practice_name = "Example"\npractice_phone = = 1')
    (tmp_path / "locator.toml").write_bytes(b"practice_name = '\xff'")
    with pytest.raises(SettingsError, match=r"locator\.toml is not valid TOML"):
        load_settings(tmp_path, {})


def test_a_file_that_cannot_be_read_is_an_error_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "locator.toml").mkdir()
    with pytest.raises(SettingsError, match=r"locator\.toml cannot be read") as raised:
        load_settings(tmp_path, {})
    assert str(tmp_path) not in str(raised.value)
