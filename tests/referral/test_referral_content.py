"""The referral page's content file: the shipped one is sound, and what is wrong is told where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from locator.errors import ContentInvalidError, LocatorError
from locator.referral.content import ReferralContent, SendAlong, read_content
from locator.referral.criteria import Criterion
from locator.referral.journey import MOST_TIMES, Visit, VisitPlace
from tests.support.servers import ROOT

SHIPPED = ROOT / "data" / "referral.toml"
SOUND = """\
source = "Fake web page"
read_on = 2026-01-02

[[visit]]
id = "evaluation"
name = "Fake evaluation"
place = "evaluation"
times = 1
when = "First"
reason = "A made-up reason"
basis = "A made-up basis"

[[visit]]
id = "programming"
name = "Fake session"
place = "procedure"
times = 4
when = "Later"
reason = "A made-up reason"
basis = "A made-up basis"

[[criterion]]
id = "fake-length"
group = "Fake group"
text = "Made-up pain"
kind = "yes_no"

[[criterion]]
id = "fake-where"
group = "Fake group"
text = "Made-up area"
kind = "choices"
ask = "Where?"
choices = ["Here", "There"]
none = "Nowhere"

[send_along]
basis = "A made-up basis"
items = ["A made-up record"]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a content file and returns where it is."""

    def write(text: str) -> Path:
        path = tmp_path / "fake.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) >= 1
    return SOUND.replace(old, new, 1)


def problems(path: Path) -> list[str]:
    with pytest.raises(ContentInvalidError) as caught:
        read_content(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith("fake.toml") for line in lines)
    return lines


def test_every_fact_of_the_file_arrives(written: Callable[[str], Path]) -> None:
    content = read_content(written(SOUND))
    assert (content.source, content.read_on) == ("Fake web page", date(2026, 1, 2))
    assert content.journey.visits[1] == Visit(
        "programming", "Fake session", VisitPlace.PROCEDURE, 4, "Later", "A made-up reason", "A made-up basis"
    )
    assert content.criteria == (
        Criterion("fake-length", "Fake group", "Made-up pain"),
        Criterion("fake-where", "Fake group", "Made-up area", ("Here", "There"), "Nowhere", "Where?"),
    )
    assert content.send_along == SendAlong("A made-up basis", ("A made-up record",))


def test_the_choice_for_none_of_them_may_be_left_out(written: Callable[[str], Path]) -> None:
    assert read_content(written(changed('none = "Nowhere"\n', ""))).criteria[1].none is None


def test_a_byte_order_mark_and_spaces_around_a_text_carry_no_meaning(written: Callable[[str], Path]) -> None:
    path = written("\ufeff" + changed('"Fake web page"', '" Fake web page "'))
    assert read_content(path) == read_content(written(SOUND))


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ('source = "Fake web page"\n', "", "source is missing", "use text"),
        ('"Fake web page"', '"  "', "source", "use text"),
        ('"Fake web page"', '"' + "x" * 1001 + '"', "source", "1,000"),
        ("2026-01-02", '"last week"', "read_on is 'last week'", "use a day without quotes"),
        ("times = 4", "times = 51", "visit 2, times is 51", f"from 0 to {MOST_TIMES}"),
        ("times = 4", "times = -1", "visit 2, times is -1", f"from 0 to {MOST_TIMES}"),
        ("times = 4", "times = 2.5", "visit 2, times is 2.5", "whole number"),
        ("times = 4", 'times = "4"', "visit 2, times is '4'", "whole number"),
        ("times = 4", "times = true", "visit 2, times is True", "whole number"),
        ("times = 4\n", "", "visit 2, times is missing", "whole number"),
        ('place = "procedure"', 'place = "home"', "visit 2, place is 'home'", '"evaluation" or "procedure"'),
        ('place = "evaluation"', 'place = "procedure"', "visit 1, place", 'takes place at "evaluation"'),
        ('"fake-length"', '"Two Words"', "criterion 1, id is 'Two Words'", "lower-case"),
        ("times = 4", "tines = 4\ntimes = 4", "visit 2, tines is not a field", "did you mean times?"),
        ("times = 4", "zzz = 4\ntimes = 4", "visit 2, zzz is not a field", "there are id, name, place"),
        ("read_on", "red_on = 1\nread_on", "red_on is not a field", "did you mean read_on?"),
        ('basis = "A made-up basis"\nitems', "items", "send_along, basis is missing", "use text"),
        ('["A made-up record"]', "[]", "send_along, items is []", "one or more"),
        ('["A made-up record"]', "[7]", "send_along, items 1 is 7", "each in quotes"),
        ('kind = "yes_no"', 'kind = "maybe"', "criterion 1, kind is 'maybe'", "yes_no or choices"),
        ('kind = "yes_no"', 'kind = "yes_no"\nchoices = ["A"]', "criterion 1, choices", "leave it out"),
        ('kind = "yes_no"', 'kind = "yes_no"\nnone = "A"', "criterion 1, none", "leave it out"),
        ('kind = "yes_no"', 'kind = "yes_no"\nask = "A"', "criterion 1, ask", "leave it out"),
        ('choices = ["Here", "There"]\n', "", "criterion 2, choices is missing", "add it"),
        ('["Here", "There"]', "[]", "criterion 2, choices is []", "one or more"),
        ('["Here", "There"]', '["Here", "Here"]', "criterion 2, choices", "twice here: Here"),
        ('ask = "Where?"\n', "", "criterion 2, ask is missing", "add it"),
        ('none = "Nowhere"', 'none = "Here"', "criterion 2, none is 'Here'", "twice here: Here"),
        ('"fake-where"', '"fake-length"', "criterion, id", '"fake-length" is the id of more than one'),
    ],
)
def test_a_problem_is_told_with_its_place_and_what_to_do(
    written: Callable[[str], Path], old: str, new: str, place: str, what: str
) -> None:
    (problem,) = problems(written(changed(old, new)))
    assert problem.startswith(f"fake.toml: {place}")
    assert what in problem


def test_braces_in_a_text_are_told_as_they_are(written: Callable[[str], Path]) -> None:
    (problem,) = problems(written(changed('["Here", "There"]', '["{why}", "{why}"]')))
    assert problem.endswith("twice here: {why}")


@pytest.mark.parametrize("missing", ["evaluation", "programming"])
def test_a_visit_the_page_cannot_do_without_is_asked_for(
    written: Callable[[str], Path], missing: str
) -> None:
    (problem,) = problems(written(changed(f'id = "{missing}"', 'id = "fake-visit"')))
    assert f'no visit has the id "{missing}"' in problem


def test_an_id_given_twice_is_told_once(written: Callable[[str], Path]) -> None:
    lines = problems(written(changed('id = "programming"', 'id = "evaluation"')))
    assert len([line for line in lines if 'visit, id: "evaluation" is the id of more than one' in line]) == 1


def test_all_problems_are_told_at_once(written: Callable[[str], Path]) -> None:
    text = (
        changed("times = 4", "times = 99").replace('"fake-where"', '"fake-length"').replace("2026-01-02", "3")
    )
    said = problems(written(text))
    assert [re.split(r" is |: ", line)[1] for line in said] == ["read_on", "visit 2, times", "criterion, id"]


def test_tables_that_are_none_are_told_too(written: Callable[[str], Path]) -> None:
    said = " ".join(problems(written("visit = 3\ncriterion = [1]\n")))
    assert "visit is 3: use one table [[visit]] for each visit" in said
    assert "criterion 1 is 1: use one table [[criterion]]" in said
    assert "send_along is missing: use the table [send_along]" in said


@pytest.mark.parametrize(
    ("content", "what"), [(b"source =", "is not valid TOML"), (b'source = "\xff"', "is not UTF-8 text")]
)
def test_a_file_that_is_not_toml_says_so(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "fake.toml"
    path.write_bytes(content)
    assert what in problems(path)[0]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path / "fake.toml")[0].startswith("fake.toml cannot be read")


def test_the_error_is_one_that_may_be_shown() -> None:
    assert issubclass(ContentInvalidError, LocatorError)


def shipped() -> ReferralContent:
    return read_content(SHIPPED)


def test_the_shipped_journey_is_the_practice_s_steps_in_order() -> None:
    visits = shipped().journey.visits
    assert [visit.visit_id for visit in visits] == [
        "evaluation",
        "trial-start",
        "trial-end",
        "implant",
        "programming",
        "check-up",
    ]
    assert [visit.visit_id for visit in visits if visit.place is VisitPlace.PROCEDURE] == [
        "trial-start",
        "trial-end",
        "implant",
    ]


def test_the_shipped_numbers_that_no_source_gives_are_called_assumptions() -> None:
    for visit in shipped().journey.visits:
        if visit.times > 1 or visit.visit_id in {"evaluation", "trial-end"}:
            assert "assumption" in visit.basis


def test_the_shipped_criteria_are_those_of_the_page() -> None:
    by_id = {one.criterion_id: one for one in shipped().criteria}
    assert list(by_id) == [
        "duration",
        "conservative",
        "area",
        "condition",
        "nerve-source",
        "less-medication",
    ]
    assert by_id["area"].choices == ("Pelvis", "Groin", "Hip", "Knee", "Ankle", "Foot")
    assert "six months" in by_id["duration"].text


def test_the_shipped_content_judges_nobody() -> None:
    text = SHIPPED.read_text(encoding="utf-8").lower()
    assert "eligible" not in text
    assert "diagnosis" not in text


def test_every_field_of_the_file_is_documented() -> None:
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"^(\w+) = ", SHIPPED.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(keys) > 12
    for key in keys:
        assert f"`{key}`" in page
