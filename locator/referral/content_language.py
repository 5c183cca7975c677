"""The referral page's content in the language that holds, and what of it there is to translate. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from locator.language import clinical
from locator.referral.content import ReferralContent, SendAlong
from locator.referral.criteria import Criterion
from locator.referral.journey import Journey, Visit


def texts(content: ReferralContent) -> Iterator[str]:
    """Every text of the content that a person reads, in the order of the file; some may come twice."""
    yield content.source
    for visit in content.journey.visits:
        yield from (visit.name, visit.when, visit.reason, visit.basis)
    for one in content.criteria:
        yield from (one.group, one.text, *one.all_choices)
        if one.ask is not None:
            yield one.ask
    yield content.send_along.basis
    yield from content.send_along.items


def in_current_language(content: ReferralContent) -> ReferralContent:
    """The same content translated; a text without a translation stays as it is, and so do ids and numbers.

    Choices that a translation would make alike stay as they are, all of that criterion: they could not be
    told apart.
    """
    return ReferralContent(
        source=_said(content.source),
        read_on=content.read_on,
        journey=Journey(tuple(_visit(visit) for visit in content.journey.visits)),
        criteria=tuple(_criterion(one) for one in content.criteria),
        send_along=SendAlong(
            _said(content.send_along.basis), tuple(_said(item) for item in content.send_along.items)
        ),
    )


def _said(text: str) -> str:
    return clinical(text) or text


def _visit(visit: Visit) -> Visit:
    return replace(
        visit,
        name=_said(visit.name),
        when=_said(visit.when),
        reason=_said(visit.reason),
        basis=_said(visit.basis),
    )


def _criterion(criterion: Criterion) -> Criterion:
    choices = tuple(_said(choice) for choice in criterion.all_choices)
    if len(set(choices)) < len(choices):
        choices = criterion.all_choices
    counting = len(criterion.choices)
    return replace(
        criterion,
        group=_said(criterion.group),
        text=_said(criterion.text),
        choices=choices[:counting],
        none=None if criterion.none is None else choices[-1],
        ask=None if criterion.ask is None else _said(criterion.ask),
    )
