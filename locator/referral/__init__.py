"""Pairs of an evaluation clinic and a procedure site by travel, and the plan a referrer makes."""

from locator.referral.comparison import Choices, ComparedSite, choices, columns, is_long, rows
from locator.referral.content import ReferralContent, in_current_language, read_content
from locator.referral.criteria import (
    Assessment,
    Criterion,
    CriterionAnswer,
    CriterionStatus,
    as_shown,
    assess,
    finding_words,
    restate,
    restated,
    summary,
)
from locator.referral.journey import MOST_TIMES, PROGRAMMING_VISIT, Journey, Visit, VisitPlace
from locator.referral.link import Linked, link_params, read_link, view_link
from locator.referral.offer import Offer, Preferences, no_start, offer, plan_of, still_offered
from locator.referral.pairing import Pair, Pairing, rank_pairs
from locator.referral.plan import Leg, Plan, SiteChoice, Travel, stops, total
from locator.referral.reasons import announcement, procedure_warning, reasons
from locator.referral.view import ReferralView, SiteList, referral_view, site_lists

__all__ = [
    "MOST_TIMES",
    "PROGRAMMING_VISIT",
    "Assessment",
    "Choices",
    "ComparedSite",
    "Criterion",
    "CriterionAnswer",
    "CriterionStatus",
    "Journey",
    "Leg",
    "Linked",
    "Offer",
    "Pair",
    "Pairing",
    "Plan",
    "Preferences",
    "ReferralContent",
    "ReferralView",
    "SiteChoice",
    "SiteList",
    "Travel",
    "Visit",
    "VisitPlace",
    "announcement",
    "as_shown",
    "assess",
    "choices",
    "columns",
    "finding_words",
    "in_current_language",
    "is_long",
    "link_params",
    "no_start",
    "offer",
    "plan_of",
    "procedure_warning",
    "rank_pairs",
    "read_content",
    "read_link",
    "reasons",
    "referral_view",
    "restate",
    "restated",
    "rows",
    "site_lists",
    "still_offered",
    "stops",
    "summary",
    "total",
    "view_link",
]
