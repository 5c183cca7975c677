"""The documents that pages begin as are valid HTML, whatever was asked and in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from locator.language import languages
from tests.support.address_service import ADDRESS, AddressService
from tests.support.first_documents import Documents, snapshot_of
from tests.support.html_checker import checked
from tests.support.payloads import PAYLOADS
from tests.support.samples import make_site

NOT_KNOWN_TO_IT = ".*Attribute “media” not allowed on element “meta”.*"
"""HTML allows it on a colour of the theme; the checker does not know so yet."""


def states(query: str) -> Mapping[str, httpx.Response]:
    """Each kind of answer that there is."""
    usual = Documents(geocoder=AddressService())
    sites = [make_site(f"fake-{number:02}", hours="Mo-Fr 08:00-12:00") for number in range(45)]
    long = Documents(snapshot_of(sites, stale=True))
    hostile = Documents(snapshot_of([make_site(name=PAYLOADS["markup-image-in-attribute"], note="<b>&")]))
    yes = {"exactly": "on", "find": "yes"}
    return {
        **{f"page {path}": usual.get(path + query) for path in ("/", "/refer", "/staff", "/accessibility")},
        "embedded": usual.get(f"/{query}&embed=true"),
        "found": usual.post({"place": "55407", **yes}, query),
        "exactly": usual.post({"place": ADDRESS, **yes}, query),
        "several": usual.post({"place": "Washington"}, query),
        "misspelt": usual.post({"place": "Minneapolsi"}, query),
        "unknown": usual.post({"place": PAYLOADS["script-object"]}, query),
        "far": usual.post({"place": "Duluth", "need": "procedure", "within": "5"}, query),
        "device": usual.post({"lat_deg": "44.95", "lon_deg": "-93.26", "accuracy_m": "100"}, query),
        "long": long.get(f"/{query}"),
        "turned": long.post({"place": "55407", "turn": "fitting 1"}, query),
        "hostile": hostile.get(f"/{query}"),
        "empty": Documents(snapshot_of([])).get(f"/{query}"),
    }


@pytest.mark.process
@pytest.mark.parametrize("tag", [language.tag for language in languages()])
def test_the_nu_html_checker_finds_nothing(tmp_path: Path, tag: str) -> None:
    paths = []
    for number, (name, answer) in enumerate(states(f"?lang={tag}").items()):
        assert answer.status_code == 200, name
        # The checker's CSS is of another decade; what is in the sheets is for browsers to judge.
        page = re.sub(r"(<style[^>]*>).*?(?=</style>)", r"\1", answer.text, flags=re.DOTALL)
        paths.append(tmp_path / f"{number:02}-{re.sub('[^a-z]', '', name)}.html")
        paths[-1].write_text(page, encoding="utf-8")
    done = checked(paths, ignoring=NOT_KNOWN_TO_IT)
    assert done.stderr == ""
    assert done.returncode == 0
