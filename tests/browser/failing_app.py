"""An app whose every part fails, with the product's way of telling a reader: ``failing_page``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.frame.uncaught import tell

app = st.App(Path(__file__).with_name("failing_page.py"), on_script_error=tell)
