"""What every page shares: its turn, its settings, its look and the pages there are."""

import streamlit as st

from locator.language import gettext as _
from locator.ui.runtime import page_part, redraw, runs, visit_language

with redraw.whole_page(), runs.run():
    visit_language.settle()
    st.set_page_config(layout="wide", menu_items={})
    page = st.navigation(
        [
            st.Page("find.py", title=_("Find a clinic for DRG stimulation"), default=True),
            st.Page("refer.py", title=_("Refer a patient for DRG stimulation")),
            st.Page("staff.py", title=_("Clinic directory for staff")),
            st.Page("accessibility.py", title=_("Accessibility of these pages")),
        ],
        position="hidden",
    )
    try:
        page.run()
    except Exception:
        # Streamlit logs it; what it would show says nothing to a visitor, and the style sheet hides it.
        page_part.show_failure()
        raise
