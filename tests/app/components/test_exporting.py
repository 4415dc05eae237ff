"""The buttons that export a conversation."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from tests.app.pages.test_ask import HOURS, ask, open_page


def labels(at: AppTest) -> list[str]:
    return [str(getattr(one, "label")) for one in at.get("download_button")]  # noqa: B009


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_conversation_can_be_exported_once_it_has_an_answer(
    library: Services, language: str
) -> None:
    at = open_page(library, language)
    assert labels(at) == []
    at = ask(at, HOURS)
    assert labels(at) == ["Markdown", "Word", "PDF"]
