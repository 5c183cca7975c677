"""The criteria that the practice's page names, and which of them a referrer's answers meet. Pure.

Restates the answers without judging them: whether the therapy suits a patient is for the practice to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext

CriterionAnswer = bool | tuple[str, ...] | None
"""Yes or no, or the choices that apply; None, like no choice at all, is not answered."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as shown, under the heading its source gives it.

    Without `choices` it is answered yes or no. With them, each choice meets it, `none` is the choice that
    does not, and `ask` is the question the choices answer. ValueError for choices that cannot be told apart.
    """

    criterion_id: str
    group: str
    text: str
    choices: tuple[str, ...] = ()
    none: str | None = None
    ask: str | None = None

    def __post_init__(self) -> None:
        if self.none is not None and not self.choices:
            raise ValueError(f"{self.criterion_id}: a choice for none of them needs choices")
        if len(set(self.all_choices)) != len(self.all_choices):
            raise ValueError(f"{self.criterion_id}: a choice is named twice")

    @property
    def all_choices(self) -> tuple[str, ...]:
        """What can be chosen, the choice that does not meet the criterion last."""
        return self.choices if self.none is None else (*self.choices, self.none)

    @property
    def question(self) -> str:
        """The criterion with what is asked about it."""
        return f"{self.text}. {self.ask}" if self.ask else self.text


class CriterionStatus(StrEnum):
    """The status of a criterion; not answered never counts as not met."""

    MET = "met"
    NOT_MET = "not met"
    NOT_ANSWERED = "not answered"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A criterion and its status; `detail` names the choices made, None if there were none."""

    criterion: Criterion
    finding: CriterionStatus
    detail: str | None = None


def assess(criteria: Sequence[Criterion], answers: Mapping[str, CriterionAnswer]) -> tuple[Assessment, ...]:
    """Each criterion, in the order given, with what its answer says; no answer is "not answered".

    A choice that meets the criterion counts even where `none` is chosen too, and the detail names both.
    ValueError for an unknown criterion, an unknown choice, or an answer of the wrong kind.
    """
    repeated = [name for name, times in Counter(one.criterion_id for one in criteria).items() if times > 1]
    unknown = sorted(answers.keys() - {one.criterion_id for one in criteria})
    if repeated or unknown:
        raise ValueError(f"criteria named twice: {repeated}; unknown criteria: {unknown}")
    return tuple(_assessed(one, answers.get(one.criterion_id)) for one in criteria)


def _assessed(criterion: Criterion, answer: CriterionAnswer) -> Assessment:
    if answer is None or answer == ():
        return Assessment(criterion, CriterionStatus.NOT_ANSWERED)
    if isinstance(answer, bool) == bool(criterion.choices):
        kind = "choices" if criterion.choices else "yes or no"
        raise ValueError(f"{criterion.criterion_id} is answered by {kind}")
    if isinstance(answer, bool):
        return Assessment(criterion, CriterionStatus.MET if answer else CriterionStatus.NOT_MET)
    return _chosen(criterion, answer)


def _chosen(criterion: Criterion, answer: tuple[str, ...]) -> Assessment:
    unknown = sorted(set(answer) - set(criterion.all_choices))
    if unknown:
        raise ValueError(f"{criterion.criterion_id} has no such choice: {unknown}")
    # In the criterion's order, so that the order of clicking makes no difference.
    counting = ", ".join(choice for choice in criterion.choices if choice in answer)
    if not counting:
        return Assessment(criterion, CriterionStatus.NOT_MET, criterion.none)
    if criterion.none in answer:
        contradicted = _("{choices}; but “{none}” was chosen too: please check")
        return Assessment(
            criterion, CriterionStatus.MET, contradicted.format(choices=counting, none=criterion.none)
        )
    return Assessment(criterion, CriterionStatus.MET, counting)


_FINDING_WORDS: Final = {
    CriterionStatus.MET: N_("Met"),
    CriterionStatus.NOT_MET: N_("Not met"),
    CriterionStatus.NOT_ANSWERED: N_("Not answered"),
}


def as_shown(written: Criterion, shown: Criterion, answer: CriterionAnswer) -> CriterionAnswer:
    """An answer in the words of the content file as one to the same criterion in the words shown.

    A choice that the file does not have, or no longer, is left out.
    """
    if not isinstance(answer, tuple):
        return answer
    words = dict(zip(written.all_choices, shown.all_choices, strict=True))
    return tuple(words[choice] for choice in answer if choice in words) or None


def finding_words(finding: CriterionStatus) -> str:
    """A finding as it is shown."""
    return _(_FINDING_WORDS[finding])


def restate(assessment: Assessment) -> str:
    """One criterion as a sentence: "Met: Pain in an area that the page names (Knee, Foot)."."""
    sentence = _("{finding}: {criterion} ({detail}).") if assessment.detail else _("{finding}: {criterion}.")
    return sentence.format(
        finding=finding_words(assessment.finding),
        criterion=assessment.criterion.text,
        detail=assessment.detail,
    )


def restated(assessments: Sequence[Assessment]) -> list[str]:
    """Every criterion as a sentence once one of them is answered; until then there is nothing to say."""
    is_begun = any(one.finding is not CriterionStatus.NOT_ANSWERED for one in assessments)
    return [restate(one) for one in assessments] if is_begun else []


def summary(assessments: Iterable[Assessment]) -> str:
    """How many criteria are met, not met and not answered, in one sentence; the three add up to all."""
    counts = Counter(one.finding for one in assessments)
    sentence = ngettext(
        "Of the {count} criterion of that page: {met} met, {not_met} not met, {not_answered} not answered.",
        "Of the {count} criteria of that page: {met} met, {not_met} not met, {not_answered} not answered.",
        counts.total(),
    )
    return sentence.format(
        count=counts.total(),
        met=counts[CriterionStatus.MET],
        not_met=counts[CriterionStatus.NOT_MET],
        not_answered=counts[CriterionStatus.NOT_ANSWERED],
    )
