"""What arguments of several commands may be; a wrong one is answered with what is allowed."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Final

# More digits are not worth turning into a number.
_MOST_DIGITS: Final = 18


def whole_number(text: str) -> int:
    """A whole number from 0."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise argparse.ArgumentTypeError("must be a whole number")
    return int(text)


def positive_number(text: str) -> int:
    """A whole number, 1 or more."""
    try:
        number = whole_number(text)
    except argparse.ArgumentTypeError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number, 1 or more")
    return number


def positive_miles(text: str) -> float:
    """A distance in miles."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # NaN fails the comparison.
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be a number of miles above 0")
    return number


def not_blank(text: str) -> str:
    """Any text but none."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must say something")
    return text


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words; used with `choices`, whose errors argparse would word in its own way."""

    def chosen(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"must be {' or '.join(words)}, not {text!r}")
        return text

    return chosen
