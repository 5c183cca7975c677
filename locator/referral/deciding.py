"""What is asked of a site and how it answers, in clauses that a sentence of reasons is made with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locator import wording
from locator.hours import open_on
from locator.language import gettext as _
from locator.search import Filters, Need
from locator.sites import Answer, Claim, Site, Status


@dataclass(frozen=True, slots=True)
class Fact:
    """Something asked of a site: its answer, what may follow "whether", and how to say that it is not so."""

    answer: Answer
    clause: str
    denial: str


def deciding_facts(site: Site, filters: Filters) -> tuple[Fact, ...]:
    """All that the filters ask of a site, its part first."""
    asked: list[Fact] = []
    if filters.need in {Need.EVALUATION, Need.BOTH}:
        asked.append(_evaluation_fact(site.evaluation))
    if filters.need in {Need.PROCEDURE, Need.BOTH}:
        asked.append(_procedure_fact(site.procedure))
    if filters.open_weekday is not None:
        day = wording.weekday_name(filters.open_weekday)
        listed = _("hours on {day} are listed").format(day=day)
        closed = _("No hours on {day} are listed there").format(day=day)
        asked.append(Fact(open_on(site.hours, filters.open_weekday), listed, closed))
    if filters.wheelchair:
        accessible = _("the entrance is wheelchair accessible")
        steps = _("The entrance is not wheelchair accessible there")
        asked.append(Fact(site.wheelchair.entrance, accessible, steps))
    if filters.accepting:
        accepted, full = _("new patients are accepted"), _("New patients are not accepted there")
        asked.append(Fact(site.accepting_new_patients, accepted, full))
    return tuple(asked)


def _evaluation_fact(claim: Claim) -> Fact:
    denial = _("A source, not yet confirmed, says that patients are not evaluated there")
    if claim.status is Status.CONFIRMED:
        denial = _("Patients are not evaluated there")
    return Fact(claim.answer, _("patients are evaluated"), denial)


def _procedure_fact(claim: Claim) -> Fact:
    denial = _("A source, not yet confirmed, says that procedures are not done there")
    if claim.status is Status.CONFIRMED:
        denial = _("Procedures are not done there")
    return Fact(claim.answer, _("procedures are done"), denial)


def open_clauses(facts: Iterable[Fact]) -> list[str]:
    """What is not known of what was asked, each in words that may follow "whether"."""
    return [fact.clause for fact in facts if fact.answer is Answer.UNKNOWN]
