"""The shipped overview is complete and in our own words; a file that is wrong says what to mend."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from locator.errors import ContentInvalidError, LocatorError
from locator.language import CLINICAL, Language, speaking
from locator.presentation.overview import (
    Overview,
    in_current_language,
    read_overview,
    texts,
)
from locator.presentation.templating import render
from scripts.messages import write
from tests.support.parsed_html import parse

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "overview.md"
GOOD = """+++
title = "Made-up title"
source = "Made-up page"
read_on = 2026-01-02
partner_name = "partner.example"
partner_url = "https://partner.example/"
+++

Made-up **text**.
"""

# Each fact of the practice's page: the heading it is to stand under, and words that any wording of it needs.
FACTS = {
    "a kind of neuromodulation": ("", r"neuromodulation"),
    "for lasting nerve pain": ("", r"(chronic|lasting)\b.*nerve pain"),
    "mild electrical pulses": ("", r"mild electrical pulses"),
    "nerve cells along the spine": ("", r"nerve cells along the spine"),
    "less pain or none at all": ("", r"lower the pain.* block|reduc.* block"),
    **{
        f"treats the {area}": ("", rf"\b{area}\b")
        for area in ("pelvis", "groin", "hip", "knee", "ankle", "foot")
    },
    "pain in one area": ("Who may benefit", r"\bone area\b|locali[sz]ed"),
    "for six months or more": ("Who may benefit", r"\b(six|6) months or (more|longer)"),
    "medicines did not help": ("Who may benefit", r"medic(in|ation)"),
    "physical therapy did not help": ("Who may benefit", r"physical therapy"),
    "injections did not help": ("Who may benefit", r"injections|shots"),
    "CRPS": ("Who may benefit", r"complex regional pain syndrome \(CRPS\)"),
    "pain after surgery": ("Who may benefit", r"after surgery"),
    "pain after an injury": ("Who may benefit", r"injury|trauma"),
    "where spinal cord stimulation is weak": ("Who may benefit", r"standard spinal cord stimulation"),
    "nerve blocks confirmed the cause": ("Who may benefit", r"nerve blocks?\b.* pain\b.*\bnerve"),
    "earlier treatment confirmed the cause": ("Who may benefit", r"(earlier|prior|past) treatment"),
    "less pain medicine": ("Who may benefit", r"(less|fewer) long-term pain medic.*\b(none|stop)"),
    "leads through the skin": ("trial", r"leads.* through the skin near the DRG"),
    "under X-ray": ("trial", r"X-ray"),
    "a stimulator worn on a belt": ("trial", r"stimulator\b.*\bbelt"),
    "a trial of 5 to 7 days": ("trial", r"\b5 to 7 days"),
    "success from 50 %": ("trial", r"at least\b.*\b50 ?%"),
    "and doing more": ("trial", r"do more|function"),
    "a battery-powered generator": ("implant", r"pulse generator with a battery"),
    "under the skin": ("implant", r"under the skin"),
    "lower back or buttock": ("implant", r"lower back or the buttock"),
    "leads at the DRG": ("implant", r"leads .*at the DRG"),
    "1 to 2 hours": ("implant", r"\b1 to 2 hours"),
    "local anesthesia with sedation": ("implant", r"local anesthesia with sedation"),
    "or general anesthesia": ("implant", r"general anesthesia"),
    "dressings": ("After", r"small dressings"),
    "stitches or glue": ("After", r"stitches or .*glue"),
    "soreness for days": ("After", r"soreness.* several days"),
    "swelling for days": ("After", r"swelling"),
    "settings by doctor or maker": ("After", r"doctor or .*\bdevice (maker|representative)"),
    "limits for 4 to 6 weeks": ("Recovery", r"\b4 to 6 weeks"),
    "no bending, twisting, lifting": ("Recovery", r"bending, twisting and heavy lifting"),
    "so that leads settle": ("Recovery", r"leads\b.* (settle|stabili)"),
    "gentle walking": ("Recovery", r"gentle walking"),
    "several visits for settings": ("Follow-up", r"several (visits|sessions)"),
    "regular check-ups": ("Follow-up", r"regular check-"),
    "battery 5 to 10 years": ("Follow-up", r"battery\b.*\b5 to 10 years"),
    "generator replaced": ("Follow-up", r"generator\b.* replaced"),
    "adjusted or off at any time": ("Follow-up", r"always have it adjusted or switched off"),
    "generally safe": ("Risks", r"generally safe"),
    "reversible": ("Risks", r"reversible|undone|reversed"),
    "infection": ("Risks", r"infection where|infection at"),
    "leads move or break": ("Risks", r"lead .*moves? or breaks?|lead movement"),
    "numbness or tingling": ("Risks", r"numbness or tingling (for|that|now)"),
    "new settings": ("Risks", r"new settings|reprogramming"),
    "another operation": ("Risks", r"another operation|further surgery|revision"),
}

# The practice's sentences of eight or more words, and runs of twelve words from them, as the first 8 digits
# of each one's SHA-256 (page read on 2026-11-22), so that the check itself holds none of them.
THEIR_WORDS = frozenset(
    re.findall(
        r"[0-9a-f]{8}",
        """
        26a158ad c681414e fa143e69 f2b39d5d 1deeff9c bcbd4f89 c7340c83 abc03fd4 796d0dbd 8ffb8cc9
        17878820 2c47f737 e25513a0 d6deba0d 05884684 7530e89d 24bcc2ef 2d05752b c1cde5e9 3e9ac5c4
        7321729e ab4481ba 7155e92d 8272a90c 0a628921 c2507a4d 3a95e17e 9928f40c 1f79a054 84087b4c
        a9ae2b58 de168ef5 d49c0912 68dd2056 c4b4f5fb 5197b9a3 9ae18c38 6eb1dad7 7cd1dc38 c843e48a
        78581070 e0773744 3952081c 02118429 1a2ead46 3edc5898 95d30a47 6b853df4 7ab5af29 786e57cd
        a10203d6 04523807 f4fbad74 6c0d60ae e1b247fc 9cc0944e 038901dd cc461acc c00e8d60 041f5a82
        63ad5d01 24fe0612 0d6277b3 9df0d400 02dc3364 d7da6301 f925b306 93525792 b4b36476 1112c9fd
        f0de8dfc 6257e47b 0beede7e 3cbf0194 e38e74b2 65e7b1fa 365758c8 61df40cf 5a9fdaea da3ab192
        ded91ce0 2a475131 12c68aed
        """,
    )
)


def shipped() -> Overview:
    return read_overview(SHIPPED)


def plain(markdown: str) -> str:
    """Markdown as one line of words, without its marks."""
    return " ".join(re.sub(r"[*_`]|^\s*-\s", " ", markdown, flags=re.MULTILINE).split())


def under(heading: str) -> str:
    """The text under the headings that hold this word; all of it for none."""
    sections = re.split(r"^### ", shipped().body, flags=re.MULTILINE)
    return " ".join(plain(one) for one in sections if heading in one.partition("\n")[0])


def digests(text: str) -> set[str]:
    """A text's sentences of eight or more words and its runs of twelve words, as THEIR_WORDS has them."""
    pieces: list[list[str]] = []
    for sentence in re.split(r"[.!?:;]\s|\n\s*\n|\n\s*(?=[-•\d*])", text):
        words = re.findall(r"[a-z0-9]+", sentence.lower())
        pieces += [words] if len(words) >= 8 else []
        pieces += [words[at : at + 12] for at in range(len(words) - 11)]
    return {sha256(" ".join(piece).encode()).hexdigest()[:8] for piece in pieces}


@pytest.mark.parametrize("fact", FACTS)
def test_the_shipped_overview_carries_every_fact(fact: str) -> None:
    heading, words = FACTS[fact]
    assert re.search(words, under(heading), re.IGNORECASE), f"not said under {heading!r}"


def test_the_shipped_overview_names_the_partner_the_source_and_the_day() -> None:
    overview = shipped()
    assert overview.partner_url == "https://aboutyourpain.com/"
    assert "iSpine" in overview.source
    assert date(2026, 11, 22) <= overview.read_on
    assert "DRG" in overview.title


def test_the_shipped_overview_is_in_our_own_words() -> None:
    assert not digests(shipped().body) & THEIR_WORDS


def test_the_check_for_our_own_words_knows_a_sentence_and_a_run_of_it() -> None:
    numbers = "one two three four five six seven eight nine ten eleven twelve thirteen".split()  # noqa: SIM905
    assert digests(f"A line.\n- {' '.join(numbers[:8]).title()}.") & digests(" ".join(numbers[:8]))
    assert digests(f"We say: so {' '.join(numbers)} too.") & digests(" ".join(numbers))
    assert not digests(" ".join(numbers[:7])) & digests(" ".join(numbers))


def test_the_shipped_overview_holds_no_markup_of_its_own() -> None:
    assert not re.search(r"[<>{}$]|!\[|\]\(", shipped().body)


def test_the_foot_says_whom_to_call_who_says_so_and_that_it_is_no_advice() -> None:
    overview = shipped()
    foot = parse(render("overview_foot.html", overview=overview, phone="612-555-0166"))
    hrefs = [link.attributes["href"] for link in foot.all("a")]
    assert overview.partner_url in hrefs
    assert any("555-0166" in href for href in hrefs)
    assert "not medical advice" in foot.text
    assert overview.source in foot.text
    assert str(overview.read_on.year) in foot.text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made-up.md"


def test_facts_and_text_are_read_apart(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    assert read_overview(path) == Overview(
        "Made-up title",
        "Made-up page",
        date(2026, 1, 2),
        "partner.example",
        "https://partner.example/",
        "Made-up **text**.",
    )


@pytest.mark.parametrize(
    "rewritten",
    [GOOD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GOOD.encode()],
    ids=["Windows line ends", "byte order mark"],
)
def test_a_file_saved_by_a_windows_editor_is_read_alike(path: Path, rewritten: bytes) -> None:
    path.write_bytes(rewritten)
    assert read_overview(path).title == "Made-up title"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("+++\ntitle", "title", "begin with"),
        ("+++\n\nMade-up", "\nMade-up", "begin with"),
        ("+++\ntitle", "Hello\n+++\ntitle", "begin with"),
        ('title = "Made-up title"\n', "", "title"),
        ("read_on = 2026-01-02", 'read_on = "last week"', "read_on"),
        ("partner_name =", "partner_nmae =", "partner_nmae"),
        ("partner_name =", 'colour = "red"\npartner_name =', "colour"),
        ('"Made-up page"', "Made-up page", "TOML"),
        ("https://", "http://", "https://"),
        ("https://", "javascript:", "https://"),
        ("Made-up **text**.", "", "no text"),
    ],
)
def test_a_wrong_file_says_what_to_mend(path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentInvalidError) as caught:
        read_overview(path)
    assert said in str(caught.value)
    assert "made-up.md" in str(caught.value)
    assert str(path.parent) not in str(caught.value)


def test_a_file_that_is_missing_or_no_text_says_so(path: Path) -> None:
    with pytest.raises(ContentInvalidError, match=r"made-up\.md cannot be read"):
        read_overview(path)
    path.write_bytes(b"+++\n\xff")
    with pytest.raises(ContentInvalidError, match="UTF-8"):
        read_overview(path)


def test_a_wrong_overview_is_an_error_the_app_knows_how_to_show() -> None:
    assert issubclass(ContentInvalidError, LocatorError)


PIECES = """+++
title = "Made-up title"
source = "Made-up page"
read_on = 2026-01-02
partner_name = "partner.example"
partner_url = "https://partner.example/"
+++

A first paragraph
over two lines.

### A heading

Reasons are:

- one **reason**
- another reason
  over two lines

"""


def spanish(folder: Path, **said: str) -> Language:
    catalogue = Catalog(locale="es")
    for text, translation in said.items():
        catalogue.add(text.replace("_", " "), translation)
    write(folder / "es" / "LC_MESSAGES" / f"{CLINICAL}.po", catalogue)
    return Language("es", "Español", folder)


def test_each_paragraph_heading_and_item_is_a_text_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "overview.md"
    path.write_text(PIECES, encoding="utf-8")
    assert list(texts(read_overview(path))) == [
        "Made-up title",
        "A first paragraph over two lines.",
        "A heading",
        "Reasons are:",
        "one **reason**",
        "another reason over two lines",
    ]


def test_a_translated_overview_keeps_its_headings_and_lists(tmp_path: Path) -> None:
    path = tmp_path / "overview.md"
    path.write_text(PIECES, encoding="utf-8")
    overview = read_overview(path)
    language = spanish(tmp_path, **{text: text.upper() for text in texts(overview)})
    with speaking(language):
        shown = in_current_language(overview)
    assert shown is not None
    assert shown.title == "MADE-UP TITLE"
    assert shown.body == (
        "A FIRST PARAGRAPH OVER TWO LINES.\n\n### A HEADING\n\nREASONS ARE:\n\n"
        "- ONE **REASON**\n- ANOTHER REASON OVER TWO LINES"
    )
    assert (shown.source, shown.read_on) == (overview.source, overview.read_on)


def test_an_overview_of_which_a_part_is_not_translated_is_not_shown_by_halves(tmp_path: Path) -> None:
    path = tmp_path / "overview.md"
    path.write_text(PIECES, encoding="utf-8")
    overview = read_overview(path)
    language = spanish(tmp_path, **dict.fromkeys(list(texts(overview))[:-1], "x"))
    with speaking(language):
        assert in_current_language(overview) is None


def test_in_english_the_overview_says_what_its_file_says() -> None:
    overview = read_overview(SHIPPED)
    shown = in_current_language(overview)
    assert shown is not None
    assert " ".join(shown.body.split()) == " ".join(overview.body.split())
