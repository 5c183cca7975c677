"""Text that would run, or break something, wherever data is taken for a template, script or mark-up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from locator.clinics.schema import COLUMNS

CANARY_VARIABLE: Final = "DRG_PAYLOAD_CANARY"
"""The environment variable that names the file a template payload writes if it is evaluated."""

SUM: Final = "{{ 7*191 }}"
SUM_DONE: Final = "1337"
"""What the arithmetic payloads come to if they are evaluated; nothing else on the page has these digits."""

PAYLOADS: Final = {
    "template-sum": SUM,
    "template-sum-tight": "{{7*191}}",
    "template-sum-trimmed": "{{- 7*191 -}}",
    "template-statement": "{% for i in range(9) %}pwned{% endfor %}",
    "template-set": "{% set x = 7*191 %}{{ x }}",
    "template-unclosed": "{% if",
    "template-unclosed-output": "{{ 7*191",
    "template-closing": "}} %} #} {% endmacro %} {% endraw %}",
    "template-comment": "{# hidden #}after",
    "template-writes-file": "{{ lipsum.__globals__.os.system('touch $" + CANARY_VARIABLE + "') }}",
    "template-walks-classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "template-reads-config": "{{ this.get_name() }}{{ kwargs }}{{ self }}",
    "template-split-braces": "{{'{'}}{ 7*191 }}",
    "python-format": "%s %(name)s {0} {name!r} {} $name",
    "script-interpolation": "${window.pwned=1}",
    "script-backticks": "`;window.pwned=1;`",
    "script-backslash": "\\",
    "script-backslash-quote": '\\";window.pwned=1;//',
    "script-backslash-apostrophe": "\\';window.pwned=1;//",
    "script-quote": '";window.pwned=1;//',
    "script-apostrophe": "';window.pwned=1;//",
    "script-comment": "*/window.pwned=1;/*",
    "script-escapes": "\\u0022;window.pwned=1;\\x27//",
    "script-object": '"}});window.pwned=1;({a:{b:"',
    "script-closing": "</script><script>window.pwned=1</script>",
    "script-html-comment": "<!--<script>window.pwned=1",
    "markup-image": "<img src=x onerror=window.pwned=1>",
    "markup-image-in-attribute": '"><img src=x onerror=window.pwned=1>',
    "markup-svg": "<svg onload=window.pwned=1></svg>",
    "markup-frame": '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    "markup-handler": "' autofocus onfocus='window.pwned=1' x='",
    "markup-style": "</style><style>*{display:none}</style>",
    "markup-form": "</li></ol></section><form action=//evil.example><button>Call</button></form>",
    "markup-encoded": "&lt;img src=x onerror=alert(1)&gt; &amp; &#123;&#123;7*191&#125;&#125;",
    "markup-percent-encoded": "%22%3E%3Cimg%20src=x%20onerror=window.pwned=1%3E%7B%7B7*191%7D%7D",
    "link-javascript": "javascript:window.pwned=1",
    "link-data": "data:text/html,<script>parent.pwned=1</script>",
    "markdown-image": "![map](https://evil.example/pixel.png)",
    "markdown-link": "[call us](javascript:window.pwned=1)",
    "markdown-colour": ":red[**bold**] :material/home: $\\sqrt{x}$ `code` # heading",
    "folium-map": "map_div",
    "folium-hex": "_0123abcd",
    "folium-group": "feature_group_0",
    "folium-json": "geo_json_feature_group_0_0_add",
    "folium-scrubbed": "alert(coords); drawnItems_draw_control_div_1",
    "formula": "=1+1|cmd!A1",
    "entity-and-emoji": "Fäke & Söhne 🙂 “clinic”",
    "right-to-left": "\u05e7\u05dc\u05d9\u05e0\u05d9\u05e7\u05d4 \u0639\u064a\u0627\u062f\u0629 <b>",
    "right-to-left-override": "evil\u202egnp.exe",
    "line-separator": "a\u2028window.pwned=1\u2029//",
    "nul-escape": "a\\0b\\x00c%00d",
    "nul": "a\x00window.pwned=1",
    "escape": "a\x1b[31mred\x07",
    "zero-width": "{\u2060{ 7*191 }\u2060}",
    "line-end": "first\nwindow.pwned=1",
}
"""What is tried, by what it is: one cell of the clinic file, or one text typed into the search."""

UNSEEABLE: Final = frozenset(
    {"right-to-left-override", "line-separator", "nul", "escape", "zero-width", "line-end"}
)
"""Payloads with characters that cannot be seen: a clinic with one in its listing is reported and left out."""

FREE_TEXT: Final = (
    "name",
    "street",
    "unit",
    "city",
    "pin_source",
    "evaluation_source",
    "procedure_source",
    "source",
    "verified_by",
    "note",
)
"""The columns that take any text, so that whatever is in them reaches the page."""

NEVER_SHOWN: Final = ("pin_address",)
"""Takes any text too, but is for `geocode` alone: it reaches no page."""

_PLAIN_ROW: Final = dict.fromkeys(COLUMNS, "") | {
    "name": "Fake Clinic",
    "unit": "Suite 0",
    "city": "Testville",
    "state": "MN",
    "zip": "55999",
    "country": "US",
    "phone": "612-555-0100",
    "hours": "Mo-Fr 08:00-17:00",
    "hours_as_of": "2026-01",
    "time_zone": "America/Chicago",
    "pin_source": "test",
    "pin_precision": "unknown",
    "evaluation": "yes",
    "evaluation_status": "provisional",
    "evaluation_source": "Test source",
    "evaluation_as_of": "2026-01-02",
    "procedure": "yes",
    "procedure_status": "provisional",
    "procedure_source": "Test source",
    "procedure_as_of": "2026-01-02",
    "source": "a made-up listing",
    "as_of": "2026-01-02",
    "verified_on": "2026-01-03",
    "verified_by": "Nobody",
    "active": "yes",
    "note": "A made-up note",
}


def fake_row(number: int, **cells: str) -> dict[str, str]:
    """A valid row of the clinic file with `cells` over it; rows of different numbers do not clash."""
    own = {
        "site_id": f"fake-{number}",
        "street": f"{number} Nowhere St",
        # A grid over the Twin Cities, wide enough that no marker hides another.
        "latitude": f"{44.6 + 0.11 * (number // 8):.4f}",
        "longitude": f"{-93.9 + 0.16 * (number % 8):.4f}",
    }
    return {**_PLAIN_ROW, **own, **cells}


def clinic_file(rows: Iterable[dict[str, str]]) -> bytes:
    """The bytes of a clinic file with these rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
