"""What happens when the server starts and ends, before any browser has come.

The little that a page needs is made ready before the server is up; what the first question needs
is loaded from then on, while the reader is still reading the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from app import session
from app.failures import caught
from app.ingestion_process import IngestionProcess


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Make ready, serve, and give locks and connections back."""
    await asyncio.to_thread(_make_ready)
    session.warming_up()
    queue = IngestionProcess(session.services)
    queue.start()
    yield
    await asyncio.to_thread(queue.close)
    with caught(lambda _failure: None):
        await asyncio.to_thread(session.measuring().close)
        session.services().close()


def _make_ready() -> None:
    """Open the record and import the pages; what goes wrong is logged, and shown by the page."""
    with caught(lambda _failure: None):
        import app.frame.frame
        import app.pages.ask
        import app.pages.evaluate
        import app.pages.library  # noqa: F401

        session.services().conversations.turns("")
        session.services().record.collections()
