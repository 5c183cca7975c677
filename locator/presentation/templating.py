"""Pieces of HTML from this project's templates; every value is escaped, so no data is trusted."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from locator.language import Language, current, gettext, ngettext
from locator.presentation import wording

STATIC: Final = Path(__file__).with_name("static")
"""Style sheets, scripts and pictures, as browsers get them."""
TEMPLATES: Final = Path(__file__).with_name("templates")

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # A template changes with a release and no sooner: its file need not be looked at for each piece.
    auto_reload=False,
    extensions=["jinja2.ext.i18n"],
)
# Messages break over lines in a template where its lines would be too long.
_TEMPLATES.policies["ext.i18n.trimmed"] = True
_TEMPLATES.globals["wording"] = wording
_TEMPLATES.globals["language_tag"] = lambda: current().tag
# Newer style: values are put into the message after it is looked up, and escaped as everywhere else.
_TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


@cache
def static_version(name: str) -> str:
    """What changes whenever a static file does."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def static_address(name: str, prefix: str) -> str:
    """Where browsers find a static file, in its current version; `prefix` is the base path's."""
    return f"{prefix}/assets/app/{name}?v={static_version(name)}"


def render(template: str, **values: object) -> str:
    """The HTML of a template under `templates/`, with `values` escaped where it names them."""
    return _TEMPLATES.get_template(template).render(**values)


def render_once(template: str, **values: Hashable) -> str:
    """As `render`, for a piece that is the same for many visitors: made once for each language and values.

    What is rendered is kept, so nothing of one visitor may be among the values.
    """
    return _rendered(template, current(), tuple(values.items()))


@lru_cache(maxsize=64)
def _rendered(template: str, _language: Language, values: tuple[tuple[str, Hashable], ...]) -> str:
    return render(template, **dict(values))
