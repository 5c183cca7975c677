"""What was asked of the referral page before Streamlit's page was there, asked again here."""

from __future__ import annotations

from locator.errors import ContentInvalidError
from locator.ui.finder import filters
from locator.ui.referral import referral_panels, state
from locator.ui.runtime import resources
from locator.web.first_document import Form, ReferQuestion


def ask(form: Form) -> None:
    """In a callback: ask what the form of the first document asks."""
    asked = ReferQuestion.of(form)
    try:
        content = resources.referral_content()
    except ContentInvalidError:
        # The page is out of order, and says so.
        return
    filters.take_over_site_filters(asked.within_mi, asked.weekday, wheelchair=asked.wheelchair)
    state.take_over(asked)
    referral_panels.take_over(asked, content)
