"""Everything that leans on Streamlit's internals, and nothing else does."""
