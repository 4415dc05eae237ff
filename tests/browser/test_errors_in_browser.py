"""Whatever fails, a reader sees a sentence with an id, and the log has more under it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import running_app

pytestmark = pytest.mark.browser

SENTENCES = {"en": r"\(error ([0-9a-f]{6})\)", "zh": r"编号 ([0-9a-f]{6})"}


@pytest.mark.parametrize("language", SENTENCES)
def test_every_failure_is_a_sentence_with_an_id(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    log, told = tmp_path / "app.log", []
    with running_app(tmp_path / "data", log, script="tests/browser/failing_app.py") as url:
        page = browser.new_page()
        for part in ("callback", "fragment", "dialog", "page"):
            page.goto(f"{url}/?lang={language}")
            page.get_by_role("button", name=part).click()
            sentence = page.get_by_text(re.compile(SENTENCES[language])).first
            expect(sentence).to_be_visible()
            found = re.search(SENTENCES[language], sentence.inner_text())
            assert found is not None
            told.append(found[1])
            expect(page.get_by_test_id("stException")).to_have_count(0)
            assert "secret detail" not in page.locator("body").inner_text()
        page.close()
    assert len(set(told)) == 4
    logged = log.read_text("utf-8")
    for one in told:
        assert re.search(rf"unforeseen error {one}\s+Traceback", logged)
    assert "secret detail" in logged
