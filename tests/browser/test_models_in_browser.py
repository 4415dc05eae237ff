"""A local model and its adapters, chosen on the page: a tiny random Llama, so answers are noise."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot, running_app
from tests.tiny_models import tiny_adapter, tiny_llama

pytestmark = pytest.mark.browser

QUESTIONS = {
    "en": "How often must the diaphragm of the pump be replaced?",
    "zh": "员工每年可以申请几天带薪公益假？",
}
ANSWER_WITH = {"en": "Answer with", "zh": "回答方式"}
LOCAL = {"en": "Local: tiny-llama", "zh": "本机：tiny-llama"}
MADE_BY = {"en": "Answered by: ", "zh": "回答方式："}
AT_REST = "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x === 0"
SIDE_OPENS = "[data-testid=stExpandSidebarButton]"


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app with a local model and two adapters listens."""
    folder = tmp_path_factory.mktemp("local")
    shutil.copytree(sample_data, folder / "data")
    model = tiny_llama(folder / "tiny-llama", seed=1, max_position_embeddings=16_384)
    for seed, name in enumerate(("合同", "terse"), start=1):
        tiny_adapter(model, folder / "adapters" / name, seed)
    with running_app(
        folder / "data",
        folder / "app.log",
        QUORUM_LOCAL_MODEL=str(model),
        QUORUM_LOCAL_ADAPTERS=str(folder / "adapters"),
        QUORUM_LOCAL_DEVICE="cpu",
        QUORUM_CONTEXT_TOKENS="256",
        QUORUM_REPLY_TOKENS="24",
        QUORUM_STRATEGY="direct",
    ) as url:
        yield url


def open_side(page: Page) -> None:
    """Bring the sidebar into view where the window is narrow."""
    if page.locator(SIDE_OPENS).is_visible():
        page.locator(SIDE_OPENS).click()
        page.get_by_test_id("stSidebar").wait_for()
        # A click on what still slides in is tried again after scrolling, which closes a list.
        page.wait_for_function(AT_REST)


def close_side(page: Page) -> None:
    """Put the sidebar away where it covers the page."""
    button = page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
    if (page.viewport_size or {"width": 0})["width"] < 600:
        page.get_by_test_id("stSidebar").hover()
        button.click()


def choose(page: Page, language: str, name: str) -> None:
    """Have the next question answered by the model of this name."""
    page.locator("[data-test-script-state=notRunning]").wait_for()
    open_side(page)
    page.get_by_role("combobox", name=ANSWER_WITH[language]).click()
    page.get_by_role("option", name=name, exact=True).click()
    expect(page.get_by_role("option")).to_have_count(0)
    close_side(page)


def ask(page: Page, question: str, *, turn: int) -> tuple[str, str]:
    """Ask; gives what is said and by whom in the answer of this number, from 0."""
    page.locator("textarea").last.fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(".answer").nth(turn)
    answer.wait_for()
    return answer.inner_text(), page.locator(".footer").nth(turn).inner_text()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "light"), ("zh", 400, "dark")]
)
def test_another_adapter_answers_the_next_question_and_the_model_itself_comes_back(
    open_page: OpenPage, screenshot: Screenshot, language: str, width: int, scheme: str
) -> None:
    visit = open_page(f"/?lang={language}", width=width, scheme=scheme)
    page, question = visit.page, QUESTIONS[language]
    page.locator("textarea").last.wait_for()
    own, adapted = LOCAL[language], f"{LOCAL[language]} + 合同"
    said = []
    for turn, name in enumerate((own, adapted, f"{LOCAL[language]} + terse", own)):
        if turn:
            choose(page, language, name)
        words, made = ask(page, question, turn=turn)
        assert made == f"{MADE_BY[language]}{name}"
        said.append(words)
        if turn == 1:
            screenshot(page, f"models-{language}")
    assert said[0] == said[3]
    assert len(set(said)) == 3
    open_side(page)
    box = page.get_by_role("combobox", name=ANSWER_WITH[language])
    box.click()
    expect(page.get_by_role("option")).to_have_count(4)
    screenshot(page, f"models-{language}-list")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.foreign() == []


def test_the_model_stays_chosen_over_another_page(open_page: OpenPage) -> None:
    page = open_page("/?lang=en").page
    page.locator("textarea").last.wait_for()
    choose(page, "en", "Local: tiny-llama + terse")
    page.get_by_role("link", name=re.compile("Library")).click()
    page.locator("tr.ready").first.wait_for()
    page.get_by_role("link", name=re.compile("Ask")).click()
    chosen = page.get_by_role("combobox", name=ANSWER_WITH["en"])
    expect(chosen).to_have_value("Local: tiny-llama + terse")
