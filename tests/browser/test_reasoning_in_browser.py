"""What a model thinks stays apart from what it answers, behind an expander that is closed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Screenshot, running_app
from tests.openai_behaviour import THOUGHT
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(
    sample_data: Path, openai_server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where an app listens whose service thinks before it answers."""
    folder = tmp_path_factory.mktemp("thinking")
    shutil.copytree(sample_data, folder / "data")
    with running_app(
        folder / "data",
        folder / "app.log",
        OPENAI_BASE_URL=openai_server.url("reasoning_content-shown"),
        OPENAI_MODEL="deepseek-reasoner",
        QUORUM_STRATEGY="direct",
    ) as url:
        yield url


@pytest.mark.parametrize(
    "case",
    [
        ("en", 1280, "light", "What the model thought first"),
        ("zh", 400, "dark", "模型的思考过程"),
    ],
    ids=["English", "Chinese"],
)
def test_thoughts_open_on_request_and_outlive_a_reload(
    open_page: OpenPage, screenshot: Screenshot, case: tuple[str, int, str, str]
) -> None:
    language, width, scheme, title = case
    page = open_page(f"/?lang={language}", width=width, scheme=scheme).page
    page.locator("textarea").last.fill("How heavy is the pump? 水泵有多重？")
    page.keyboard.press("Enter")
    page.locator(".claim").first.wait_for()
    assert THOUGHT not in page.locator(".answer").inner_text()
    thought = page.locator("[class*=st-key-reasoning-]").get_by_text(THOUGHT)
    expect(thought).to_be_hidden()
    page.reload()
    page.locator(".claim").first.wait_for()
    page.get_by_text(title).click()
    expect(thought).to_be_visible()
    screenshot(page, f"reasoning-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
