"""The sheet on paper: one tagged page with every word, whatever the data holds, in black and white."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from locator.referral.sheet.pdf import sheet_pdf
from locator.referral.sheet.sheet import Sheet
from tests.support.parsed_html import one_line
from tests.support.payloads import PAYLOADS, SUM_DONE
from tests.support.sheet_samples import (
    EVALUATION,
    LINK,
    PLAN,
    bare_sheet,
    longest_sheet,
    sample_sheet,
    words_of,
)

POINTS_PER_MM = 72 / 25.4
LETTER_POINTS = (612, 792)
SHEETS = {
    "two sites": sample_sheet,
    "one site": lambda: sample_sheet(replace(PLAN, procedure=EVALUATION)),
    "evaluation only": lambda: sample_sheet(replace(PLAN, procedure=None)),
    "bare": bare_sheet,
    "longest": longest_sheet,
}
SAMPLE = sample_sheet()


@pytest.fixture(scope="module")
def sample() -> PdfReader:
    return PdfReader(io.BytesIO(sheet_pdf(SAMPLE)))


def text_of(pdf: bytes) -> str:
    """All text of a PDF in reading order, on one line; where a long word may break, nothing stands."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return one_line(" ".join(page.extract_text() for page in pages).replace("\u200b", ""))


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


def elements(node: Any) -> Iterator[DictionaryObject]:  # noqa: ANN401 - a PDF's tree holds objects of any kind
    """Every structure element under a node, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield DictionaryObject(node)
        if "/K" in node:
            yield from elements(node["/K"])


def tags(reader: PdfReader) -> list[str]:
    return [str(one["/S"]) for one in elements(reader.root_object["/StructTreeRoot"])]


@pytest.mark.parametrize("make", SHEETS.values(), ids=SHEETS)
def test_it_is_one_letter_page(make: Any) -> None:  # noqa: ANN401
    pages = PdfReader(io.BytesIO(sheet_pdf(make()))).pages
    assert [(page.mediabox.width, page.mediabox.height) for page in pages] == [LETTER_POINTS]


@pytest.mark.parametrize("make", [make for name, make in SHEETS.items() if name != "longest"])
def test_it_shows_every_word_of_the_sheet(make: Any) -> None:  # noqa: ANN401
    sheet: Sheet = make()
    shown = without_blanks(text_of(sheet_pdf(sheet)))
    assert [words for words in words_of(sheet) if without_blanks(words) not in shown] == []


def test_its_sections_come_in_the_order_to_read_them(sample: PdfReader) -> None:
    text = sample.pages[0].extract_text()
    headings = [
        SAMPLE.title, SAMPLE.warnings.heading, "Patient", "Evaluation clinic", SAMPLE.journey.heading,
        SAMPLE.criteria.heading, SAMPLE.send_along.heading, SAMPLE.sources.heading,
    ]  # fmt: skip
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_only_names_and_remarks_lose_their_ends_when_room_is_short() -> None:
    sheet = longest_sheet()
    shown = without_blanks(text_of(sheet_pdf(sheet)))
    assert "…" in shown
    must_stay = [
        *(line for item in sheet.warnings.items for line in item.lines),
        *(line for site in sheet.sites for fact in site.facts if not fact.may_clip for line in fact.lines),
        *(cell for row in sheet.journey.rows for cell in row),
        *sheet.journey.notes,
        *(row.detail or "" for row in sheet.criteria.rows),
        *sheet.send_along.items,
        sheet.link.url if sheet.link else "",
    ]
    assert [words for words in must_stay if without_blanks(words) not in shown] == []


def test_no_type_is_smaller_than_seven_points() -> None:
    sizes: list[float] = []

    def seen(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.append(size * abs(cm[3] * tm[3]))

    PdfReader(io.BytesIO(sheet_pdf(longest_sheet()))).pages[0].extract_text(visitor_text=seen)
    assert len(sizes) > 50
    assert min(sizes) == pytest.approx(7)


def test_a_short_sheet_has_larger_type_than_a_long_one() -> None:
    def height(sheet: Sheet) -> float:
        page = pypdfium2.PdfDocument(sheet_pdf(sheet))[0].get_textpage()
        index, _count = page.search("Date of birth").get_next()
        _left, bottom, _right, top = page.get_charbox(index)
        return float(top - bottom)

    assert height(bare_sheet()) > height(longest_sheet())


def test_as_a_sheet_grows_its_type_shrinks_by_one_step_at_a_time() -> None:
    def size_pt(count: int) -> float:
        sizes: list[float] = []

        def seen(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
            if "Mock record" in text:
                sizes.append(round(size * abs(cm[3] * tm[3]), 2))

        items = tuple(f"Mock record {number}" for number in range(count))
        sheet = sample_sheet(replace(PLAN, procedure=None), assessments=(), send_along=items)
        PdfReader(io.BytesIO(sheet_pdf(sheet))).pages[0].extract_text(visitor_text=seen)
        return sizes[0]

    sizes = [size_pt(count) for count in range(13, 36, 2)]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {10, 9.5, 9, 8.5, 8, 7.5, 7}


def test_the_lines_to_write_on_are_eight_millimetres_apart() -> None:
    page = pypdfium2.PdfDocument(sheet_pdf(SAMPLE))[0].get_textpage()
    baselines = []
    for label in ("Date of birth", "Insurance", "Member number"):
        index, _count = page.search(label).get_next()
        baselines.append(page.get_charbox(index)[1])
    birth, insurance, member = baselines
    assert birth - insurance == pytest.approx(2 * 8 * POINTS_PER_MM, abs=0.5)
    assert insurance - member == pytest.approx(8 * POINTS_PER_MM, abs=0.5)


def test_it_names_its_language_title_and_standard(sample: PdfReader) -> None:
    root: Any = sample.root_object
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert sample.metadata is not None
    assert sample.metadata.title == SAMPLE.title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_it_is_tagged_with_headings_lists_tables_and_their_headers(sample: PdfReader) -> None:
    found = tags(sample)
    assert found.count("/H1") == 1
    # Warnings, lines (2), sites (2), journey, criteria, records to send; the sources have no heading.
    assert found.count("/H2") == 8
    assert found.count("/H3") == 2
    assert found.count("/Table") == 2
    assert found.count("/TH") == len(SAMPLE.journey.columns) + len(SAMPLE.criteria.columns)
    assert found.count("/TR") == 2 + len(SAMPLE.journey.rows) + len(SAMPLE.criteria.rows)
    assert "/LI" in found


def test_the_code_of_the_link_has_a_text_in_its_place_and_the_link_can_be_followed(sample: PdfReader) -> None:
    every = elements(sample.root_object["/StructTreeRoot"])
    figures = [one.get("/Alt") for one in every if str(one["/S"]) == "/Figure"]
    assert figures == ["QR code of the link to this plan"]
    notes: Any = sample.pages[0]["/Annots"]
    assert {note.get_object()["/A"]["/URI"] for note in notes} == {LINK}


def test_without_a_link_there_is_no_code() -> None:
    reader = PdfReader(io.BytesIO(sheet_pdf(sample_sheet(link=None))))
    assert "/Figure" not in tags(reader)
    assert "/Annots" not in reader.pages[0]


def test_it_uses_only_fonts_that_come_with_the_library() -> None:
    document = pypdfium2.PdfDocument(sheet_pdf(SAMPLE))
    names = {one.get_font().get_base_name() for one in document[0].get_objects() if hasattr(one, "get_font")}
    assert names
    assert {name for name in names if "Libertinus" not in name} == set()


def test_it_has_no_colour() -> None:
    colours = set()
    for sheet in (SAMPLE, longest_sheet()):
        image = pypdfium2.PdfDocument(sheet_pdf(sheet))[0].render(scale=1).to_pil().convert("RGB")
        colours |= {colour for _count, colour in image.getcolors(image.width * image.height) or []}
    assert len(colours) > 1
    assert {colour for colour in colours if len(set(colour)) > 1} == set()


def test_each_finding_has_a_shape_of_its_own() -> None:
    def drawn(mark: str) -> bytes:
        row = replace(SAMPLE.criteria.rows[0], mark=mark, finding="Same words")
        sheet = replace(SAMPLE, criteria=replace(SAMPLE.criteria, rows=(row,)))
        return bytes(pypdfium2.PdfDocument(sheet_pdf(sheet))[0].render(scale=2).to_pil().tobytes())

    assert len({drawn(mark) for mark in ("met", "not met", "not answered")}) == 3


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert sheet_pdf(sample_sheet()) == sheet_pdf(sample_sheet())


def test_it_is_dated_the_day_the_sheet_was_made(sample: PdfReader) -> None:
    assert sample.metadata is not None
    assert sample.metadata.creation_date is not None
    assert sample.metadata.creation_date.date() == SAMPLE.made_on


def test_hostile_data_is_shown_as_text() -> None:
    typst_code = (
        '#read("sheet.typ")',
        "#sys.inputs",
        "$x^2$ *b* _i_ `raw`",
        '"); #panic("x")',
        "= heading",
        "<label>",
    )
    payloads = [text for text in (*PAYLOADS.values(), *typst_code) if text.isascii() and text.isprintable()]
    assert len(payloads) > 30
    shown = without_blanks(text_of(sheet_pdf(sample_sheet(send_along=payloads))))
    assert [text for text in payloads if without_blanks(text) not in shown] == []
    assert SUM_DONE not in shown


def test_scripts_the_fonts_know_are_kept() -> None:
    text = text_of(sheet_pdf(sample_sheet(send_along=("Größe Łódź Ελλάς Москва",))))
    assert "Größe Łódź Ελλάς Москва" in text


def test_a_character_without_a_glyph_is_shown_to_be_missing_and_the_rest_stays() -> None:
    text = text_of(sheet_pdf(sample_sheet(send_along=("Fake \N{GRINNING FACE} record – Łódź",))))
    assert "Fake \N{REPLACEMENT CHARACTER} record – Łódź" in text


@pytest.mark.parametrize(
    "text", [chr(code) for code in (0x5D0, 0x645, 0x4E2D, 0xE01, 0x1F468, 0x10FFFF, 0xD800, 0)]
)
def test_no_character_keeps_the_sheet_from_being_made(text: str) -> None:
    note = f"{text}{text} Fake e\u0301{text}\u0338"
    sheet = sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note=note)))
    assert "Fake" in text_of(sheet_pdf(sheet))


def test_every_latin_letter_can_be_drawn() -> None:
    letters = "".join(chr(code) for code in range(0xA1, 0x250) if chr(code).isprintable())
    assert "\N{REPLACEMENT CHARACTER}" not in text_of(sheet_pdf(sample_sheet(send_along=(letters,))))


def test_a_very_long_word_stays_inside_the_page() -> None:
    word = "W" * 300
    page = pypdfium2.PdfDocument(
        sheet_pdf(sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note=word))))
    )[0]
    right = max(box[2] for box in (one.get_bounds() for one in page.get_objects()))
    assert right <= LETTER_POINTS[0] - 12 * POINTS_PER_MM


def test_more_than_any_type_size_can_hold_runs_on_to_a_second_page() -> None:
    items = tuple(f"Fake record {number}" for number in range(200))
    pdf = sheet_pdf(sample_sheet(send_along=items))
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    assert items[-1] in text_of(pdf)


def test_data_that_speaks_of_pages_is_not_mistaken_for_an_overflow() -> None:
    note = "assertion failed: more than one page \N{GRINNING FACE}"
    pdf = sheet_pdf(sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note=note))))
    assert "more than one page" in text_of(pdf)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
