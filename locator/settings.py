"""What an operator may set, each with a working default: `locator.toml`, and `LOCATOR_...` variables over it.

Nothing here is secret, and the file refuses keys that look as if they were.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from locator.errors import SettingsError

FILE_NAME: Final = "locator.toml"
ENV_PREFIX: Final = "LOCATOR_"
PROJECT_ROOT: Final = Path(__file__).resolve().parent.parent

_SECRET_KEY: Final = re.compile(r"(^|_)(key|password|passwd|token|secret)$")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_PORT: Final = r"(?::\d{1,5})?"
_ALLOWED_HOST: Final = re.compile(rf"\*|(?:\*\.)?{_HOST}")
_ANCESTOR: Final = re.compile(
    rf"'self'|https://(?:\*\.)?{_HOST}{_PORT}|http://(?:localhost|127\.0\.0\.1){_PORT}"
)
# Whole labels only: a CSP wildcard cannot stand for a part of one.
_TILE_HOST: Final = re.compile(rf"(?:\{{s\}}\.{_LABEL}\.)?{_HOST}{_PORT}")
_TILE_PATH: Final = re.compile(r"[A-Za-z0-9\-._~/?&=%+,:@]*")
_LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
_TILE_HELP: Final = (
    'a URL such as "https://tile.openstreetmap.org/{z}/{x}/{y}.png": https (http only on this machine), with '
    '{z}, {x} and {y}, and besides them at most {r} and a leading "{s}." in the host name; '
    'or "none" for no street tiles'
)


def _split_list(value: object) -> object:
    """Read text as a comma-separated list, which is how a variable writes one; leave anything else alone."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _none_word(value: object) -> object:
    """Read the word "none" as None: it turns a setting off."""
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


def _plain_text(value: str) -> str:
    """Refuse what a map template, markup or a terminal could take for more than text."""
    if not value.isprintable() or any(character in "<>{}" for character in value):
        raise ValueError("plain text without < > { } or control characters")
    return value


def _web_url(value: str) -> str:
    """Accept an absolute https URL whose text cannot leave an HTML attribute."""
    if not re.fullmatch(rf"https://{_HOST}{_PORT}(?:[/?#][A-Za-z0-9\-._~/?#&=%+,:@]*)?", value):
        raise ValueError('an https URL such as "https://example.org/"')
    return value


def _phone(value: str) -> str:
    """Accept a number as people write it: digits, spaces, dots, dashes, brackets, one leading plus."""
    if not re.fullmatch(r"\+?[0-9().\- ]{7,24}", value):
        raise ValueError('a phone number such as "763-555-0100"')
    return value


def _tile_url(value: str) -> str:
    """Accept a tile URL template that is safe to write into a page and into a security header.

    The text reaches a template engine, so no brace survives but those of the known placeholders.
    """
    scheme, separator, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    bare_path = re.sub(r"\{[zxyr]\}", "", path)
    loopback = scheme == "http" and host.partition(":")[0] in _LOOPBACK_HOSTS
    if not (
        separator
        and slash
        and (scheme == "https" or loopback)
        and all(path.count(name) == 1 for name in ("{z}", "{x}", "{y}"))
        and _TILE_HOST.fullmatch(host)
        and _TILE_PATH.fullmatch(bare_path)
    ):
        raise ValueError(_TILE_HELP)
    return value


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept host names, `*.` wildcards of them, or a lone `*`; never a scheme, port or path."""
    if not all(_ALLOWED_HOST.fullmatch(value) for value in values):
        raise ValueError(
            'host names without scheme or port, such as "clinics.example.org" or "*.example.org"'
        )
    return tuple(value.lower() for value in values)


def _ancestors(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept origins that may show the page in a frame, or 'self'."""
    quoted = tuple("'self'" if value == "self" else value for value in values)
    if not all(_ANCESTOR.fullmatch(value) for value in quoted):
        raise ValueError(
            'origins without a path, such as "https://www.example.org", or "self"; an empty list for nobody'
        )
    return quoted


def _path(value: str) -> str:
    """Accept a path of plain words, with or without slashes around it; kept without."""
    bare = value.strip("/")
    if not re.fullmatch(r"(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?", bare):
        raise ValueError('a path such as "clinics", of letters, digits, - and _; empty for none')
    return bare


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_PlainText = Annotated[_Text, AfterValidator(_plain_text)]
_Url = Annotated[_Text, AfterValidator(_web_url)]
_OptionalUrl = Annotated[
    Annotated[_Text, AfterValidator(_web_url)] | None,
    BeforeValidator(_none_word),
]
_Names = Annotated[tuple[_Text, ...], NoDecode, BeforeValidator(_split_list)]


class Settings(BaseSettings):
    """An operator's settings, checked and unchangeable; every default works."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    practice_name: _PlainText = "iSpine Pain Physicians"
    practice_phone: Annotated[_Text, AfterValidator(_phone)] = "763-201-8191"
    practice_website: _OptionalUrl = "https://ispineclinics.com/"
    tile_url: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_tile_url)] | None,
        BeforeValidator(_none_word),
    ] = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    tile_attribution: _PlainText = "© OpenStreetMap contributors"
    tile_attribution_url: _Url = "https://www.openstreetmap.org/copyright"
    allowed_hosts: Annotated[_Names, AfterValidator(_hosts)] = ("localhost",)
    frame_ancestors: Annotated[_Names, AfterValidator(_ancestors)] = ()
    base_path: Annotated[str, StringConstraints(max_length=100), AfterValidator(_path)] = ""
    data_dir: Path = PROJECT_ROOT / "data"

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
    def tile_origin(self) -> str | None:
        """The origin the browser may fetch tiles from, as a CSP source; None with tiles off."""
        if self.tile_url is None:
            return None
        parts = urlsplit(self.tile_url)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def load_settings(root: Path = PROJECT_ROOT, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `root`/locator.toml, if it is there, with `LOCATOR_...` variables over it.

    A relative `data_dir` is taken from `root`. Raises SettingsError naming every unknown key and bad value at
    once, where it stands and what is allowed.
    """
    from_file = _read_file(root / FILE_NAME)
    from_environ = _read_environ(os.environ if environ is None else environ)
    values = {**from_file, **from_environ}
    if isinstance(values.get("data_dir"), str):
        values["data_dir"] = root / values["data_dir"]
    try:
        return Settings(**values)
    except ValidationError as exc:
        raise SettingsError("\n".join(_problems(exc, from_environ))) from exc


def _read_file(path: Path) -> dict[str, Any]:
    """The file's keys and raw values; empty where there is no file."""
    try:
        values = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{FILE_NAME} is not valid TOML: {exc}") from exc
    except OSError as exc:
        raise SettingsError(f"{FILE_NAME} cannot be read: {exc.strerror}") from exc
    for key in values:
        if _SECRET_KEY.search(key.lower()):
            raise SettingsError(
                f"{FILE_NAME}: {key} looks like a secret, and secrets never go into this file. Remove it, "
                "and if the file was ever shared, replace the secret."
            )
    return values


def _read_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    """The values of variables that begin with LOCATOR_, by setting; one that names no setting is an error."""
    named = {name.lower(): value for name, value in environ.items() if name.upper().startswith(ENV_PREFIX)}
    unknown = [
        f"{name.upper()}: there is no such setting{_nearest(name.removeprefix(ENV_PREFIX.lower()))}"
        for name in named
        if name.removeprefix(ENV_PREFIX.lower()) not in Settings.model_fields
    ]
    if unknown:
        raise SettingsError("\n".join(unknown))
    source = EnvSettingsSource(Settings)
    source.env_vars = named
    return source()


def _problems(error: ValidationError, from_environ: Mapping[str, object]) -> Iterator[str]:
    """One line a problem: where it stands, what was found, what is allowed."""
    for detail in error.errors():
        key = str(detail["loc"][0])
        where = f"{ENV_PREFIX}{key.upper()}" if key in from_environ else f"{FILE_NAME}: {key}"
        if detail["type"] == "extra_forbidden":
            yield f"{where}: there is no such setting{_nearest(key)}"
        else:
            allowed = detail["msg"].removeprefix("Value error, ")
            yield f"{where} is {str(detail['input'])[:120]!r}; allowed: {allowed}"


def _nearest(key: str) -> str:
    """What was probably meant, or else all there is."""
    close = get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(Settings.model_fields)}"
