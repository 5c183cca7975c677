"""With a browser that shows text alone, a person finds the nearest clinic and its phone number."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from scripts.text_browser import NONE_TO_BE_HAD, find
from tests.support.parsed_html import parse
from tests.support.servers import RunningServer

pytestmark = pytest.mark.process


class TextBrowser:
    """Debian's w3m: it runs no script, and shows a page as text."""

    def __init__(self, path: str, home: Path, server: RunningServer) -> None:
        self._path = path
        self._home = home
        self._server = server

    def page(self, address: str, form: dict[str, str] | None = None) -> str:
        """The page at an address, or the answer to a form that is sent there, as it is shown."""
        command = [self._path, "-dump", "-cols", "100", "-O", "UTF-8"]
        if form is not None:
            sent = self._home / "form"
            sent.write_text(urlencode(form), encoding="ascii")
            command += ["-post", str(sent)]
        environment = {"HOME": str(self._home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
        done = subprocess.run(
            [*command, self._server.url + address],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        return done.stdout


@pytest.fixture
def browser(tmp_path: Path, app_server: RunningServer) -> TextBrowser:
    path = find(os.environ)
    if path is None:
        pytest.fail(NONE_TO_BE_HAD, pytrace=False)
    return TextBrowser(path, tmp_path, app_server)


def form_of(server: RunningServer, address: str, typed: str) -> tuple[str, dict[str, str]]:
    """Where the search of a page is sent, and what a browser sends when somebody has typed a place."""
    page = httpx.get(server.url + address, trust_env=False, timeout=60).text
    (form,) = [one for one in parse(page).all("form") if one.attributes.get("role") == "search"]
    assert form.attributes["method"] == "post"
    fields = {
        one.attributes["name"]: one.attributes["value"]
        for one in form.all("input")
        if one.attributes["type"] == "hidden"
        or (one.attributes["type"] == "radio" and "checked" in one.attributes)
    }
    (button,) = [one for one in form.all("button") if one.attributes["type"] == "submit"]
    fields |= {one.attributes["name"]: "" for one in form.all("select")}
    fields |= {button.attributes["name"]: button.attributes["value"]}
    return form.attributes["action"], fields | {"place": typed}


WORDS = {
    "en": ("ZIP code, city or address [", "We found 8 clinics near ZIP 55407", "Call 763-201-8191"),
    "es": ("Código ZIP, ciudad o dirección [", "Encontramos 8 clínicas cerca de", "Llamar al 763-201-8191"),
}


@pytest.mark.parametrize("tag", WORDS)
def test_the_nearest_clinic_for_a_zip_code_and_its_phone_number(
    browser: TextBrowser, app_server: RunningServer, tag: str
) -> None:
    field, found, call = WORDS[tag]
    assert field in browser.page(f"/?lang={tag}")
    action, fields = form_of(app_server, f"/?lang={tag}", "55407")
    after = browser.page(action, fields)
    assert "[55407" in after
    # The answer comes above the list, and the list begins with the nearest.
    nearest = after[after.index(found) :].partition(" 2. ")[0]
    assert "1. iSpine Clinics – Edina" in nearest
    assert call in nearest


def test_a_misspelt_place_and_its_suggestion(browser: TextBrowser) -> None:
    asked = browser.page("/?lang=en", {"place": "Minneapolsi", "find": "yes"})
    assert "Did you mean:" in asked
    suggested = next(line for line in asked.splitlines() if line.startswith("Minneapolis, MN"))
    assert suggested
    taken = browser.page("/?lang=en", {"place": "Minneapolsi", "instead": "Minneapolis, MN"})
    assert "We found 8 clinics near Minneapolis" in taken


@pytest.mark.parametrize(
    ("path", "said"), [("/accessibility", "Accessibility"), ("/staff", "Clinic directory")]
)
def test_the_other_pages_say_what_they_are(browser: TextBrowser, path: str, said: str) -> None:
    assert said in browser.page(f"{path}?lang=en")
