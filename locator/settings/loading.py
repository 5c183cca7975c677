"""What an operator may set, each with a working default: `locator.toml`, and `LOCATOR_...` variables over it.

The file refuses keys that look like secrets: those come from variables only, and nothing here shows them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableVariableError

from locator.errors import SettingsError
from locator.files import BY_HAND_BYTES, read_text
from locator.installation import IS_CHECKOUT, PROJECT_ROOT, SHIPPED_DATA, settings_folder
from locator.settings.data_files import DataFiles
from locator.settings.fields import (
    AddressHeader,
    AllowedHosts,
    Ancestors,
    BasePath,
    LocalFolder,
    Networks,
    OptionalCount,
    OptionalWebUrl,
    Phone,
    PlainText,
    TileUrl,
    WebUrl,
    allowed,
    entry,
    none_word,
)
from locator.settings.geocoders import ClinicGeocoder, PatientGeocoder, is_secret
from locator.settings.staff import StaffTable


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice as the settings name it, and the version of the directory the documents are made from.

    `public_url` is where people reach the pages, without a trailing slash; None if it is not set.
    """

    practice_name: str
    practice_phone: str
    practice_website: str | None
    directory_version: str
    public_url: str | None = None


FILE_NAME: Final = "locator.toml"
ENV_PREFIX: Final = "LOCATOR_"
_NESTED: Final = "__"
_ARGUMENT_HELP: Final = "text of 1 to 500 characters, or a whole number"


class Settings(BaseSettings):
    """An operator's settings, checked and unchangeable; every default works."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=_NESTED,
        extra="forbid",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,
    )

    practice_name: PlainText = "iSpine Pain Physicians"
    practice_phone: Phone = "763-201-8191"
    practice_website: OptionalWebUrl = "https://ispineclinics.com/"
    tile_url: TileUrl = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    tile_attribution: PlainText = "© OpenStreetMap contributors"
    tile_attribution_url: WebUrl = "https://www.openstreetmap.org/copyright"
    allowed_hosts: AllowedHosts = ("localhost",)
    frame_ancestors: Ancestors = ()
    base_path: BasePath = ""
    public_url: OptionalWebUrl = None
    data_dir: Path = SHIPPED_DATA
    local_data_dir: LocalFolder = None
    client_address_header: AddressHeader = None
    trusted_proxies: Networks = ("127.0.0.0/8", "::1")
    most_visits: int = Field(default=400, ge=1, le=10_000)
    most_visits_per_address: OptionalCount = 100
    clinic_geocoder: ClinicGeocoder = Field(default_factory=ClinicGeocoder)
    patient_geocoder: PatientGeocoder = Field(default_factory=PatientGeocoder)
    staff: StaffTable = Field(default_factory=StaffTable)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over counts: no hidden .env file, no secrets folder."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def path_prefix(self) -> str:
        """What every path of the app begins with: "/clinics" where base_path is "clinics", else ""."""
        return f"/{self.base_path}" if self.base_path else ""

    @property
    def data_files(self) -> DataFiles:
        """Where each file of the data is."""
        return DataFiles(self.data_dir, self.local_data_dir)

    def with_data(self) -> Self:
        """These settings, once it is known that their folders of data are there.

        Raises SettingsError naming the setting, where one is no folder or may not be looked into.
        """
        for name in ("data_dir", "local_data_dir"):
            folder: Path | None = getattr(self, name)
            if folder is not None and (problem := _no_folder(folder)):
                raise SettingsError(
                    f"The setting {name} is {folder}: {problem}. Correct it in {FILE_NAME},"
                    f" or in the variable {ENV_PREFIX}{name.upper()}."
                )
        return self

    def with_data_to_change(self) -> Self:
        """As `with_data`; raises SettingsError too for the clinic directory of an installed package.

        The next installation would replace it, and forget what was changed.
        """
        if not IS_CHECKOUT and self.data_files.changing == SHIPPED_DATA:
            raise SettingsError(
                "The clinic directory that comes with the program is not to be changed: an update would"
                f" replace it. Copy {SHIPPED_DATA} to a folder of your own, and name that folder as"
                f" data_dir in {FILE_NAME} or in the variable {ENV_PREFIX}DATA_DIR."
            )
        return self.with_data()

    @property
    def staff_publish_into_project(self) -> bool:
        """Whether updates of the project find what staff have changed in their way."""
        can_sign_in = self.staff.accounts_file is not None or self.staff.has_oidc
        return can_sign_in and self.data_files.changing.resolve().is_relative_to(PROJECT_ROOT)

    @property
    def contact(self) -> str:
        """How a service can reach the operator about too many requests."""
        return self.practice_website or self.practice_phone

    def publisher(self, directory_version: str) -> Practice:
        """The practice, for documents made from that version of the directory."""
        return Practice(
            practice_name=self.practice_name,
            practice_phone=self.practice_phone,
            practice_website=self.practice_website,
            directory_version=directory_version,
            public_url=self.public_url.rstrip("/") if self.public_url else None,
        )

    @property
    def tile_origin(self) -> str | None:
        """The origin the browser may fetch tiles from, as a CSP source; None with tiles off."""
        if self.tile_url is None:
            return None
        parts = urlsplit(self.tile_url)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def load_settings(root: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `root`/locator.toml, if it is there, with `LOCATOR_...` variables over it.

    `root` is the checkout by default, or the working directory for an installed package. A relative folder is
    taken from it. Raises SettingsError naming every unknown key and bad value at
    once, where it stands and what is allowed.
    """
    root = settings_folder() if root is None else root
    from_file = _read_file(root / FILE_NAME)
    from_environ = _read_environ(os.environ if environ is None else environ)
    values = _merged(from_file, from_environ)
    for key in ("data_dir", "local_data_dir"):
        if isinstance(values.get(key), str) and none_word(values[key]) is not None:
            values[key] = root / values[key]
    try:
        return Settings(**values)
    except ValidationError as exc:
        raise SettingsError("\n".join(dict.fromkeys(_problems(exc, from_environ)))) from exc


def _no_folder(path: Path) -> str | None:
    """Why a path is no folder that can be looked into; None if it is one."""
    try:
        next(path.iterdir(), None)
    except FileNotFoundError:
        return "there is no such folder"
    except NotADirectoryError:
        return "that is a file, or lies in one, and not a folder"
    except PermissionError:
        return "this user may not look into it"
    except (OSError, ValueError) as exc:
        return f"it cannot be looked into ({exc})"
    return None


def _read_file(path: Path) -> dict[str, Any]:
    """The file's keys and raw values; empty where there is no file."""
    try:
        values = tomllib.loads(read_text(path, most_bytes=BY_HAND_BYTES))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{FILE_NAME} is not valid TOML: {exc}") from exc
    except OSError as exc:
        raise SettingsError(f"{FILE_NAME} cannot be read: {exc.strerror}") from exc
    _refuse_secrets(values)
    return values


def _refuse_secrets(values: Mapping[str, Any], *tables: str) -> None:
    """Raise SettingsError for a secret anywhere in the file, naming it without its value."""
    for key, value in values.items():
        if is_secret(key, value):
            variable = f"{ENV_PREFIX}{_NESTED.join((*tables, key)).upper()}"
            instead = f" Set the variable {variable} instead." if tables else ""
            raise SettingsError(
                f"{FILE_NAME}: {'.'.join((*tables, key))} looks like a secret, and secrets never go into "
                f"this file. Remove it, and if the file was ever shared, replace the secret.{instead}"
            )
        if isinstance(value, Mapping):
            _refuse_secrets(value, *tables, key)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What either says, tables one key at a time; `above` wins."""
    both = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], Mapping) and isinstance(above[key], Mapping):
            both[key] = _merged(below[key], above[key])
    return both


def _read_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    """The values of variables that begin with LOCATOR_, by setting; one that names no setting is an error."""
    named = {name.lower(): value for name, value in environ.items() if name.upper().startswith(ENV_PREFIX)}
    problems = [problem for name in named if (problem := _misnamed(name.removeprefix(ENV_PREFIX.lower())))]
    if problems:
        raise SettingsError("\n".join(problems))
    source = EnvSettingsSource(Settings)
    source.env_vars = named
    try:
        return source()
    except UnreadableVariableError:
        # Its value may hold a key: neither it nor the error that quotes it is shown.
        tables = ", ".join(sorted(name.upper() for name in named if name.endswith(f"{_NESTED}arguments")))
        raise SettingsError(
            f'{tables}: JSON such as {{"domain": "geocoder.example.org"}}, or one variable for each argument,'
            f" such as {ENV_PREFIX}CLINIC_GEOCODER{_NESTED}ARGUMENTS{_NESTED}DOMAIN"
        ) from None


def _misnamed(name: str) -> str | None:
    """What is wrong with a variable's name; None if it names a setting, or a value in a table of settings."""
    table, nested, _ = name.partition(_NESTED)
    variable = f"{ENV_PREFIX}{name.upper()}"
    if bool(nested) != (table in _TABLES) and table in Settings.model_fields:
        example = f", such as {variable}{_NESTED}{_first_key(table)}" if not nested else ""
        return f"{variable}: {table} is {'one value' if nested else 'several values: set each one'}{example}"
    if table not in Settings.model_fields:
        return f"{variable}: there is no such setting{_nearest(name, Settings.model_fields)}"
    if name.count(_NESTED) > 2:
        return f"{variable}: nothing lies that deep"
    return None


def _first_key(table: str) -> str:
    return next(iter(_TABLES[table].model_fields)).upper()


def _problems(error: ValidationError, from_environ: Mapping[str, Any]) -> Iterator[str]:
    """One line per problem: where it is, the value, and what is allowed."""
    for detail in error.errors():
        # Deeper than an argument's name there are only the kinds of value that were tried for it.
        path = [str(part) for part in detail["loc"][:3]]
        where = _where(detail["loc"][:3], from_environ)
        in_table = path[0] in _TABLES
        if detail["type"] == "extra_forbidden":
            fields = _TABLES[path[0]].model_fields if in_table else Settings.model_fields
            yield f"{where}: there is no such setting{_nearest(path[-1], fields)}"
        elif in_table and path[1:2] in ([], ["arguments"]):
            # What was found may hold a key: it is not shown.
            yield f"{where}: {_ARGUMENT_HELP if path[2:] else allowed(detail, Settings)}"
        else:
            yield f"{where} is {str(detail['input'])[:120]!r}; allowed: {allowed(detail, Settings)}"


def _where(path: Sequence[int | str], from_environ: Mapping[str, Any]) -> str:
    """The variable, or the key in the file, that a value came from."""
    values: Any = from_environ
    known: list[str] = []
    for part in map(str, path):
        if not isinstance(values, Mapping) or part not in values:
            break
        known.append(part)
        values = values[part]
    if known and not isinstance(values, Mapping):
        return f"{ENV_PREFIX}{_NESTED.join(known).upper()}"
    return f"{FILE_NAME}: {entry(path)}"


def _nearest(key: str, fields: Iterable[str]) -> str:
    """What was probably meant, or else all there is."""
    names = tuple(fields)
    close = get_close_matches(key, names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(names)}"


_TABLES: Final[Mapping[str, type[BaseModel]]] = {
    "clinic_geocoder": ClinicGeocoder,
    "patient_geocoder": PatientGeocoder,
    "staff": StaffTable,
}
