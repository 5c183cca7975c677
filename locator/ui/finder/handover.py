"""What was asked of the finder before Streamlit's page was there, asked again here."""

from __future__ import annotations

from locator.ui.finder import clinic_list, filters, question
from locator.web.first_document import FinderQuestion, Form


def ask(form: Form) -> None:
    """In a callback: ask what the form of the first document asks."""
    asked = FinderQuestion.of(form)
    filters.take_over(asked)
    question.take_over(asked)
    clinic_list.take_over((question.turn(), filters.chosen_filters()), asked.pages)
