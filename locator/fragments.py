"""Pieces of HTML from this project's templates; every value is escaped, so no data is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from locator import wording

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["wording"] = wording


def render(template: str, **values: object) -> str:
    """The HTML of a template under `templates/`, with `values` escaped where it names them."""
    return _TEMPLATES.get_template(template).render(**values)
