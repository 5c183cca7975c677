"""For staff: keep the directory true. Nothing of it reaches anybody who is not signed in."""

import streamlit as st

from locator.errors import LocatorError
from locator.ui import resources, staff_entrance, staff_tasks, theme

theme.apply("refer.css", "staff.css")
settings = resources.settings()
access = resources.staff_access()
try:
    who = staff_entrance.member(access)
except LocatorError as exc:
    st.error(str(exc))
    st.stop()
if who is None:
    staff_entrance.closed_or_sign_in(access, settings)
    st.stop()

staff_entrance.header(who, access, settings)
staff_tasks.show(who, settings)
