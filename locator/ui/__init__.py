"""The pages' parts: the only place under locator/ that knows Streamlit."""
