"""A clinic as a contact card that phones and address books read: vCard 3.0, RFC 2426. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from locator.language import gettext as _
from locator.presentation import wording
from locator.sites import Site

# RFC 2426 asks for lines of at most 75 bytes, the leading space of a continued line among them.
_LINE_BYTES: Final = 75
_ESCAPES: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})


def site_vcard(site: Site) -> str:
    """The contact card of a site: unknown facts are left out, and its note says how sure the known ones are.

    Lines end in CRLF and are folded at 75 bytes of UTF-8.
    """
    return "".join(f"{_folded(line)}\r\n" for line in _lines(site))


def vcard_file_name(site: Site) -> str:
    """A file name of ASCII letters, digits and hyphens: "ispine-clinics-chaska.vcf"."""
    ascii_title = unicodedata.normalize("NFKD", site.title).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")[:80].rstrip("-")
    return f"{stem or 'clinic'}.vcf"


def _lines(site: Site) -> Iterator[str]:
    address = (site.street_line, site.city, site.state, site.zip_code, site.country)
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"FN:{_escaped(site.title)}"
    # A place has no family name; the field must be there all the same.
    yield f"N:{_escaped(site.title)};;;;"
    yield f"ORG:{_escaped(site.name)}"
    yield f"TEL;TYPE=WORK,VOICE:{_escaped(site.phone)}"
    if site.fax:
        yield f"TEL;TYPE=WORK,FAX:{_escaped(site.fax)}"
    yield f"ADR;TYPE=WORK:;;{';'.join(map(_escaped, address))}"
    if site.pin is not None:
        yield f"GEO:{site.pin.point.lat_deg:.6f};{site.pin.point.lon_deg:.6f}"
    if site.website:
        # Not text but a URI: a comma in it stands as it is.
        yield f"URL:{''.join(site.website.split())}"
    yield f"NOTE:{_escaped(_note(site))}"
    yield "END:VCARD"


def _note(site: Site) -> str:
    lines = [wording.roles(site), *wording.role_evidence(site), f"{wording.freshness(site)}."]
    if wording.is_unconfirmed(site):
        lines.append(wording.confirm_by_phone(site))
    listing = _("Listing: {source} ({date}).")
    lines.append(listing.format(source=site.source, date=wording.full_date(site.as_of)))
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """A text value: characters with a meaning of their own are escaped, other control characters dropped."""
    printable = "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
    return printable.translate(_ESCAPES)


def _folded(line: str) -> str:
    parts, part, room = [], "", _LINE_BYTES
    for char in line:
        size = len(char.encode("utf-8"))
        if size > room:
            parts.append(part)
            # One byte less, for the space that marks a continued line.
            part, room = "", _LINE_BYTES - 1
        part, room = part + char, room - size
    return "\r\n ".join((*parts, part))
