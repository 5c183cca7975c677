"""The saved copy as files: whole, small, the same each time, valid, and with nothing that grows untrue."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from locator.clinics.csv_table import Problem
from locator.language import languages
from locator.presentation import as_html
from locator.publication.static_site.files import site_files
from locator.publication.static_site.page import scripts
from locator.publication.static_site.source import page_names
from locator.sites import Answer
from tests.support.html_checker import checked
from tests.support.map_told import readable
from tests.support.parsed_html import parse
from tests.support.samples import make_site
from tests.support.static_copy import PHONE, few_places, make_source, many_sites, shipped_sites

HOSTILE = "</script><script>alert(1)</script>{{ 7*7 }}\"'`${1}"
"""What would run, were it read as a script, as mark-up or as a template."""


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    return site_files(make_source(shipped_sites()))


def pages_of(files: dict[str, bytes]) -> dict[str, str]:
    return {name: files[name].decode() for name in page_names(languages()).values()}


def test_there_is_a_page_for_each_language_and_each_names_the_others(shipped: dict[str, bytes]) -> None:
    names = page_names(languages())
    assert names[languages()[0]] == "index.html"
    assert len(names) == len(languages()) > 1
    for language, name in names.items():
        page = shipped[name].decode()
        assert f'<html lang="{language.tag}">' in page
        for other, address in names.items():
            assert f'<link rel="alternate" hreflang="{other.tag}" href="{address}">' in page
            assert f'<a href="{address}" hreflang="{other.tag}" lang="{other.tag}"' in page


def test_all_that_a_page_loads_lies_beside_it(shipped: dict[str, bytes]) -> None:
    for page in pages_of(shipped).values():
        loaded = re.findall(
            r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]* (?:src|href)="([^"]+)"', page
        )
        assert len([name for name in loaded if name in shipped]) > 10
        assert [name for name in loaded if name not in shipped and not name.startswith("data:image/")] == []
    assert all(f"assets/{name}" in shipped for language in languages() for name in scripts(language))


def test_the_folder_is_under_a_megabyte(shipped: dict[str, bytes]) -> None:
    assert sum(map(len, shipped.values())) < 1_000_000


def test_the_same_directory_on_the_same_day_gives_the_same_bytes(shipped: dict[str, bytes]) -> None:
    assert site_files(make_source(shipped_sites())) == shipped


def test_the_documents_are_beside_the_page_and_linked_from_it(shipped: dict[str, bytes]) -> None:
    for name in ("sites.geojson", "clinics.csv", "clinics.jsonld", "clinics.fhir.json"):
        assert shipped[name]
        assert all(f'<a href="{name}">' in page for page in pages_of(shipped).values())


def test_what_search_engines_read_in_the_page_is_the_document(shipped: dict[str, bytes]) -> None:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', shipped["index.html"].decode(), re.DOTALL
    )
    assert found is not None
    assert json.loads(found[1]) == json.loads(shipped["clinics.jsonld"])


def test_nothing_is_said_that_is_true_for_the_moment_only(shipped: dict[str, bytes]) -> None:
    page = shipped["index.html"].decode()
    for passing in ("Open now", "Closed now", "opens today", "Something wrong here"):
        assert passing not in page
    assert page.count("Hours as listed<") == len([site for site in shipped_sites() if site.hours])


def test_hours_that_are_not_known_are_said_to_be_so() -> None:
    page = site_files(make_source([make_site(hours=None)], places=few_places()))["index.html"].decode()
    assert "Hours not known" in page


def test_it_says_that_it_is_a_saved_copy_and_of_which_day(shipped: dict[str, bytes]) -> None:
    page = parse(shipped["index.html"].decode())
    assert f"This is a saved copy of November 22, 2026. Call {PHONE}" in page.text
    assert "live page" not in page.text


def test_it_leads_to_the_live_page_where_there_is_one() -> None:
    source = make_source(shipped_sites(), places=few_places(), public_url="https://clinics.example/")
    page = site_files(source)["index.html"].decode()
    assert '<a href="https://clinics.example/">Go to the live page</a>' in page


def test_a_list_with_clinics_left_out_says_so(shipped: dict[str, bytes]) -> None:
    source = make_source(shipped_sites(), places=few_places())
    problem = Problem(9, "phone", "x", "not a phone number")
    broken = replace(source, served=replace(source.served, problems=(problem,)))
    said = f"Some clinics are left out because their listing has errors. Call {PHONE} to ask."
    assert said in site_files(broken)["index.html"].decode()
    assert said not in shipped["index.html"].decode()


def test_no_text_of_the_directory_is_read_as_anything_but_text() -> None:
    site = make_site(name=HOSTILE, street=HOSTILE, city=HOSTILE, note=HOSTILE, source=HOSTILE)
    files = site_files(make_source([site], places=few_places()))
    for page in pages_of(files).values():
        assert "<script>alert" not in page
        # As text of a card and of its pin's name, never worked out.
        assert "{{ 7*7 }}" in parse(page).text
    for language in languages():
        pins = files[f"assets/pins.{language.tag}.js"].decode()
        assert "alert(1)" not in pins
        assert "{{ 7*7 }}" in readable(pins)


def test_only_the_operators_street_map_may_be_loaded_from_elsewhere(shipped: dict[str, bytes]) -> None:
    with_tiles = make_source(
        shipped_sites(), places=few_places(), tile_url="https://tiles.example/{z}/{x}/{y}.png"
    )
    page = site_files(with_tiles)["index.html"].decode()
    assert "img-src &#39;self&#39; file: data: https://tiles.example;" in page
    assert "connect-src &#39;none&#39;" in page
    assert "tiles.example" not in shipped["index.html"].decode()
    assert "//tiles.example" not in shipped["assets/pins.en.js"].decode()


def test_what_is_not_known_of_a_clinic_is_not_a_no_in_the_data() -> None:
    files = site_files(make_source([make_site()], places=few_places()))
    sites = json.loads(files["assets/places.js"].decode().partition("=")[2].rstrip(";\n"))["sites"]
    assert sites[0]["entrance"] == Answer.UNKNOWN
    assert sites[0]["open_on"] == [Answer.UNKNOWN] * 5


def test_the_overview_obeys_no_html_and_loads_no_picture() -> None:
    html = as_html("### A\n\n<b>x</b> ![p](https://fake.example/p.png) [l](javascript:alert(1)) **b**\n\n- i")
    assert "<h3>A</h3>" in html
    assert "<strong>b</strong>" in html
    assert "<li>i</li>" in html
    assert "<b>" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@pytest.mark.process
@pytest.mark.parametrize("kind", ["shipped", "odd"])
def test_the_nu_html_checker_finds_nothing(tmp_path: Path, shipped: dict[str, bytes], kind: str) -> None:
    files = shipped
    if kind == "odd":
        hostile = make_site(
            "fake-odd", name=HOSTILE, website="https://fake.example/?a=1&b=2", fax="612-555-0101"
        )
        odd = [hostile, *many_sites(40)]
        files = site_files(make_source(odd, places=few_places(), public_url="https://clinics.example"))
    paths = []
    for name, page in pages_of(files).items():
        (tmp_path / name).write_text(page, encoding="utf-8")
        paths.append(tmp_path / name)
    done = checked(paths)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.process
def test_the_nu_html_checker_would_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!DOCTYPE html><title>x</title><p><div></p>", encoding="utf-8")
    assert checked([tmp_path / "bad.html"]).returncode != 0
