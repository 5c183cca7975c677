"""What every page shares: its settings, its look and the pages there are."""

from pathlib import Path

import streamlit as st

from locator.ui import theme

FAVICON = Path(__file__).parents[1] / "locator" / "static" / "favicon.svg"

st.set_page_config(
    page_title="Find a clinic for DRG stimulation",
    page_icon=FAVICON,
    layout="wide",
    menu_items={},
)
theme.apply("page.css")
st.navigation(
    [
        st.Page("find.py", title="Find a clinic for DRG stimulation", default=True),
        st.Page("refer.py", title="Refer a patient for DRG stimulation"),
        st.Page("staff.py", title="Clinic directory for staff"),
    ],
    position="hidden",
).run()
