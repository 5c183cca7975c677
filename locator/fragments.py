"""Pieces of HTML from this project's templates; every value is escaped, so no data is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from locator import wording
from locator.language import gettext, ngettext

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
# Messages break over lines in a template where its lines would be too long.
_TEMPLATES.policies["ext.i18n.trimmed"] = True
_TEMPLATES.globals["wording"] = wording
# Newer style: values are put into the message after it is looked up, and escaped as everywhere else.
_TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


def render(template: str, **values: object) -> str:
    """The HTML of a template under `templates/`, with `values` escaped where it names them."""
    return _TEMPLATES.get_template(template).render(**values)
