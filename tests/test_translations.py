"""The catalogues have every message of the pages, no other, and each with what its English carries."""

from __future__ import annotations

import ast
import re
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from locator.language import CLINICAL, ENGLISH, LOCALES, languages
from scripts import messages

ROOT = Path(__file__).resolve().parent.parent
TAGS = [language.tag for language in languages() if language != ENGLISH]
CATALOGUES = [(tag, domain) for tag in TAGS for domain in messages.DOMAINS]

# What a translation must carry over: the places values are put into, tags, emphasis, figures and asterisks.
BRACES = re.compile(r"\{\w*\}|%\(\w+\)s|</?\w+[^>]*>")
FIGURES = re.compile(r"\d+")


@cache
def template(domain: str) -> Catalog:
    return messages.DOMAINS[domain]()


@cache
def translated(tag: str, domain: str) -> Catalog:
    return messages.read(messages.path_of(tag, domain), tag)


def ids(catalogue: Catalog) -> set[object]:
    return {tuple(one.id) if isinstance(one.id, list) else one.id for one in catalogue if one.id}


def pairs(catalogue: Catalog) -> list[tuple[str, str]]:
    """Each English text with its translation; every form of a plural with the English plural."""
    found = []
    for one in catalogue:
        if not one.id:
            continue
        if isinstance(one.id, str):
            found.append((one.id, str(one.string)))
        else:
            found += [(one.id[1], form) for form in one.string or ()]
    return found


def test_spanish_is_there() -> None:
    assert "es" in TAGS


@pytest.mark.parametrize(("tag", "domain"), CATALOGUES)
def test_a_catalogue_has_just_the_messages_there_are(tag: str, domain: str) -> None:
    wanted, had = ids(template(domain)), ids(translated(tag, domain))
    assert wanted - had == set(), "missing: run python -m scripts.messages and translate what it prints"
    assert had - wanted == set(), "stale: run python -m scripts.messages"


@pytest.mark.parametrize(("tag", "domain"), CATALOGUES)
def test_renewing_the_catalogues_a_second_time_on_another_day_changes_nothing(
    tmp_path: Path, tag: str, domain: str
) -> None:
    file = tmp_path / f"{domain}.po"
    shutil.copy(messages.path_of(tag, domain), file)
    # Something to do: a message that is gone, one that is new, one that is nearly another.
    had = messages.read(file, tag)
    had.add("No page has this sentence.", "Ninguna página tiene esta frase.")
    first, second = (one.id for one in list(had)[1:3])
    had.delete(first)
    had.add(f"{second}!", had.get(second).string)  # type: ignore[union-attr]
    had.delete(second)
    messages.write(file, had)
    before = file.read_bytes()
    messages.write(file, messages.renewed(file, tag, template(domain)))
    once = file.read_bytes()
    assert once != before
    later = messages.DOMAINS[domain]()
    later.creation_date = datetime(2001, 1, 1, tzinfo=UTC)
    messages.write(file, messages.renewed(file, tag, later))
    assert file.read_bytes() == once


@pytest.mark.parametrize(("tag", "domain"), CATALOGUES)
def test_every_message_is_translated_and_none_only_guessed(tag: str, domain: str) -> None:
    assert messages.awaiting(translated(tag, domain)) == []


@pytest.mark.parametrize(("tag", "domain"), CATALOGUES)
def test_a_translation_has_the_same_places_for_values_and_the_same_tags(tag: str, domain: str) -> None:
    wrong = [
        (text, said)
        for text, said in pairs(translated(tag, domain))
        if sorted(BRACES.findall(text)) != sorted(BRACES.findall(said))
    ]
    assert wrong == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_clinical_text_keeps_every_figure_and_its_emphasis(tag: str) -> None:
    wrong = [
        (text, said)
        for text, said in pairs(translated(tag, CLINICAL))
        if sorted(FIGURES.findall(text)) != sorted(FIGURES.findall(said))
        or text.count("**") != said.count("**")
    ]
    assert wrong == []


@pytest.mark.parametrize(("tag", "domain"), CATALOGUES)
def test_a_plural_has_all_the_forms_of_its_language(tag: str, domain: str) -> None:
    catalogue = translated(tag, domain)
    wrong = [
        one.id
        for one in catalogue
        if not isinstance(one.id, str) and len(one.string or ()) != catalogue.num_plurals
    ]
    assert wrong == []


def test_a_message_that_is_left_untranslated_is_found() -> None:
    catalogue = Catalog(locale="es")
    catalogue.add("Search")
    catalogue.add("Map", "Mapa")
    catalogue.add(("{count} clinic", "{count} clinics"), ("{count} clínica", ""))
    guessed: Message = catalogue.add("Call", "Llame")
    guessed.flags.add("fuzzy")
    assert messages.awaiting(catalogue) == ["Search", "('{count} clinic', '{count} clinics')", "Call"]


def test_what_is_new_and_what_is_gone_shows_up(tmp_path: Path) -> None:
    fresh = Catalog()
    fresh.add("Still here")
    fresh.add("Something quite new")
    before = Catalog(locale="es")
    before.add("Still here", "Sigue")
    before.add("Long since removed", "Ya no")
    path = tmp_path / "messages.po"
    messages.write(path, before)
    after = messages.renewed(path, "es", fresh)
    assert ids(after) == {"Still here", "Something quite new"}
    assert messages.awaiting(after) == ["Something quite new"]


def test_no_message_hides_where_the_extraction_does_not_look() -> None:
    """Inside an f-string a call is not seen by it, and what is not a literal is no message."""
    hidden = []
    for path in [*(ROOT / "locator").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for outer in ast.walk(tree):
            if isinstance(outer, ast.JoinedStr):
                hidden += [
                    f"{path.name}:{node.lineno}"
                    for node in ast.walk(outer)
                    if isinstance(node, ast.Call)
                    and is_looked_up(node)
                    and isinstance(node.args[0], ast.Constant)
                ]
            if (
                isinstance(outer, ast.Call)
                and is_looked_up(outer)
                and isinstance(outer.args[0], ast.JoinedStr)
            ):
                hidden.append(f"{path.name}:{outer.lineno}")
    assert hidden == []


def test_a_saved_copy_has_no_sentence_of_its_own() -> None:
    """What its script says is what the page says: who translates one has translated the other."""
    own = [
        one.id
        for one in messages.interface()
        if any(name.endswith("static_site/sentences.py") for name, _line in one.locations)
    ]
    assert own == []
    assert "Clinics that fit" in messages.interface()


def is_looked_up(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Name)
        and call.func.id in {"_", "N_", "NN_", "gettext", "ngettext"}
        and bool(call.args)
    )


def test_every_folder_of_catalogues_is_a_language() -> None:
    assert {path.name for path in LOCALES.iterdir() if path.is_dir()} == set(TAGS)
