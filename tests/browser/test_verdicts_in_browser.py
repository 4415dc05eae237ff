"""What a reader sees of verdicts, votes and conflicts, and that all of it goes by keyboard."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.conversations import Turn
from app.wiring import Services
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim, Conflict, Doubt, Finding, Side, Verdict
from rag.settings import Settings
from rag.tally import Cluster, Tally
from rag.types import Passage
from tests.app.voted_answers import FAILED, HOSTILE, REFUSING, a_sample, judged
from tests.browser.conftest import OpenPage, Screenshot, open_source, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 4.5
QUESTIONS = {
    "en": "In which range must the ambient temperature of the pump stay?",
    "zh": "报销单逾期多少天后不再受理？",
}
SENTENCES = {
    "en": (
        "The ambient temperature during operation must stay between 5 °C and 45 °C.",
        "The sound pressure level is 64 dB(A).",
        "Contoso builds it.",
        "That is usual.",
    ),
    "zh": (
        "逾期提交的须由部门经理书面说明原因。",
        "超过 15 天的不再受理。",
        "付款由李明安排。",
        "这很常见。",
    ),
}
SCRIPT = {
    QUESTIONS["en"]: {
        "behaviour": "wrong_answer",
        "answer": "",
        "wrong": "The ambient temperature during operation must stay between 5 °C and 85 °C.",
        "evidence": ["The ambient temperature during operation must stay between 5 °C and 45 °C."],
    },
    QUESTIONS["zh"]: {
        "behaviour": "wrong_answer",
        "answer": "",
        "wrong": "逾期提交的须由部门经理书面说明原因，超过 15 天的不再受理。",
        "evidence": ["逾期提交的须由部门经理书面说明原因，超过 60 天的不再受理。"],
    },
}
CONTRASTS = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const found = [];
    for (let at = node; at; at = at.parentNode ?? at.host) {
      if (at.nodeType === 1) found.unshift(getComputedStyle(at).backgroundColor);
    }
    return found;
  };
  const least = {};
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      const says = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
      if (!says || !node.checkVisibility()) continue;
      const below = behind(node);
      const [a, b] = [over(below), over([...below, getComputedStyle(node).color])].map(luminance);
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const name = `${node.tagName}.${node.className}`;
      least[name] = Math.min(least[name] ?? 21, ratio);
    }
  };
  for (const box of document.querySelectorAll(".stBidiComponent")) {
    look(box);
    if (box.shadowRoot) look(box.shadowRoot);
  }
  return least;
}"""


def voted(passages: list[Passage], language: str) -> Answer:
    """An answer with every kind of verdict, a vote with a minority, and a conflict."""
    places = [Citation.of(one, one.chunk.sentences[0]) for one in passages]
    held, refuted, half, bare = SENTENCES[language]
    claims = (
        Claim(text=held, citations=(places[0],), check=judged(Verdict.SUPPORTED)),
        Claim(
            text=refuted,
            citations=(places[1],),
            check=judged(
                Verdict.UNSUPPORTED, Finding(doubt=Doubt.NUMBER, said="64", stands=HOSTILE)
            ),
        ),
        Claim(
            text=half,
            citations=(places[0],),
            check=judged(Verdict.PARTLY, Finding(doubt=Doubt.NAME, said="Contoso")),
        ),
        Claim(text=bare, check=judged(Verdict.UNSUPPORTED, Finding(doubt=Doubt.NO_CITATION))),
    )
    text = "".join(SENTENCES[language]) if language == "zh" else " ".join(SENTENCES[language])
    tally = Tally(
        samples=(
            a_sample(0, text, *claims, answer=held),
            a_sample(1, held, claims[0], answer=held),
            a_sample(2, f"{refuted} {HOSTILE}", claims[1], answer=refuted),
            REFUSING,
            FAILED,
        ),
        clusters=(
            Cluster(members=(0, 1), weight=1.4, answer=held),
            Cluster(members=(2,), weight=0.4, answer=refuted),
            Cluster(members=(3,), weight=0.2, refuses=True),
        ),
        planned=9,
        stopped_early=True,
    )
    sides = (
        Side(value="45 °C", citation=places[0], added_on="2026-02-01"),
        Side(value=HOSTILE, citation=places[2], added_on="2024-01-15"),
    )
    return Answer(
        question=QUESTIONS[language],
        model="openai",
        text=text,
        outcome=Outcome.ANSWERED,
        claims=claims,
        context=tuple(passages),
        strategy="self_consistency",
        tally=tally,
        dangling=2,
        conflicts=(Conflict(claim=0, sides=sides),),
        confidence=0.86,
    )


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app listens that has such answers in it; its service errs in what it says."""
    folder = tmp_path_factory.mktemp("voted")
    shutil.copytree(sample_data, folder / "data")
    opened = Services(Settings(data_dir=folder / "data"))
    try:
        for language, question in QUESTIONS.items():
            hits = opened.index.search(question, collections=("samples",), top_k=3)
            answer = voted([hit.passage for hit in hits], language)
            refused = replace(answer, text="", claims=(), conflicts=(), dangling=0)
            refused = replace(refused, outcome=Outcome.NOT_IN_DOCUMENTS, confidence=0.6)
            for one in (answer, replace(refused, calibrated=True)):
                turn_id = f"{language}-{one.outcome}"
                opened.conversations.add(f"voted-{language}", Turn.of(turn_id, one))
    finally:
        opened.close()
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT, ensure_ascii=False), "utf-8")
    with (
        ServerProcess(script) as server,
        running_app(
            folder / "data", folder / "app.log", OPENAI_BASE_URL=server.url("scripted")
        ) as url,
    ):
        yield url


def fits(page: Page, width: int) -> bool:
    """Whether nothing of the page lies beside the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return wide <= width


CASES = [
    (
        "en",
        1280,
        "light",
        "not supported",
        "the sentence says “64”, the passage “",
        "2 of 4 samples",
    ),
    ("zh", 400, "dark", "出处不支持", "这句话说“64”，原文是“", "4 次采样中 2 次一致"),
]
OpenCase = tuple[str, int, str, str, str, str]


@pytest.mark.parametrize("case", CASES, ids=["English", "Chinese"])
def test_a_doubt_opens_by_keyboard_and_stays_open(
    open_page: OpenPage, screenshot: Screenshot, case: OpenCase
) -> None:
    language, width, scheme, word, reason, _ = case
    visit = open_page(f"/?lang={language}&c=voted-{language}", width=width, scheme=scheme)
    page = visit.page
    doubt = page.locator("button.flag").first
    doubt.wait_for()
    expect(doubt).to_have_text(word)
    expect(doubt).to_have_attribute("aria-expanded", "false")
    reasons = page.locator(".reasons").first
    expect(reasons).to_be_hidden()
    doubt.focus()
    page.keyboard.press("Enter")
    expect(reasons).to_contain_text(f"{reason}{HOSTILE}”")
    expect(doubt).to_be_focused()
    assert word in (page.locator("button.chip").nth(1).get_attribute("aria-label") or "")
    page.locator("button.chip").first.click()
    open_source(page).locator("mark").wait_for()
    expect(reasons).to_be_visible()
    page.locator(".claim").first.scroll_into_view_if_needed()
    screenshot(page, f"verdicts-{language}")
    for name in ("button.chip", "button.flag", "summary.headline", ".side"):
        box = page.locator(name).first.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, name
    assert fits(page, width)
    assert page.locator(".answer img, .answer b:has-text('9 kg')").count() == 0
    assert visit.foreign() == []


@pytest.mark.parametrize("case", CASES, ids=["English", "Chinese"])
def test_a_vote_opens_by_keyboard_to_the_minority(
    open_page: OpenPage, screenshot: Screenshot, case: OpenCase
) -> None:
    language, width, scheme, _, _, headline = case
    visit = open_page(f"/?lang={language}&c=voted-{language}", width=width, scheme=scheme)
    page = visit.page
    line = page.locator("summary.headline").first
    expect(line).to_contain_text(headline)
    expect(line).to_contain_text("0.86")
    line.focus()
    page.keyboard.press("Enter")
    tally = page.locator("details.tally").first
    expect(tally.locator(".group")).to_have_count(4)
    minority = tally.locator(".group").nth(1)
    minority.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(minority.locator(".text").first).to_have_text(f"{SENTENCES[language][1]} {HOSTILE}")
    expect(minority.locator("q")).to_have_count(1)
    line.scroll_into_view_if_needed()
    screenshot(page, f"vote-{language}")
    assert tally.locator("img, b").count() == 0
    assert fits(page, width)
    assert visit.foreign() == []


@pytest.mark.parametrize("case", CASES, ids=["English", "Chinese"])
def test_each_side_of_a_conflict_opens_its_place(
    open_page: OpenPage, screenshot: Screenshot, case: OpenCase
) -> None:
    language, width, scheme, *_ = case
    visit = open_page(f"/?lang={language}&c=voted-{language}", width=width, scheme=scheme)
    page = visit.page
    for number in range(2):
        side = page.locator(".side").nth(number)
        side.focus()
        page.keyboard.press("Enter")
        expect(side).to_have_attribute("aria-pressed", "true")
        expect(open_source(page).locator("mark")).to_have_count(1)
        place = side.locator(".place").inner_text()
        opened = page.locator(".source.open .document").inner_text()
        assert place.startswith(opened)
    expect(page.locator(".side .value").nth(1)).to_have_text(HOSTILE)
    page.locator(".side").first.scroll_into_view_if_needed()
    screenshot(page, f"conflict-{language}")
    assert fits(page, width)
    assert visit.foreign() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_that_is_said_of_an_answer_can_be_read(open_page: OpenPage, scheme: str) -> None:
    page = open_page("/?lang=en&c=voted-en", scheme=scheme).page
    page.locator("summary.headline").first.click()
    for doubt in page.locator("button.flag").all():
        doubt.click()
    for sample in page.locator(".sample > summary").all()[:4]:
        sample.click()
    page.locator("button.chip").nth(1).click()
    open_source(page).locator("mark").wait_for()
    ratios: dict[str, float] = page.evaluate(CONTRASTS)
    for name in ("BUTTON.chip", "BUTTON.flag", "P.note", "SPAN.about", "SPAN.votes", "SPAN.value"):
        assert name in ratios
    assert {name: ratio for name, ratio in ratios.items() if ratio < LEAST_CONTRAST} == {}


@pytest.mark.parametrize(
    ("language", "word", "values"),
    [("en", "not supported", ("85", "45")), ("zh", "出处不支持", ("15", "60"))],
)
def test_a_model_that_errs_is_told_against_by_the_passage(
    open_page: OpenPage, language: str, word: str, values: tuple[str, str]
) -> None:
    page = open_page(f"/?lang={language}").page
    page.locator("textarea").last.fill(QUESTIONS[language])
    page.keyboard.press("Enter")
    doubt = page.locator("button.flag").first
    doubt.wait_for()
    expect(doubt).to_have_text(word)
    doubt.click()
    for value in values:
        expect(page.locator(".reasons").first).to_contain_text(value)
    page.reload()
    doubt.wait_for()
    expect(doubt).to_have_text(word)
