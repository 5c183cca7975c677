"""Places and clinics as the JSON that docs/cli.md describes, for the command line and the API alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from locator import wording
from locator.sites import Origin, Site


def json_text(value: Mapping[str, Any]) -> str:
    """An answer to a program, as text that ends its last line."""
    return json.dumps(value, indent=2) + "\n"


def origin_json(origin: Origin) -> dict[str, Any]:
    """A place as docs/cli.md describes it."""
    return {
        "label": origin.label,
        "lat_deg": origin.point.lat_deg,
        "lon_deg": origin.point.lon_deg,
        "precision": origin.precision,
        "uncertainty_mi": wording.miles(origin.uncertainty_m),
        "source": origin.source,
    }


def site_json(site: Site) -> dict[str, Any]:
    """A clinic and what is claimed of it, as docs/cli.md describes it."""
    return {
        "site_id": site.site_id,
        "name": site.title,
        "address": site.address,
        "phone": site.phone,
        "evaluation": site.evaluation.answer,
        "evaluation_status": site.evaluation.status,
        "procedure": site.procedure.answer,
        "procedure_status": site.procedure.status,
    }


def freshness_json(site: Site) -> dict[str, Any]:
    """The days of a listing, as docs/cli.md describes them."""
    return {
        "as_of": site.as_of.isoformat(),
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
    }
