"""The app's entry: ``python -m streamlit run app/main.py``.

Importing it starts nothing: the server that runs ``app`` does, by ``app/startup.py``. What is
drawn is ``app/frame/frame.py``.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.frame.uncaught import tell
from app.startup import lifespan

app = st.App(
    Path(__file__).with_name("frame") / "frame.py", lifespan=lifespan, on_script_error=tell
)
