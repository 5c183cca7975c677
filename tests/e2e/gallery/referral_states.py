"""The states of the physicians' page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from tests.e2e.gallery.kinds import Screen, Sheet, State
from tests.e2e.gallery.visitor import Visitor
from tests.e2e.referral_page import ReferralPage

WACONIA: Final = "55387"
_LINK: Final = "?from=55387&evaluation=chaska&procedure=burnsville"


def _from_waconia(visitor: Visitor) -> ReferralPage:
    referral = visitor.referral()
    referral.start_from(WACONIA)
    return referral


def _evaluation_only(visitor: Visitor) -> None:
    referral = _from_waconia(visitor)
    with referral.doing():
        visitor.page.get_by_role("radio", name="Evaluation only").click()


def _criteria(visitor: Visitor) -> None:
    referral = _from_waconia(visitor)
    referral.answer("Nerve pain in one area for six months or more", "Yes")
    referral.answer("Where the pain is", "Knee", "Foot")


def _sheet_in_spanish(visitor: Visitor) -> None:
    referral = _from_waconia(visitor)
    with referral.doing():
        visitor.page.get_by_role("button", name="Español", exact=True).click()


def _pdf(visitor: Visitor) -> bytes:
    return Path(visitor.referral(_LINK).download().path()).read_bytes()


_screen: Final = partial(Screen, "For physicians")

STATES: Final[tuple[State, ...]] = (
    _screen(
        "refer-first-visit",
        "First visit",
        "Before a place is given: one question, and the sites to choose from.",
        Visitor.referral,
    ),
    _screen(
        "refer-pairs",
        "The best pair",
        "Pairs of an evaluation clinic and a procedure site by the travel of the whole therapy.",
        _from_waconia,
    ),
    _screen(
        "refer-map",
        "The ways on the map",
        "A line from the patient's place to each chosen site.",
        _from_waconia,
        ".st-key-map-panel",
    ),
    _screen(
        "refer-evaluation-only",
        "Evaluation only",
        "The same for a patient who is only to be evaluated.",
        _evaluation_only,
    ),
    _screen(
        "refer-comparison",
        "Comparison",
        "The chosen sites and the nearest others side by side.",
        _from_waconia,
        ".st-key-comparison",
    ),
    _screen(
        "refer-journey",
        "The visits, and criteria answered",
        "Every visit of the therapy with its travel; the criteria with two answers.",
        _criteria,
        ".st-key-plan",
    ),
    _screen(
        "refer-sheet",
        "The referral sheet",
        "What is downloaded, printed or copied; the patient's name is written by hand.",
        _criteria,
        ".st-key-sheet",
    ),
    Sheet(
        "For physicians",
        "refer-sheet-printed",
        "The referral sheet on paper",
        "The PDF as it is downloaded.",
        _pdf,
    ),
    _screen(
        "refer-sheet-spanish",
        "The referral sheet in Spanish",
        "The same sheet after the language was switched.",
        _sheet_in_spanish,
        ".st-key-sheet",
    ),
    _screen(
        "refer-bad-link",
        "A link that no longer holds",
        "A site that a link names is not listed any more.",
        lambda visitor: visitor.referral("?from=55387&evaluation=chaska&procedure=gone"),
    ),
)
