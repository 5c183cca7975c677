"""The referral sheet at the end of the page: to download, to print and to copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import streamlit as st

from locator.language import gettext as _
from locator.presentation import STATIC
from locator.referral import Assessment, Plan, ReferralContent, link_params, view_link
from locator.referral.sheet import Sheet, content_sheet, pdf_file_name, sheet_html, sheet_text
from locator.settings import Settings
from locator.ui.referral import state
from locator.ui.runtime import downloads, visit_language

_component: Final = st.components.v2.component(
    "referral_sheet",
    html=(STATIC / "sheet_view.html").read_text(encoding="utf-8"),
    js=(STATIC / "sheet_view.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show_sheet(  # noqa: PLR0913 - each is one fact of its own
    plan: Plan | None,
    assessments: Sequence[Assessment],
    content: ReferralContent,
    settings: Settings,
    translation_note: str | None,
    *,
    today: date,
) -> None:
    """Show the sheet of a plan as of `today`; without one, say what is missing."""
    with st.container(key="sheet"):
        st.header(_("The referral sheet"), anchor=False)
        # Also without a plan: what the address bar says is to be what the page shows.
        params = link_params(state.start(), plan)
        st.query_params.from_dict(params | _language_in_address())
        if plan is None:
            st.text(_("Choose the sites first. The sheet appears here."))
            return
        link = view_link(st.context.url, params) if st.context.url else None
        sheet = content_sheet(
            plan,
            content,
            assessments,
            practice_name=settings.practice_name,
            phone=settings.practice_phone,
            link=link,
            today=today,
            translation_note=translation_note,
        )
        files = downloads.of_visit()
        downloads.button(
            _("Download the sheet (PDF)"),
            lambda: files.get_or_create(sheet, lambda: _pdf(sheet)),
            file_name=pdf_file_name(plan),
            media_type="application/pdf",
            kind="primary",
            key="pdf",
        )
        _component(
            key="referral-sheet",
            data={
                "sheet": sheet_html(sheet),
                "text": sheet_text(sheet),
                "link": link,
                "words": _words(),
            },
        )


def _language_in_address() -> dict[str, str]:
    """The one parameter of the address that is not about the plan, if it is there."""
    tag = st.query_params.get(visit_language.PARAMETER)
    return {visit_language.PARAMETER: tag} if tag else {}


def _words() -> dict[str, str]:
    """What the view itself says, by the names its page and script have for it."""
    return {
        "print": _("Print"),
        "copy-text": _("Copy as text"),
        "copy-link": _("Copy link"),
        "same-as-text": _("The same as text, to select and copy"),
        "text": _("The referral sheet as text"),
        "text-copied": _("The text is copied."),
        "link-copied": _("The link is copied."),
        "by-hand": _(
            "This browser does not let a page copy. The text is selected: copy it with the keyboard."
        ),
    }


def _pdf(sheet: Sheet) -> bytes:
    # The typesetter is loaded by the first who wants paper, not by every visitor.
    from locator.referral.sheet.pdf import sheet_pdf  # noqa: PLC0415

    return sheet_pdf(sheet)
