"""For staff: keep the directory true. Nothing of it reaches anybody who is not signed in."""

import streamlit as st

from locator.errors import LocatorError
from locator.ui import page_frame
from locator.ui.runtime import resources
from locator.ui.staff import sign_in, tasks

page_frame.apply_style("refer.css", "staff.css")
settings = resources.settings()
access = resources.staff_access()
try:
    who = sign_in.member(access)
except LocatorError as exc:
    st.error(str(exc))
    st.stop()
if who is None:
    sign_in.closed_or_sign_in(access, settings)
    st.stop()

sign_in.header(who, access, settings)
tasks.show_tasks(who, settings)
