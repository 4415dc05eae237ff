"""Who leaves while a service keeps silent ends the request: nobody pays for words nobody reads."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

SILENT = "hang-left"
LEFT_S = 10.0


@pytest.fixture(scope="module")
def address(
    sample_data: Path, openai_server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where an app listens whose service takes every question and says nothing."""
    folder = tmp_path_factory.mktemp("silent")
    shutil.copytree(sample_data, folder / "data")
    with running_app(
        folder / "data",
        folder / "app.log",
        OPENAI_BASE_URL=openai_server.url(SILENT),
        QUORUM_READ_TIMEOUT_S="60",
        QUORUM_STRATEGY="direct",
    ) as url:
        yield url


def wait_for(server: ServerProcess, *, asked: int, left: int) -> None:
    """Until so many questions were asked and so many of their requests were given up."""
    given_up = time.monotonic() + LEFT_S
    while True:
        ends = [entry["ended"] for entry in server.log(SILENT)]
        if len(ends) == asked and ends.count("client left") == left:
            return
        assert time.monotonic() < given_up, ends
        time.sleep(0.1)


def ask(page: Page, question: str) -> None:
    page.locator("textarea").last.fill(question)
    page.keyboard.press("Enter")


def test_another_conversation_and_a_closed_page_end_the_request(
    open_page: OpenPage, openai_server: ServerProcess
) -> None:
    page = open_page("/?lang=en").page
    page.locator("textarea").last.wait_for()
    ask(page, "How often must the diaphragm of the pump be replaced?")
    wait_for(openai_server, asked=1, left=0)
    page.get_by_text(re.compile(r"^Reading \d+ passages…$")).wait_for()
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Ask your documents").wait_for()
    wait_for(openai_server, asked=1, left=1)
    ask(page, "员工每年可以申请几天带薪公益假？")
    wait_for(openai_server, asked=2, left=1)
    page.context.close()
    wait_for(openai_server, asked=2, left=2)


def test_what_was_stopped_before_a_word_can_be_asked_again(
    open_page: OpenPage, screenshot: Screenshot, openai_server: ServerProcess
) -> None:
    page = open_page("/?lang=zh", width=400, scheme="dark").page
    question = "员工每年可以申请几天带薪公益假？"
    ask(page, question)
    wait_for(openai_server, asked=3, left=2)
    page.get_by_role("button", name="停止", exact=True).click()
    again = page.get_by_role("button", name="重新提问")
    again.wait_for()
    wait_for(openai_server, asked=3, left=3)
    expect(page.get_by_text(question, exact=True)).to_be_visible()
    screenshot(page, "stopped-early-zh")
    again.click()
    wait_for(openai_server, asked=4, left=3)
    expect(again).to_have_count(0)
    page.context.close()
    wait_for(openai_server, asked=4, left=4)
