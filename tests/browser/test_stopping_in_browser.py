"""Stop ends the request at once and keeps what had been said, over a reload and in the record."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

DRIPPING = "drip-stopped"
AT_ONCE_S = 1.5
SEEN = [
    ("en", 1280, "light", "Stop", "you stopped it", "How often is the diaphragm replaced?"),
    ("zh", 400, "dark", "停止", "您停止了生成", "隔膜多久更换一次？"),
]


@pytest.fixture(scope="module", params=[DRIPPING], ids=["a slow service"])
def address(
    request: pytest.FixtureRequest,
    sample_data: Path,
    openai_server: ServerProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Where an app listens whose service speaks slowly."""
    folder = tmp_path_factory.mktemp("slow")
    shutil.copytree(sample_data, folder / "data")
    with running_app(
        folder / "data",
        folder / "app.log",
        OPENAI_BASE_URL=openai_server.url(request.param),
        QUORUM_STRATEGY="direct",
    ) as url:
        yield url


def ask(page: Page, question: str) -> None:
    page.locator("textarea").last.fill(question)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("case", SEEN, ids=["English", "Chinese"])
def test_what_had_been_said_is_kept(
    open_page: OpenPage,
    screenshot: Screenshot,
    openai_server: ServerProcess,
    case: tuple[str, int, str, str, str, str],
) -> None:
    language, width, scheme, stop, stopped, question = case
    page = open_page(f"/?lang={language}", width=width, scheme=scheme).page
    ask(page, question)
    button = page.get_by_role("button", name=stop, exact=True)
    button.wait_for()
    page.get_by_text("0 1 2").first.wait_for()
    screenshot(page, f"stop-{language}")
    before = time.monotonic()
    button.click()
    expect(page.get_by_text(stopped)).to_be_visible()
    took_s = time.monotonic() - before
    assert openai_server.log(DRIPPING)[-1]["ended"] == "client left"
    assert took_s < AT_ONCE_S, took_s
    screenshot(page, f"stopped-{language}")
    page.reload()
    expect(page.get_by_text(stopped)).to_be_visible()
    expect(button).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
