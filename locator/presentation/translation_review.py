"""Which clinical texts in another language a clinician has reviewed, as a file in the data folder says.

A review applies to exactly the texts that were reviewed, identified by their hash; changing any text ends it.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from locator.errors import ContentInvalidError
from locator.files import BY_HAND_BYTES, read_text
from locator.language import CLINICAL, Language
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation.wording import full_date


@dataclass(frozen=True, slots=True)
class TranslationReview:
    """Who reviewed a language's clinical texts, by name and qualification, and when."""

    reviewer: str
    qualification: str
    reviewed_on: date


NOT_TRANSLATED: Final = N_("This text is not translated yet.")


def review_note(review: TranslationReview | None) -> str:
    """Who reviewed the clinical texts in the language that holds, or that they await it."""
    if review is None:
        return _("This translation of the medical text has not yet been reviewed by a clinician.")
    return _("Translation reviewed by {reviewer}, {qualification}, on {date}.").format(
        reviewer=review.reviewer,
        qualification=review.qualification,
        date=full_date(review.reviewed_on),
    )


def fingerprint(language: Language) -> str:
    """What a review names to say which texts it is of: a hash of them and of their translations."""
    path = language.catalogues / language.tag / "LC_MESSAGES" / f"{CLINICAL}.po"
    with path.open("rb") as file:
        pairs = sorted((str(one.id), str(one.string)) for one in read_po(file) if one.id)
    return sha256(json.dumps(pairs).encode()).hexdigest()


def review_of(language: Language, path: Path) -> TranslationReview | None:
    """The review in `path` that applies to the language's current texts; None if there is none.

    Raises ContentInvalidError, naming the file, its table and what to write there.
    """
    try:
        tables = tomllib.loads(read_text(path, most_bytes=BY_HAND_BYTES))
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ContentInvalidError(f"{path.name} cannot be read: {exc.strerror}") from exc
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ContentInvalidError(f"{path.name} cannot be read as TOML: {exc}") from exc
    table = tables.get(language.tag)
    if table is None:
        return None
    kinds = {"reviewer": str, "qualification": str, "reviewed_on": date, "fingerprint": str}
    wrong = [key for key, kind in kinds.items() if not isinstance(table.get(key), kind) or not table[key]]
    if wrong:
        raise ContentInvalidError(f"{path.name}, [{language.tag}]: missing or of the wrong kind: {wrong}")
    if table["fingerprint"] != fingerprint(language):
        return None
    return TranslationReview(table["reviewer"], table["qualification"], table["reviewed_on"])
