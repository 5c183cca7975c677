"""Bare Streamlit pages to compare with: what the usual way costs for the same pins, or for one text box."""
