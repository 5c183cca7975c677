"""What patients read is at US grade 8 or below, and medical words are explained where they first stand."""

from __future__ import annotations

import re

import pytest

from tests.support.patient_texts import TEXTS, messages, overview, page, report, statement
from tests.support.reading_level import hardest, reading, sentences, syllables, words

HIGHEST_GRADE = 8.0
# A mean hides one sentence that goes on and on.
MOST_WORDS = 25

# Words of medicine, each with what explains it in the sentence where it first stands or in the next one.
GLOSSARY = {
    "DRG stimulation": "treats lasting nerve pain with mild pulses",
    "evaluation": r"to be checked \(evaluation\)",
    "procedures?": r"the device is placed \(procedures\)",
    "dorsal root ganglion": r"\(DRG\) is a small bundle of nerve cells",
    "neuromodulation": "neuromodulation: a treatment that changes the signals of nerves",
    "injections?": r"injections \(shots\)",
    "CRPS|complex regional pain syndrome": r"complex regional pain syndrome \(CRPS\): strong pain that stays",
    "spinal cord stimulation": r"\(pulses to the spinal cord itself\)",
    "nerve blocks?": r"nerve blocks \(numbing shots used as a test\)",
    "trial": "A trial shows whether DRG stimulation eases your pain",
    "leads?": "thin wires, called leads,",
    "stimulator": "stimulator, which sends the pulses",
    "implant(?:ed)?": "the implant: a device that stays under the skin",
    "generator": "generator with a battery makes the pulses",
    "local anesthesia": "one area is numb",
    "sedation": "medicine makes you calm and sleepy",
    "general anesthesia": r"general anesthesia \(you are fully asleep\)",
    "dressings?": r"dressings \(bandages\)",
}
# Long words that need no doctor to explain them.
EVERYDAY = {"electrical", "generally", "operation"}
_IN_ORDER = frozenset({"dd", "h1", "h2", "h3", "li", "p"})


def read_aloud() -> list[str]:
    """The page's sentences in reading order; a block that holds others is read by these."""
    blocks = [one for one in page().every() if one.tag in _IN_ORDER]
    innermost = [one for one in blocks if not any(inner.tag in _IN_ORDER for inner in one.every())]
    return sentences(one.text for one in innermost)


READ_ALOUD = read_aloud()


def first_stands(term: str) -> str:
    """The sentence in which a term first stands, and the next one."""
    found = re.compile(rf"\b(?:{term})\b", re.IGNORECASE)
    at = next(at for at, sentence in enumerate(READ_ALOUD) if found.search(sentence))
    return " ".join(READ_ALOUD[at : at + 2])


@pytest.mark.parametrize(
    ("blocks", "grade"),
    [
        # 1 sentence, 6 words, 6 syllables: 0.39 x 6 + 11.8 x 1 - 15.59.
        (["The cat sat on the mat."], -1.45),
        # 2 sentences, 7 words, 9 syllables: 0.39 x 3.5 + 11.8 x 9/7 - 15.59.
        (["The doctor places a lead. It stays."], 0.9464),
        # 1 sentence, 4 words, 2 + 1 + 1 + 6 syllables: 0.39 x 4 + 11.8 x 2.5 - 15.59.
        (["Doctors call this neuromodulation."], 15.47),
        # 2 items without a full stop, 3 words, 4 syllables: 0.39 x 1.5 + 11.8 x 4/3 - 15.59.
        (["a foot", "ankle"], 0.7283),
    ],
)
def test_the_grade_is_what_the_formula_gives_by_hand(blocks: list[str], grade: float) -> None:
    assert reading(blocks).grade == pytest.approx(grade, abs=0.0001)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("pain", 1),
        ("doctor's", 2),
        ("ganglion", 3),
        ("neuromodulation", 6),
        ("DRG", 3),
        ("CRPS", 4),
        ("WCAG", 6),
        ("ZIP", 1),
        ("X-ray", 2),
        ("fine-tune", 2),
        ("5.5", 1),
        ("612-555-0100", 1),
    ],
)
def test_syllables_are_counted_as_a_word_is_said(word: str, count: int) -> None:
    assert words(word) == [word]
    assert syllables(word) == count


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    assert sentences(["It is 4.1 miles away. Call first (today)! "]) == [
        "It is 4.1 miles away.",
        "Call first (today)!",
    ]


def test_the_hardest_sentence_comes_first() -> None:
    ranked = hardest(["Doctors call this neuromodulation. It helps.", "Call us."], 2)
    assert next(sentence for _, sentence in ranked) == "Doctors call this neuromodulation."
    assert len(ranked) == 2


@pytest.mark.parametrize("name", TEXTS)
def test_what_patients_read_is_at_grade_8_or_below(name: str) -> None:
    assert reading(TEXTS[name]()).grade <= HIGHEST_GRADE, report(name)


@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_for_patients_is_long(name: str) -> None:
    found = sentences(TEXTS[name]())
    assert [sentence for sentence in found if len(words(sentence)) > MOST_WORDS] == []


def test_the_texts_are_really_those_of_the_patients_page() -> None:
    assert "Call 5 before you travel." in " ".join(messages())
    assert "We could not find that place." in messages()
    assert not any("sign in" in text.lower() for text in messages())
    assert any(text.startswith("The dorsal root ganglion (DRG) is") for text in overview())
    assert not any("What it is" in text for text in overview())
    assert len(statement()) > 10


def test_what_is_not_a_whole_sentence_makes_no_text_look_easy() -> None:
    assert "Directions" in page().text
    assert min(len(words(text)) for text in messages()) >= 4


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_medical_word_is_explained_where_it_first_stands(term: str) -> None:
    assert re.search(GLOSSARY[term], first_stands(term), re.IGNORECASE), first_stands(term)


def test_every_long_word_of_the_overview_is_explained_or_an_everyday_word() -> None:
    long = {word.lower() for text in overview() for word in words(text) if syllables(word) >= 4}
    explained = re.compile("|".join(GLOSSARY), re.IGNORECASE)
    glossary = {word.lower() for term in GLOSSARY for word in re.findall(r"\w+", term)}
    assert {word for word in long - EVERYDAY - glossary if not explained.search(word)} == set()


def test_the_page_is_read_in_the_order_people_see() -> None:
    text = " ".join(READ_ALOUD)
    title = text.index("Find a clinic for DRG stimulation")
    assert title < text.index("We found") < text.index("About DRG stimulation")
