"""What nothing on a page caught: in a callback, a fragment, a dialog. Streamlit hands it over."""

from __future__ import annotations

from app import session
from app.components.notes import draw_failure
from app.failures import Unforeseen, failure_of


def tell(error: Exception) -> bool:
    """Tell the reader in a sentence; True keeps Streamlit from showing a box of its own."""
    failure = failure_of(error)
    key = failure.id if isinstance(failure, Unforeseen) else type(failure).__name__
    draw_failure(failure, session.translator(), key=f"uncaught-{key}")
    return True
