"""What a wrong setting is answered with: an operator's words, whatever stands in whichever place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import BaseModel

from locator.errors import SettingsError
from locator.settings.loading import FILE_NAME, Settings, load_settings

WRITTEN = (
    "7",
    "-1",
    "1.5",
    "nan",
    "inf",
    "10000000000000000000000000",
    "true",
    '""',
    '"  "',
    f'"{"x" * 1000}"',
    '"\\u0000"',
    '"/\\u0000"',
    "[]",
    "[1]",
    '[""]',
    "[[1]]",
    "[{a = 1}]",
    "{}",
    "{a = 1}",
    "1979-05-27",
    "1979-05-27T07:32:00Z",
    "07:32:00",
)
VARIABLES = (
    "",
    "x",
    "7",
    "-1",
    "1.5",
    "nan",
    "1e400",
    "9" * 30,
    "9" * 5000,
    "x" * 1000,
    "[",
    "{}",
    "[1",
    "null",
)
LIBRARYS_WORDS = re.compile(
    r"\b(input|string|integer|tuple|dict\w*|boolean|instance|float|NoneType|bool|int|str|class|pathlib|pydantic"
    r"|parse|parsing|validat\w+|model|type|object|finite|EnvSettingsSource|Traceback)\b",
    re.IGNORECASE,
)


def settings_and_tables() -> Iterator[tuple[str, ...]]:
    """Every place at which an operator may set something, by its keys."""
    for name, field in Settings.model_fields.items():
        yield (name,)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from ((name, key) for key in field.annotation.model_fields)
    yield ("clinic_geocoder", "arguments", "domain")


PLACES = list(settings_and_tables())


def said(folder: Path, text: str = "", **environ: str) -> list[str]:
    """The lines in which settings are refused; none where they are taken."""
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    try:
        load_settings(folder, environ)
    except SettingsError as exc:
        return str(exc).splitlines()
    return []


def test_the_places_that_are_walked_are_all_there_are() -> None:
    assert ("most_visits",) in PLACES
    assert ("staff", "idle_minutes") in PLACES
    assert len(PLACES) > 30


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_no_wrong_value_anywhere_is_answered_in_a_librarys_words(
    tmp_path: Path, place: tuple[str, ...]
) -> None:
    answers = [said(tmp_path, f"{'.'.join(place)} = {value}") for value in WRITTEN]
    variable = "__".join(("LOCATOR", *place)).upper().replace("LOCATOR__", "LOCATOR_", 1)
    answers += [said(tmp_path, **{variable: value}) for value in VARIABLES]
    assert any(answers), "no value was refused"
    for answer in answers:
        assert len(answer) <= 3
        for line in answer:
            assert line.startswith(("locator.toml: ", "LOCATOR_")), line
            # What was found is quoted as it is; the words are about it.
            words = re.sub(r" is '.*?'; allowed: ", " ", line)
            assert not LIBRARYS_WORDS.search(words), line
            assert place[0] in line.lower()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("most_visits = 'many'", "most_visits is 'many'; allowed: a whole number from 1 to 10,000"),
        ("most_visits = 0", "most_visits is '0'; allowed: a whole number from 1 to 10,000"),
        ("most_visits = [4]", "most_visits is '[4]'; allowed: a whole number from 1 to 10,000, not a list"),
        (
            "patient_geocoder.timeout_s = 3",
            "patient_geocoder.timeout_s is '3'; allowed: a number above 0 and at most 2.5",
        ),
        ("staff.two_people = 'maybe'", "staff.two_people is 'maybe'; allowed: true or false"),
        ("practice_phone = 7", "practice_phone is '7'; allowed: text in quotation marks, not a number"),
        ("data_dir = 7", "data_dir is '7'; allowed: a path in quotation marks, not a number"),
        ("staff = 7", "staff: a table, one line for each of its keys, not a number"),
        (
            "allowed_hosts = 7",
            'allowed_hosts is \'7\'; allowed: a list, such as ["first", "second"], not a number',
        ),
        (
            "staff.oidc_editors = ['pat@example.org', 7]",
            "staff.oidc_editors, entry 2 is '7'; allowed: text in quotation marks, not a number",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_answered_with_the_kind_that_belongs_there(
    tmp_path: Path, text: str, line: str
) -> None:
    assert said(tmp_path, text) == [f"locator.toml: {line}"]


def test_arguments_in_one_variable_that_is_not_json_are_refused_without_showing_them(tmp_path: Path) -> None:
    (line,) = said(tmp_path, LOCATOR_CLINIC_GEOCODER__ARGUMENTS='{"api_key": "hunter2"')
    assert line.startswith('LOCATOR_CLINIC_GEOCODER__ARGUMENTS: JSON such as {"domain"')
    assert "hunter2" not in line


@contextmanager
def nobody() -> Iterator[None]:
    """As a user whom closed folders stop, which they do not do to the superuser."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("name", ["data_dir", "local_data_dir"])
@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("gone", "there is no such folder"),
        (FILE_NAME, "that is a file, or lies in one, and not a folder"),
        (f"{FILE_NAME}/data", "that is a file, or lies in one, and not a folder"),
        ("closed", "this user may not look into it"),
        ("\\u0000", "it cannot be looked into"),
        ("x" * 300, "it cannot be looked into"),
    ],
)
def test_a_data_folder_that_is_none_is_named_with_what_is_wrong_and_where_to_set_it(
    tmp_path: Path, name: str, folder: str, problem: str
) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / FILE_NAME).write_text(f'{name} = "{folder}"', encoding="utf-8")
    # The checkout may lie where another user may not look either.
    with TemporaryDirectory() as elsewhere:
        Path(elsewhere).chmod(0o755)
        settings = load_settings(tmp_path, {"LOCATOR_DATA_DIR": elsewhere} if name != "data_dir" else {})
        with nobody() if folder == "closed" else nullcontext(), pytest.raises(SettingsError) as raised:
            settings.with_data()
    text = str(raised.value)
    assert text.startswith(f"The setting {name} is ")
    assert problem in text
    assert text.endswith(f"Correct it in locator.toml, or in the variable LOCATOR_{name.upper()}.")


def test_a_data_folder_that_is_there_is_taken(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.with_data() is settings
