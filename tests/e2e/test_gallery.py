"""The gallery in docs/ is of the states there are, and its states can be reached.

The pictures themselves are not made here: they differ from machine to machine, as fonts do, so that no
comparison would hold, and all of them take minutes. `make gallery` makes them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.e2e.gallery import book, contact_sheet
from tests.e2e.gallery.kinds import Screen, Sheet
from tests.e2e.gallery.shots import DESKTOP, PHONE, pictures
from tests.e2e.gallery.stage import Stage, stage
from tests.e2e.gallery.states import STATES
from tests.support.servers import ROOT

BY_NAME = {state.name: state for state in STATES}
MOST_BYTES = 6_000_000
GREY = "#7b8790"


def test_no_two_states_have_one_name() -> None:
    assert len(BY_NAME) == len(STATES)


def test_the_page_is_what_the_table_of_states_makes_of_it() -> None:
    assert book.BOOK.read_text(encoding="utf-8") == book.text(STATES)


def test_the_page_has_each_state_once_with_its_sentence_and_its_picture() -> None:
    written = book.text(STATES)
    for state in STATES:
        assert f"\n### {state.title}\n\n{state.sentence}\n\n![" in written
        assert written.count(f"(gallery/{state.name}.webp)") == 1
    parts = re.findall(r"^## (.+)$", written, re.MULTILINE)
    assert len(parts) == len(set(parts))


def test_each_state_has_its_picture_and_no_picture_is_of_a_state_that_is_gone() -> None:
    assert {path.name for path in book.PICTURES.iterdir()} == book.picture_names(STATES)


def test_the_pictures_of_the_readme_are_of_states_and_are_what_it_shows() -> None:
    assert book.README_PICTURES.keys() <= {state.name for state in STATES}
    shown = set(re.findall(r"\]\((docs/images/[^)]+)\)", (ROOT / "README.md").read_text("utf-8")))
    assert shown == {path.relative_to(ROOT).as_posix() for path in book.README_PICTURES.values()}


def test_the_pictures_stay_small_enough_for_a_repository() -> None:
    assert sum(path.stat().st_size for path in book.PICTURES.iterdir()) < MOST_BYTES


def test_pictures_stand_side_by_side_with_their_tops_in_line() -> None:
    red, blue = (
        Image.new("RGB", (100, height_px), colour) for height_px, colour in ((80, "red"), (200, "blue"))
    )
    sheet = contact_sheet.contact_sheet([red, blue], scale=1)
    middle = [sheet.getpixel((x_px, 60)) for x_px in (60, 180)]
    assert middle == [(255, 0, 0), (0, 0, 255)]
    assert sheet.getpixel((60, 150)) == Image.new("RGB", (1, 1), GREY).getpixel((0, 0))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on which nothing runs yet."""
    with stage(tmp_path_factory.mktemp("gallery")) as ready:
        yield ready


@pytest.mark.parametrize("name", ["unknown-page", "loading", "static-site"])
def test_a_state_is_pictured_on_a_phone_and_a_desktop_in_light_and_in_dark(
    chromium: Browser, made: Stage, name: str
) -> None:
    state = BY_NAME[name]
    assert isinstance(state, Screen)
    taken = pictures(state, chromium, made)
    assert [one.width for one in taken] == [PHONE.width_px] * 2 + [DESKTOP.width_px] * 2
    for light, dark in (taken[:2], taken[2:]):
        assert light.height == dark.height
        assert brightness(light) > 128 > brightness(dark)
        # A blank page would have one colour.
        assert len(light.getcolors(light.width * light.height) or []) > 2


def test_a_state_on_paper_is_pictured_page_by_page(chromium: Browser, made: Stage) -> None:
    white, black = (Image.new("RGB", (85, 110), colour) for colour in ("white", "black"))
    paper = io.BytesIO()
    white.save(paper, "PDF", save_all=True, append_images=[black])
    state = Sheet("Fake part", "fake", "Fake", "Fake.", lambda _visitor: paper.getvalue())
    taken = pictures(state, chromium, made)
    assert [round(brightness(one)) for one in taken] == [255, 0]


def brightness(image: Image.Image) -> float:
    """How light an image is in the middle of its pixels, from 0 to 255."""
    histogram = image.convert("L").histogram()
    half, seen = sum(histogram) / 2, 0
    for level, count in enumerate(histogram):
        seen += count
        if seen >= half:
            return level
    raise AssertionError("an image without pixels")
