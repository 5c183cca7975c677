"""Texts that software of many kinds stumbles over, made by code, by what they try."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from typing import Final

from tests.support.payloads import PAYLOADS

_WORDS: Final = (
    "undefined",
    "null",
    "NULL",
    "None",
    "nil",
    "NaN",
    "Infinity",
    "true",
    "FALSE",
    "N/A",
    "#REF!",
)
_NUMBERS: Final = (
    *(
        "0",
        "-0",
        "007",
        "1e309",
        "1E+02",
        "0x1F",
        "0b1",
        "1/0",
        "1,000.00",
        "1.000,00",
        "+1",
        "-1",
        ".5",
        "5.",
    ),
    *("9" * 40, "0." + "0" * 40 + "1", "٣٤٥", "１２３", "½", "1_000", "--1", "1-1", "12:30", "2025-02-30"),
)
_INJECTIONS: Final = (
    "'; DROP TABLE clinics; --",
    "1' OR '1'='1",
    "$(touch drg-canary)",
    "`touch drg-canary`",
    "; rm -rf drg-canary",
    "| cat",
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "C:\\con\\con",
    "file:///etc/passwd",
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "%s%n%x%p",
    "{0.__class__}",
    "%0d%0aSet-Cookie: a=b",
    "a\r\nSet-Cookie: a=b",
    "*)(uid=*",
    "__import__('os').getcwd()",
)
_QUOTES: Final = (
    *("'", '"', "''", '""', "'\"'", '"\'"', "“a”", "‘a’", "„a“", "«a»", 'a"b', '"a"b', 'a,"b', '"', '"""'),
    *(",", ";", "\t", "|", ",,,", "a;b", "a|b", "a\nb", "a\rb", "a\r\nb", "\n", "\r\n", "\\", "\\n", "\\,"),
)
_FORMULAS: Final = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://clinic.example.com")',
    "SUM(A1:A9)",
    "",
    " 1",
)
_BEFORE_FORMULAS: Final = ("=", "+", "-", "@", "\t=", "\r=", "'=", "''=", " =", "\u00a0=", "\ufeff=", "＝")
_SCRIPTS: Final = (
    "Клиника",
    "診療所",
    "クリニック",
    "병원",
    "مستشفى",
    "בית חולים",
    "โรงพยาบาล",
    "ᚠᛇᚻ",
    "𝒯ℯ𝓈𝓉",
    "ǝuᴉɔᴉpǝɯ",
    "ﬁ",
    "İı",
    "ß",
    "Z\u0351\u036b\u0343a\u0334\u0327l\u0321g\u0322o\u0489",
    "e\u0301",
    "\u0301",
    "👩\u200d⚕\ufe0f",
    "🏴\U000e0067\U000e0062\U000e007f",
    "👋🏽",
    "1\ufe0f\u20e3",
    "\U0010ffff",
    "\ufffe",
    "\ufffd",
    "(╯°□°)╯",
    "田中さんにあげて",
)
_MARKUP: Final = ("script", "img src=x onerror", "svg/onload", "a href=javascript:", "style", "iframe src")
_LENGTHS: Final = (199, 200, 201, 1_000, 1_001, 40_000, 131_072, 140_000)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def hostile_texts() -> tuple[str, ...]:
    """Every text once, in the same order each time."""
    made = (
        *("", " ", "\u00a0", *_WORDS, *_NUMBERS, *_INJECTIONS, *_QUOTES, *_SCRIPTS),
        *(before + formula for before in _BEFORE_FORMULAS for formula in _FORMULAS),
        *(f"{quote}><{tag}=alert(1)>{quote}" for tag in _MARKUP for quote in ("", "'", '"', "`")),
        *("x" * length for length in _LENGTHS),
        *(f"a{character}b" for character in _unseen_characters()),
        *PAYLOADS.values(),
    )
    return tuple(dict.fromkeys(made))


def _unseen_characters() -> Iterator[str]:
    """Every character that cannot be seen: controls, formats, blanks and line ends of all of Unicode."""
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in _UNSEEN:
            yield chr(code)
