"""The referral sheet: one value that holds every word of it, ready for any rendering. Pure.

It has no field for anything about a patient but the label of the start; the rest is written on it by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from locator.language import current
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import wording
from locator.referral import Assessment, Plan, finding_words, summary
from locator.referral.sheet.parts import (
    BlankGroup,
    CriteriaTable,
    CriterionRow,
    Paragraphs,
    SheetLink,
    SheetSite,
    SheetTable,
    Warnings,
    plain,
)
from locator.referral.sheet.sites import journey_table, sheet_sites, site_sources, site_warnings

_BLANKS: Final = (
    BlankGroup(
        N_("Patient"),
        (N_("Name"), N_("Date of birth"), N_("Phone"), N_("Insurance"), N_("Member number")),
    ),
    BlankGroup(
        N_("Referred by"),
        (N_("Name"), N_("Practice"), N_("Phone"), N_("Fax"), N_("Signature"), N_("Date")),
    ),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A referral to a practice in words: what to fill in, whom to call, where to go, and what it rests on.

    `language` is the BCP 47 tag of all its words. An empty tuple, a table without rows or a list without
    items has nothing to show, and its heading is left out with it.
    """

    language: str
    title: str
    recipient: str
    accurate: str
    made_on: date
    blanks: tuple[BlankGroup, ...]
    warnings: Warnings
    sites: tuple[SheetSite, ...]
    journey: SheetTable
    criteria: CriteriaTable
    send_along: Paragraphs
    link: SheetLink | None
    sources: Paragraphs


def make_sheet(  # noqa: PLR0913 - each is one fact of its own that the sheet shows
    plan: Plan,
    *,
    content_source: str,
    content_read_on: date,
    assessments: Sequence[Assessment],
    send_along: Sequence[str],
    send_along_basis: str,
    practice_name: str,
    phone: str,
    link: str | None,
    today: date,
    translation_note: str | None = None,
) -> Sheet:
    """The sheet of a plan as of `today`; a plan without a procedure site covers the evaluation alone.

    `content_source` is where the visits and criteria were read, `send_along_basis` what the list of records
    to send rests on, `link` the address of the same plan, `translation_note` how far its translation is to
    be trusted, if that needs saying.
    """
    title = _("Referral: DRG stimulation")
    if plan.procedure is None:
        plan = replace(plan, journey=plan.journey.evaluation_only())
        title = _("Referral: evaluation for DRG stimulation")
    content = _("Visits and criteria: {source}, read on {date}.").format(
        source=plain(content_source), date=wording.full_date(content_read_on)
    )
    return Sheet(
        language=current().tag,
        title=title,
        recipient=_("To {practice}, phone {phone}").format(practice=plain(practice_name), phone=plain(phone)),
        accurate=_("Accurate as of {date}").format(date=wording.full_date(today)),
        made_on=today,
        blanks=tuple(_translated(group) for group in _BLANKS),
        warnings=Warnings(_("Not yet confirmed"), site_warnings(plan)),
        sites=sheet_sites(plan),
        journey=journey_table(plan),
        criteria=_criteria(assessments),
        send_along=Paragraphs(
            _("Send along"), tuple(plain(item) for item in send_along), plain(send_along_basis) or None
        ),
        link=_link(link),
        sources=Paragraphs(_("Sources"), (content, *site_sources(plan)), translation_note),
    )


def _translated(group: BlankGroup) -> BlankGroup:
    return BlankGroup(_(group.heading), tuple(_(label) for label in group.labels))


def _criteria(assessments: Sequence[Assessment]) -> CriteriaTable:
    rows = tuple(
        CriterionRow(
            mark=str(one.finding),
            finding=finding_words(one.finding),
            text=plain(one.criterion.text),
            detail=plain(one.detail) if one.detail else None,
        )
        for one in assessments
    )
    return CriteriaTable(
        heading=_("Criteria that the practice's page names"),
        columns=(_("Answer"), _("Criterion")),
        rows=rows,
        notes=(summary(assessments), _("This restates answers. It is not a diagnosis.")),
    )


def _link(url: str | None) -> SheetLink | None:
    if not url:
        return None
    return SheetLink(plain(url), _("This plan online"), _("QR code of the link to this plan"))
