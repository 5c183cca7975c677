"""Bring every catalogue of translations up to date with the code and the content files.

`python -m scripts.messages` adds what is new, drops what is gone, and prints what awaits a translator and the
fingerprint that a clinician's review names. `python -m scripts.messages --new so` begins a language.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from locator.language import CLINICAL, INTERFACE, LOCALES, language_of
from locator.presentation import read_overview
from locator.presentation.overview import texts as overview_texts
from locator.presentation.translation_review import fingerprint
from locator.referral import read_content
from locator.referral.content import texts as referral_texts
from locator.settings import SHIPPED

ROOT: Final = Path(__file__).resolve().parent.parent
_KEYWORDS: Final[dict[str, Any]] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}
_TEMPLATE_OPTIONS: Final = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}


def interface() -> Catalog:
    """Every message of the pages, as the code and the templates have them, in English."""
    made = Catalog(project="DRG Locator", charset="utf-8")
    for path in _sources("**/*.py"):
        _add(made, path, "python", {})
    for path in _sources("presentation/templates/*.html"):
        _add(made, path, "jinja2", _TEMPLATE_OPTIONS)
    return made


def clinical() -> Catalog:
    """Every text of the content files on the treatment, in English."""
    made = Catalog(project="DRG Locator", charset="utf-8")
    _add_texts(made, overview_texts(read_overview(SHIPPED.overview)), "data/overview.md")
    _add_texts(made, referral_texts(read_content(SHIPPED.referral)), "data/referral.toml")
    return made


DOMAINS: Final[dict[str, Callable[[], Catalog]]] = {INTERFACE: interface, CLINICAL: clinical}


def _sources(pattern: str) -> Iterable[Path]:
    pages = sorted((ROOT / "pages").glob("*.py")) if pattern.endswith(".py") else []
    return [*sorted((ROOT / "locator").glob(pattern)), *pages]


def _add(catalogue: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    name = path.relative_to(ROOT).as_posix()
    for _line, message, _comments, _context in extract_from_file(method, path, _KEYWORDS, options=options):
        # A file, not a line: else every edit would change every catalogue.
        catalogue.add(message, locations=[(name, None)])  # type: ignore[list-item]


def _add_texts(catalogue: Catalog, texts: Iterable[str], name: str) -> None:
    for text in texts:
        catalogue.add(text, locations=[(name, None)])  # type: ignore[list-item]


def path_of(tag: str, domain: str) -> Path:
    """Where a language's catalogue of one domain lies."""
    return LOCALES / tag / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, tag: str) -> Catalog:
    """The catalogue in a file; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=tag, project="DRG Locator", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def renewed(path: Path, tag: str, template: Catalog) -> Catalog:
    """The catalogue with just the messages of `template`; translations stay, near misses are marked fuzzy."""
    catalogue = read(path, tag)
    catalogue.update(template, update_header_comment=False, update_creation_date=False)
    return catalogue


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue to its file, without what is obsolete."""
    content = BytesIO()
    _po(content, catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())


def _po(file: IO[bytes], catalogue: Catalog) -> None:
    write_po(file, catalogue, width=110, ignore_obsolete=True, sort_by_file=False, omit_header=False)


def awaiting(catalogue: Catalog) -> list[str]:
    """The messages that have no translation, or one that only a machine matched."""
    return [str(one.id) for one in catalogue if one.id and (one.fuzzy or not _is_said(one.string))]


def _is_said(said: object) -> bool:
    return all(said) if isinstance(said, (list, tuple)) else bool(said)


def main(arguments: list[str]) -> int:
    """Renew the catalogues of every language, and of a new one that `arguments` name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", metavar="TAG", help="begin a language, by its BCP 47 tag, such as so or hmn")
    new = parser.parse_args(arguments).new
    tags = sorted({path.parent.name for path in LOCALES.glob("*/LC_MESSAGES")} | ({new} if new else set()))
    for tag in tags:
        for domain, template in DOMAINS.items():
            catalogue = renewed(path_of(tag, domain), tag, template())
            write(path_of(tag, domain), catalogue)
            waiting = awaiting(catalogue)
            print(f"{tag}, {domain}: {len(catalogue)} messages, {len(waiting)} await a translator")
            for message in waiting[:20]:
                print(f"  {message[:100]}")
        language = language_of(tag)
        if language is not None:
            print(f"{tag}: fingerprint {fingerprint(language)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
