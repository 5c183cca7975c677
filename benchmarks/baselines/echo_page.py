"""Baseline B: a bare page with a text box that says back what was typed."""

from __future__ import annotations

import streamlit as st

typed = st.text_input("Type here", key="typed")
st.text(f"You typed {typed}")
