"""The language people read: which there are, which one holds now, and its words.

Messages stand in the code in English and are looked up in catalogues under `locales/`, one folder a language.
A message without a translation stays English. Two domains: `messages` has the interface, `clinical` what the
content files say of the treatment, which a clinician reviews apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES: Final = Path(__file__).with_name("locales")
INTERFACE: Final = "messages"
CLINICAL: Final = "clinical"
_TERRITORY: Final = "US"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its BCP 47 tag, what its speakers call it, and where its catalogues are."""

    tag: str
    name: str
    catalogues: Path = LOCALES

    @property
    def locale(self) -> Locale:
        """How this language writes numbers and dates, in the United States where that is known apart.

        English ways for a language of which Babel knows none.
        """
        return (
            _known_locale(f"{self.tag}_{_TERRITORY}") or _known_locale(self.tag) or Locale("en", _TERRITORY)
        )


@cache
def _known_locale(identifier: str) -> Locale | None:
    try:
        return Locale.parse(identifier)
    except UnknownLocaleError:
        return None


def marked(message: str) -> str:
    """The message as it is; tells the extraction that it is to be translated where it is used."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """As `marked`, for a message that counts: the two forms `ngettext` is given before its count."""
    return one, many


N_ = marked

# To the translator: put your own language's name here, as its speakers write it.
ENGLISH: Final = Language("en", N_("English"))
"""The language of the messages in the code."""

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


@cache
def languages(folder: Path = LOCALES) -> tuple[Language, ...]:
    """English, and every language that has a folder of catalogues, by tag."""
    tags = sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES"))
    return (ENGLISH, *(Language(tag, _own_name(tag, folder), folder) for tag in tags))


def _own_name(tag: str, folder: Path) -> str:
    """What the catalogue has for the name of English: its own language's name."""
    name = catalogue(Language(tag, tag, folder), INTERFACE).gettext(ENGLISH.name)
    return tag if name == ENGLISH.name else name


def _path(folder: Path, tag: str, domain: str) -> Path:
    return folder / tag / "LC_MESSAGES" / f"{domain}.po"


def language_of(tag: str | None) -> Language | None:
    """The language with this tag, or with its first part: "es-MX" is Spanish; None for any other."""
    primary = (tag or "").lower().partition("-")[0].partition("_")[0]
    return next((language for language in languages() if language.tag == primary), None)


def preferred(accept_language: str) -> Language:
    """The first language of an Accept-Language header that there is, by its weights; English if none is."""
    ranked = sorted(_weighted(accept_language), key=lambda pair: -pair[1])
    supported = (language_of(tag) for tag, weight in ranked if weight > 0)
    return next((language for language in supported if language), ENGLISH)


def _weighted(accept_language: str) -> Iterator[tuple[str, float]]:
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            yield tag, float(quality or 1)
        except ValueError:
            # A header that nobody can read asks for nothing.
            continue


_unset: Callable[[], Language] = lambda: ENGLISH  # noqa: E731


def ask_when_unset(source: Callable[[], Language]) -> None:
    """Have `source` say the language wherever no `speak` or `speaking` did, as in a page's callbacks."""
    global _unset  # noqa: PLW0603 - one process has one kind of visitor
    _unset = source


def current() -> Language:
    """The language that holds now."""
    return _spoken.get() or _unset()


def speak(language: Language) -> None:
    """Have this language hold from now on, in this thread or task."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Have this language hold inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


class _Nothing(NullTranslations):
    """Says of every message that it has none, where a word may be the same in both languages."""

    def gettext(self, message: str) -> str:
        """No translation."""
        del message
        return ""


@cache
def catalogue(language: Language, domain: str) -> NullTranslations:
    """A language's messages of one domain; an empty one where it has none."""
    untranslated = _Nothing() if domain == CLINICAL else NullTranslations()
    path = _path(language.catalogues, language.tag, domain)
    if not path.exists():
        return untranslated
    with path.open("rb") as file:
        messages = read_po(file, locale=language.tag)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(untranslated)
    return translations


def gettext(message: str) -> str:
    """A message of the interface in the current language now."""
    return catalogue(current(), INTERFACE).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message of the interface in the form its language has for this count."""
    return catalogue(current(), INTERFACE).ngettext(one, many, count)


def clinical(message: str) -> str | None:
    """A text of the content files in the current language now; None where it is not translated."""
    language = current()
    return message if language == ENGLISH else catalogue(language, CLINICAL).gettext(message) or None


_ = gettext
