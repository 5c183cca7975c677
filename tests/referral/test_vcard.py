"""The contact card of a clinic: what is known, how sure it is, in the form that address books read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.referral.sheet.vcard import site_vcard, vcard_file_name
from locator.sites import Coordinate
from tests.support.samples import CONFIRMED_YES, PROVISIONAL_YES, make_site


def properties(card: str) -> dict[str, str]:
    """Each property with its value as written, unfolded as RFC 2426 says."""
    lines = card.replace("\r\n ", "").split("\r\n")
    assert lines.pop() == ""
    return dict(line.split(":", 1) for line in lines)


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def card_of(**facts: Any) -> dict[str, str]:  # noqa: ANN401 - as many kinds as a site has facts
    return properties(site_vcard(make_site(**facts)))


def test_a_card_holds_what_is_known() -> None:
    card = card_of(
        at=Coordinate(44.5, -93.25),
        unit="Ste 5",
        fax="612-555-0101",
        website="https://clinic.example/a,b",
    )
    assert card | {"NOTE": ""} == {
        "BEGIN": "VCARD",
        "VERSION": "3.0",
        "FN": "Fake Clinic – Testville",
        "N": "Fake Clinic – Testville;;;;",
        "ORG": "Fake Clinic",
        "TEL;TYPE=WORK,VOICE": "612-555-0100",
        "TEL;TYPE=WORK,FAX": "612-555-0101",
        "ADR;TYPE=WORK": r";;1 Nowhere St\, Ste 5;Testville;MN;55999;US",
        "GEO": "44.500000;-93.250000",
        "URL": "https://clinic.example/a,b",
        "NOTE": "",
        "END": "VCARD",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert card_of(at=None).keys() & {"TEL;TYPE=WORK,FAX", "GEO", "URL"} == set()


def test_the_note_says_how_sure_each_role_is_and_on_what_evidence() -> None:
    assert unescaped(card_of(evaluation=PROVISIONAL_YES)["NOTE"]).splitlines() == [
        "Evaluation: yes, not yet confirmed. Procedures: not known – call to ask.",
        "Evaluation: Test rumour (January 2, 2026).",
        "Third-party listing of January 2, 2026; not checked by the practice.",
        "Not yet confirmed by the practice. Call 612-555-0100 before you travel.",
        "Listing: a made-up listing (January 2, 2026).",
    ]


def test_a_clinic_the_practice_confirmed_has_no_warning() -> None:
    note = card_of(procedure=CONFIRMED_YES, verified_on=date(2026, 11, 1))["NOTE"]
    assert "Not yet confirmed" not in note
    assert "Checked by the practice on November 1\\, 2026." in note


def test_characters_with_a_meaning_of_their_own_are_escaped() -> None:
    assert card_of(name='a,b;c\\d\ne:"f"')["ORG"] == r'a\,b\;c\\d\ne:"f"'


@given(name=st.text(min_size=1), city=st.text(min_size=1))
def test_any_text_comes_back_as_it_was_and_adds_no_property(name: str, city: str) -> None:
    card = site_vcard(make_site(name=name, city=city))
    found = properties(card)
    # Control characters other than a line's end, and halves of characters, cannot stand in a card.
    kept = "".join(char for char in name if char == "\n" or (ord(char) > 159 or 31 < ord(char) < 127))
    kept = "".join(char for char in kept if not 0xD800 <= ord(char) <= 0xDFFF)
    assert unescaped(found["ORG"]) == kept
    assert found.keys() == card_of().keys()
    assert found["END"] == "VCARD"


@given(st.text(min_size=200))
def test_lines_are_folded_at_seventy_five_bytes_between_characters(name: str) -> None:
    lines = site_vcard(make_site(name=name)).encode("utf-8").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    # A character cut in two would not decode.
    assert all(line.decode("utf-8").isascii() or len(line) > 1 for line in lines)


def test_a_folded_line_is_as_long_as_it_may_be() -> None:
    lines = site_vcard(make_site(name="F" * 200)).split("\r\n")
    organisation = next(index for index, line in enumerate(lines) if line.startswith("ORG:"))
    assert [len(line) for line in lines[organisation : organisation + 2]] == [75, 75]


def test_every_line_ends_in_carriage_return_and_line_feed() -> None:
    card = site_vcard(make_site(note="one\ntwo", name="one\r\ntwo"))
    assert card.endswith("END:VCARD\r\n")
    assert re.findall(r"(?<!\r)\n|\r(?!\n)", card) == []


@pytest.mark.parametrize(
    ("name", "city", "file_name"),
    [
        ("Fake Clinics", "Testville", "fake-clinics-testville.vcf"),
        ("Fäke & Söns, P.A.", "St. Mock", "fake-sons-p-a-st-mock.vcf"),
        ("../../etc", "a/b\\c", "etc-a-b-c.vcf"),
        ("ש", "中", "clinic.vcf"),
        ("F" * 200, "Testville", "f" * 80 + ".vcf"),
    ],
)
def test_a_file_name_is_plain_and_tells_the_clinic(name: str, city: str, file_name: str) -> None:
    assert vcard_file_name(make_site(name=name, city=city)) == file_name
