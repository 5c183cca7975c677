"""The link that shows a plan again: a place no narrower than a ZIP code, and the ids of the sites. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from locator.referral.plan import Plan
from locator.sites import Origin, Precision

START_PARAM: Final = "from"
EVALUATION_PARAM: Final = "evaluation"
PROCEDURE_PARAM: Final = "procedure"
MOST_CHARACTERS: Final = 80
# Whatever a language calls a ZIP code: its digits come first, and then in brackets the names it goes by.
_ZIP_LABEL: Final = re.compile(r"[^0-9]*\b([0-9]{5}) \(")
_WIDER_THAN_A_ZIP: Final = frozenset({Precision.CITY, Precision.COUNTY, Precision.STATE})


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link names; "" for what it leaves out."""

    start: str = ""
    evaluation_id: str = ""
    procedure_id: str = ""


def read_link(params: Mapping[str, str]) -> Linked:
    """What the parameters of an address name; text too long to be meant counts as left out."""
    named = (params.get(name, "") for name in (START_PARAM, EVALUATION_PARAM, PROCEDURE_PARAM))
    return Linked(*(text if len(text) <= MOST_CHARACTERS else "" for text in named))


def link_params(origin: Origin | None, plan: Plan | None) -> dict[str, str]:
    """The parameters that show this view again: at most a ZIP code, or a wider place, and two ids.

    No street, no answer to a criterion and nothing else that was typed is among them.
    """
    params = {START_PARAM: _shared_start(origin)}
    if plan is not None:
        params[EVALUATION_PARAM] = plan.evaluation.site_id
        params[PROCEDURE_PARAM] = plan.procedure.site_id if plan.procedure else ""
    return {name: text for name, text in params.items() if text}


def view_link(page_url: str, params: Mapping[str, str]) -> str:
    """The page's address with these parameters and no others."""
    page = urlsplit(page_url)._replace(query=urlencode(params), fragment="")
    return page.geturl()


def _shared_start(origin: Origin | None) -> str:
    if origin is None:
        return ""
    if origin.precision in _WIDER_THAN_A_ZIP:
        return origin.label
    # What lies in the middle of a ZIP code need not be called after it: a clinic without an exact pin is not.
    zip_code = _ZIP_LABEL.match(origin.label) if origin.precision is Precision.ZIP else None
    return zip_code[1] if zip_code else ""
