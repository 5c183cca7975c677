"""Answers restated criterion by criterion: what is met, not met or not answered, and never a verdict."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.referral.criteria import (
    Assessment,
    Criterion,
    CriterionAnswer,
    CriterionStatus,
    assess,
    restate,
    summary,
)

ROOT = Path(__file__).resolve().parents[2]
YES_NO = Criterion("lasting", "Fake group", "Fake pain for half a year")
CHOICES = Criterion("area", "Fake group", "Fake area", ("Knee", "Foot", "Hip"), "Another", "Where")


def assessed(criterion: Criterion, answer: CriterionAnswer) -> Assessment:
    (found,) = assess([criterion], {criterion.criterion_id: answer})
    return found


@pytest.mark.parametrize(
    ("answer", "finding"),
    [(True, CriterionStatus.MET), (False, CriterionStatus.NOT_MET), (None, CriterionStatus.NOT_ANSWERED)],
)
def test_a_yes_no_criterion_is_found_as_it_was_answered(
    answer: CriterionAnswer, finding: CriterionStatus
) -> None:
    assert assessed(YES_NO, answer) == Assessment(YES_NO, finding)


def test_a_criterion_nobody_answered_is_never_read_as_not_met() -> None:
    findings = [one.finding for one in assess([YES_NO, CHOICES], {"area": ()})]
    assert findings == [CriterionStatus.NOT_ANSWERED, CriterionStatus.NOT_ANSWERED]


def test_choices_are_named_in_the_order_of_the_criterion() -> None:
    assert assessed(CHOICES, ("Foot", "Knee")) == Assessment(CHOICES, CriterionStatus.MET, "Knee, Foot")


def test_the_choice_for_none_of_them_is_not_met_and_named() -> None:
    assert assessed(CHOICES, ("Another",)) == Assessment(CHOICES, CriterionStatus.NOT_MET, "Another")


def test_a_listed_choice_counts_beside_none_of_them_and_the_contradiction_is_named() -> None:
    found = assessed(CHOICES, ("Another", "Hip"))
    assert found.finding is CriterionStatus.MET
    assert found.detail == "Hip; but “Another” was chosen too: please check"


def test_a_criterion_without_a_choice_for_none_has_no_contradiction() -> None:
    every = Criterion("area", "Fake group", "Fake area", ("Knee", "Foot"))
    assert assessed(every, ("Knee", "Foot")).detail == "Knee, Foot"


@pytest.mark.parametrize(
    ("criterion", "answer"),
    [(CHOICES, ("Elbow",)), (CHOICES, ("Knee", "Elbow")), (CHOICES, True), (YES_NO, ("Knee",))],
)
def test_an_answer_the_criterion_does_not_offer_is_refused(
    criterion: Criterion, answer: CriterionAnswer
) -> None:
    with pytest.raises(ValueError, match=criterion.criterion_id):
        assessed(criterion, answer)


def test_an_answer_to_no_criterion_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        assess([YES_NO], {"elsewhere": True})


def test_criteria_that_share_an_id_are_refused() -> None:
    with pytest.raises(ValueError, match="lasting"):
        assess([YES_NO, YES_NO], {})


@pytest.mark.parametrize(
    ("choices", "none"), [((), "None"), (("Knee", "Knee"), None), (("Knee", "None"), "None")]
)
def test_choices_that_cannot_be_told_apart_are_refused(choices: tuple[str, ...], none: str | None) -> None:
    with pytest.raises(ValueError, match="area"):
        Criterion("area", "Fake group", "Fake area", choices, none)


def test_each_finding_is_restated_as_a_sentence() -> None:
    assert restate(assessed(YES_NO, answer=True)) == "Met: Fake pain for half a year."
    assert restate(assessed(YES_NO, answer=False)) == "Not met: Fake pain for half a year."
    assert restate(assessed(YES_NO, None)) == "Not answered: Fake pain for half a year."
    assert restate(assessed(CHOICES, ("Hip",))) == "Met: Fake area (Hip)."


def test_the_summary_counts_each_finding() -> None:
    found = [assessed(YES_NO, answer) for answer in (True, True, False, None)]
    assert summary(found) == "Of the 4 criteria of that page: 2 met, 1 not met, 1 not answered."
    assert summary(found[:1]) == "Of the 1 criterion of that page: 1 met, 0 not met, 0 not answered."


@given(chosen=st.sets(st.sampled_from(CHOICES.all_choices)), order=st.randoms(use_true_random=False))
def test_what_is_found_depends_on_the_set_of_choices_alone(chosen: set[str], order: Random) -> None:
    clicks = sorted(chosen)
    order.shuffle(clicks)
    found = assessed(CHOICES, tuple(clicks))
    assert found == assessed(CHOICES, tuple(sorted(chosen)))
    met = bool(chosen & set(CHOICES.choices))
    expected = (
        CriterionStatus.MET if met else CriterionStatus.NOT_MET if chosen else CriterionStatus.NOT_ANSWERED
    )
    assert found.finding is expected
    assert all(choice in (found.detail or "") for choice in chosen)


@given(answers=st.lists(st.sampled_from([True, False, None])))
def test_every_criterion_is_found_once_in_its_order(answers: list[bool | None]) -> None:
    criteria = [Criterion(f"c{number}", "g", f"Text {number}") for number in range(len(answers))]
    found = assess(criteria, {f"c{number}": answer for number, answer in enumerate(answers)})
    assert [one.criterion for one in found] == criteria
    met, not_met, not_answered = (answers.count(value) for value in (True, False, None))
    assert summary(found).endswith(f": {met} met, {not_met} not met, {not_answered} not answered.")


def test_nothing_a_referrer_reads_passes_a_verdict_on_a_patient() -> None:
    files = [
        *(ROOT / "locator" / "referral").rglob("*.py"),
        *(ROOT / "locator" / "presentation" / "templates").glob("*"),
        ROOT / "data" / "referral.toml",
    ]
    assert len(files) > 10
    verdicts = ("eligib", "qualif", "recommended for this patient", "suitable")
    texts = {path.name: path.read_text(encoding="utf-8").lower() for path in files}
    assert [(name, word) for name, text in texts.items() for word in verdicts if word in text] == []
