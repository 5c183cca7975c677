"""What a referrer reads in another language: no text was forgotten, and facts and ids stay as they are."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from locator.clinics.filters import Filters
from locator.clinics.search import SiteIndex
from locator.language import ENGLISH, Language, language_of, speaking
from locator.presentation.cards import site_marker_image
from locator.presentation.templating import render
from locator.presentation.wording import miles_text
from locator.referral.comparison import columns, rows
from locator.referral.content import ReferralContent, SendAlong, in_current_language, read_content, texts
from locator.referral.criteria import Criterion, CriterionAnswer, assess, restate, summary
from locator.referral.offer import Preferences, no_start, offer
from locator.referral.plan import Plan, stops, total
from locator.referral.sheet.pdf import sheet_pdf
from locator.referral.sheet.renderings import sheet_html, sheet_text
from locator.referral.sheet.sheet import Sheet
from locator.referral.sheet.vcard import site_vcard
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Answer, Claim, Origin, Precision, Site, Status
from tests.support.journey_samples import make_journey, miles_east
from tests.support.parsed_html import one_line, parse
from tests.support.pseudo_language import pseudo_language, visible_words_outside_marks, words_outside_marks
from tests.support.samples import make_site
from tests.support.sheet_samples import CRITERIA, JOURNEY, PLAN, sample_sheet

SHIPPED_FILE: Final = Path(__file__).resolve().parents[2] / "data" / "referral.toml"
SHIPPED: Final = read_content(SHIPPED_FILE)
CONTENT: Final = ReferralContent(
    "Fake page",
    date(2026, 10, 9),
    JOURNEY,
    CRITERIA,
    SendAlong("Made up for a test.", ("Fake report", "Fake list")),
)
NOTE: Final = "Zorknote"
PHONE: Final = "612-555-0123"


def claim(answer: Answer, status: Status) -> Claim:
    return Claim(answer, status, "Zorksource", date(2026, 1, 2))


CLAIMS: Final = (
    UNKNOWN_CLAIM,
    *(claim(answer, status) for answer in list(Answer)[:2] for status in list(Status)[:2]),
)
ANSWERS: Final = st.sampled_from(list(Answer))


def site(site_id: str, miles_off: float | None, **facts: object) -> Site:
    """A site whose every word begins with "Zork", which no message does."""
    names = {"name": "Zorkhouse", "street": "1 Zork", "city": f"Zork{site_id}", "source": "Zorklist"}
    at = None if miles_off is None else miles_east(miles_off)
    return make_site(site_id, at, **names | {"evaluation": CLAIMS[1], "procedure": CLAIMS[2]} | facts)


def start(uncertainty_m: float = 0.0, at: float = 0.0) -> Origin:
    return Origin("Zorkplace", miles_east(at), Precision.CITY, uncertainty_m, "Zorkatlas")


FULL: Final = site(
    "Full",
    2,
    unit="Zork",
    fax="612-555-0112",
    hours="Mo-Fr 08:00-17:00; Sa 23:00-02:00",
    hours_as_of="2025-02",
    accepting_new_patients=Answer.YES,
    note="Zorkremark",
)
CHECKED: Final = site("Checked", 9, verified_on=date(2026, 11, 1), accepting_new_patients=Answer.NO)
BARE: Final = site("Bare", None, evaluation=UNKNOWN_CLAIM, procedure=CLAIMS[4])
PLANS: Final = {
    "two sites": Plan(FULL, CHECKED, start(METRES_PER_MILE), JOURNEY),
    "one site": Plan(FULL, FULL, start(), JOURNEY),
    "evaluation only": Plan(CHECKED, None, start(METRES_PER_MILE), JOURNEY),
    "no start": Plan(FULL, CHECKED, None, JOURNEY),
    "no pin": Plan(BARE, replace(FULL, hours_as_of=None), start(), JOURNEY),
    "one denied": Plan(replace(FULL, evaluation=CLAIMS[3]), BARE, start(METRES_PER_MILE), JOURNEY),
}


SAMPLE_PLANS: Final = {
    "two sites": PLAN,
    "one site": replace(PLAN, procedure=PLAN.evaluation),
    "evaluation only": replace(PLAN, procedure=None),
}


@pytest.fixture(scope="module")
def made_up() -> Iterator[Language]:
    """The made-up language, which knows all that the two contents say."""
    with pseudo_language([*texts(CONTENT), *texts(SHIPPED)]) as language:
        yield language


in_the_made_up_language = pytest.mark.usefixtures("made_up")


def forgotten(words: list[str]) -> list[str]:
    """The words that come neither from a message nor from the data of these samples."""
    return [word for word in words if not word.startswith("Zork") and word not in {"MN", "https"}]


def read(plan: Plan) -> Plan:
    """The plan with its visits as they are read in the language that holds."""
    return replace(plan, journey=in_current_language(CONTENT).journey)


def translated_sheet(plan: Plan) -> Sheet:
    """The sheet of a plan and of the sample content in the language that holds."""
    content = in_current_language(CONTENT)
    answers: dict[str, CriterionAnswer] = {"lasting": False, "tried": content.criteria[1].all_choices}
    return sample_sheet(
        read(plan),
        content_source=content.source,
        assessments=assess(content.criteria, answers),
        send_along=content.send_along.items,
        send_along_basis=content.send_along.basis,
        practice_name="Zorkpractice",
        link="https://Zork/Zork",
        translation_note=NOTE,
    )


@in_the_made_up_language
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_word_of_a_sheet_is_translated_but_for_the_facts(plan: Plan) -> None:
    sheet = translated_sheet(plan)
    assert forgotten(visible_words_outside_marks(sheet_html(sheet))) == []
    assert forgotten(words_outside_marks(sheet_text(sheet))) == []


@in_the_made_up_language
def test_every_word_on_paper_is_translated_but_for_the_facts() -> None:
    page = PdfReader(io.BytesIO(sheet_pdf(translated_sheet(PLANS["two sites"])))).pages[0]
    shown = one_line(page.extract_text().replace("\u200b", ""))
    assert "⟦" in shown
    assert forgotten(words_outside_marks(shown)) == []


@in_the_made_up_language
def test_a_sheet_says_which_language_it_is_in_and_which_words_are_not() -> None:
    sheet = translated_sheet(PLANS["two sites"])
    article = parse(sheet_html(sheet)).one("article")
    assert article.attributes["lang"] == "el"
    (remark,) = [one for one in article.all("dd") if "lang" in one.attributes]
    assert (remark.attributes["lang"], remark.text) == ("en", "Zorkremark")
    document = PdfReader(io.BytesIO(sheet_pdf(sheet)))
    root: Any = document.root_object
    assert root["/Lang"] == "el"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert document.metadata is not None
    assert document.metadata.title == sheet.title


def test_how_far_a_translation_is_to_be_trusted_stands_with_the_sources() -> None:
    sheet = translated_sheet(PLANS["two sites"])
    sources = parse(sheet_html(sheet)).one(of_class="sheet-sources")
    assert sources.all("p")[-1].text == NOTE
    assert sheet_text(sheet).splitlines()[-1] == NOTE
    paper = PdfReader(io.BytesIO(sheet_pdf(sheet))).pages[0].extract_text()
    assert paper.splitlines()[-1].strip() == NOTE
    without = sample_sheet(PLAN)
    assert without.sources.note is None
    assert "None" not in sheet_html(without) + sheet_text(without)


@pytest.mark.parametrize("plan", SAMPLE_PLANS.values(), ids=SAMPLE_PLANS)
def test_a_sheet_in_spanish_is_still_one_page(plan: Plan) -> None:
    spanish = language_of("es")
    assert spanish is not None
    with speaking(spanish):
        content = in_current_language(SHIPPED)
        answers: dict[str, CriterionAnswer] = {
            one.criterion_id: one.all_choices or True for one in content.criteria
        }
        sheet = sample_sheet(
            replace(plan, journey=content.journey),
            content_source=content.source,
            assessments=assess(content.criteria, answers),
            send_along=content.send_along.items,
            send_along_basis=content.send_along.basis,
            translation_note=NOTE,
        )
    assert content != SHIPPED
    assert len(PdfReader(io.BytesIO(sheet_pdf(sheet))).pages) == 1


def preferences(filters: Filters, *, evaluation_only: bool) -> Preferences:
    return Preferences(evaluation_only, make_journey(6, 3), filters)


def words_of_offer(sites: list[Site], origin: Origin, wished: Preferences) -> list[str]:
    """The words outside of messages in what is offered for a place."""
    made = offer(SiteIndex(sites), origin, wished, phone=PHONE)
    shown = render("offer.html", offer=made) + render("pairs.html", groups=made.groups, notes=made.notes)
    return visible_words_outside_marks(shown)


def sites_of_any_kind() -> st.SearchStrategy[list[Site]]:
    kinds = st.tuples(
        st.one_of(st.none(), st.integers(0, 9)),
        st.sampled_from(CLAIMS),
        st.sampled_from(CLAIMS),
        st.sampled_from([None, "Th 08:00-16:30", "Fr 08:00-16:30"]),
        ANSWERS,
    )
    return st.lists(kinds, max_size=5).map(
        lambda made: [
            site(
                str(number),
                off,
                evaluation=first,
                procedure=second,
                hours=hours,
                accepting_new_patients=accepts,
            )
            for number, (off, first, second, hours, accepts) in enumerate(made)
        ]
    )


@in_the_made_up_language
@given(
    sites_of_any_kind(),
    st.sampled_from([start(), start(METRES_PER_MILE), start(at=90.0)]),
    st.builds(
        Filters,
        within_m=st.sampled_from([float("inf"), 5 * METRES_PER_MILE]),
        open_weekday=st.sampled_from([None, 3]),
        wheelchair=st.booleans(),
        accepting=st.booleans(),
    ),
    st.booleans(),
)
def test_every_word_of_an_offer_is_translated_but_for_the_facts(
    sites: list[Site], origin: Origin, filters: Filters, evaluation_only: bool
) -> None:
    assert (
        forgotten(words_of_offer(sites, origin, preferences(filters, evaluation_only=evaluation_only))) == []
    )


@in_the_made_up_language
def test_what_is_asked_before_any_place_is_translated() -> None:
    made = no_start(SiteIndex([FULL]), preferences(Filters(), evaluation_only=False), phone=PHONE)
    assert forgotten(words_outside_marks(f"{made.announcement} {made.warning}")) == []


@in_the_made_up_language
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_word_of_the_comparison_is_translated_but_for_the_facts(plan: Plan) -> None:
    shown = columns(plan, [(FULL, "1"), (CHECKED, ""), (BARE, "")])
    table = render("comparison.html", columns=shown, rows=rows(shown), site_marker_image=site_marker_image)
    assert forgotten(visible_words_outside_marks(table)) == []


@in_the_made_up_language
@pytest.mark.parametrize("plan", [None, *PLANS.values()], ids=["no plan", *PLANS])
def test_every_word_of_the_visits_is_translated_but_for_the_facts(plan: Plan | None) -> None:
    content = in_current_language(CONTENT)
    made = read(plan) if plan else None
    shown = render(
        "journey.html",
        stops=stops(content.journey, made),
        total=total(content.journey, made),
        content=content,
        translation_note=NOTE,
    )
    assert forgotten(visible_words_outside_marks(shown)) == []
    assert NOTE in shown


@in_the_made_up_language
def test_every_word_of_the_criteria_is_translated() -> None:
    content = in_current_language(SHIPPED)
    every = {one.criterion_id: one.all_choices or True for one in content.criteria}
    found = assess(content.criteria, {**every, "duration": False, "nerve-source": None})
    shown = render(
        "criteria.html",
        said=[restate(one) for one in found],
        summary=summary(found),
        content=content,
        translation_note=NOTE,
    )
    assert forgotten(visible_words_outside_marks(shown)) == []
    assert NOTE in shown


@in_the_made_up_language
@pytest.mark.parametrize("one", [FULL, CHECKED, BARE], ids=["full", "checked", "bare"])
def test_the_remark_of_a_contact_card_is_translated_and_its_facts_stay(one: Site) -> None:
    lines = site_vcard(one).replace("\r\n ", "").split("\r\n")
    (remark,) = [
        line.removeprefix("NOTE:").replace("\\n", "\n") for line in lines if line.startswith("NOTE:")
    ]
    assert forgotten(words_outside_marks(remark)) == []
    assert not any("⟦" in line for line in lines if not line.startswith("NOTE:"))


@in_the_made_up_language
@pytest.mark.parametrize("template", ["refer_masthead.html", "refer_map_intro.html"])
def test_every_word_at_the_head_of_the_page_and_the_map_is_translated(template: str) -> None:
    settings = SimpleNamespace(practice_name="Zorkpractice", practice_phone=PHONE)
    assert forgotten(visible_words_outside_marks(render(template, settings=settings))) == []


@in_the_made_up_language
def test_the_content_is_translated_text_by_text_and_keeps_its_ids_and_numbers() -> None:
    made = in_current_language(SHIPPED)
    assert list(texts(made)) == [f"⟦{text}⟧" for text in texts(SHIPPED)]
    assert made.read_on == SHIPPED.read_on
    assert [(one.visit_id, one.place, one.times) for one in made.journey.visits] == [
        (one.visit_id, one.place, one.times) for one in SHIPPED.journey.visits
    ]
    assert [(one.criterion_id, len(one.choices), one.none is None) for one in made.criteria] == [
        (one.criterion_id, len(one.choices), one.none is None) for one in SHIPPED.criteria
    ]


def test_there_is_no_text_in_the_content_file_that_is_not_there_to_translate() -> None:
    # All that a reader sees of it has a space or a capital letter; ids, places and kinds have neither.
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from (
                text
                for one in (value.values() if isinstance(value, dict) else value)
                for text in strings(one)
            )

    written = set(strings(tomllib.loads(SHIPPED_FILE.read_text(encoding="utf-8"))))
    assert {text for text in written if text != text.lower() or " " in text} == set(texts(SHIPPED))


def test_in_english_the_content_is_as_it_was_written() -> None:
    with speaking(ENGLISH):
        assert in_current_language(SHIPPED) == SHIPPED


def test_a_text_that_is_not_translated_yet_stays_english() -> None:
    with pseudo_language([SHIPPED.source]):
        made = in_current_language(SHIPPED)
    assert made.source == f"⟦{SHIPPED.source}⟧"
    assert made.journey == SHIPPED.journey
    assert made.criteria == SHIPPED.criteria
    assert made.send_along == SHIPPED.send_along


def test_choices_that_a_translation_makes_alike_stay_apart() -> None:
    alike = replace(CONTENT, criteria=(Criterion("c", "Fake group", "Fake", ("One", "Two"), "Neither"),))
    with pseudo_language(["One", "Two", "Fake"]):
        (made,) = in_current_language(alike).criteria
        assert made.all_choices == ("⟦One⟧", "⟦Two⟧", "Neither")
    # The same words for two of them, as a hurried translator may have it.
    with pseudo_language(["One"]):
        same = replace(alike, criteria=(replace(alike.criteria[0], choices=("One", "⟦One⟧")),))
        (made,) = in_current_language(same).criteria
        assert made.all_choices == ("One", "⟦One⟧", "Neither")


@pytest.mark.parametrize(
    ("tag", "said", "grouped"),
    [("en", "1234.5", "1,234.5"), ("es", "1234.5", "1,234.5"), ("el", "1234,5", "1.234,5")],
)
def test_miles_stand_in_the_figures_of_the_language(tag: str, said: str, grouped: str) -> None:
    with speaking(Language(tag, "Fake")):
        assert miles_text(1234.5 * METRES_PER_MILE) == said
        assert miles_text(1234.5 * METRES_PER_MILE, grouped=True) == grouped
