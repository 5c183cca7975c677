"""The Streamlit pages' parts.

Modules that declare a component must first be imported in the run of a page, so nothing is imported here.
"""
