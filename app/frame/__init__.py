"""What stands around every page. Not beside ``pages/``: Streamlit would take those for scripts."""
