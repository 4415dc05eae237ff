"""The page: complete, readable without a network, and safe with hostile documents."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from evaluation.reports.failures import FailedExample, Failures
from evaluation.reports.html import as_html
from tests.evaluation.reports.samples import (
    answers_summary,
    contrast,
    retrieval_summary,
    summary,
    system,
)

HOSTILE = "</code></style></svg><script>alert('1')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"
MAY_ASK = {"script", "img", "iframe", "link", "object", "embed", "audio", "video", "form", "base"}
VOID = {"meta", "br", "img", "link", "base"}


class Elements(HTMLParser):
    """The elements of a page, its text, and whether every one is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.found}

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def failures(text: str) -> Failures:
    example = FailedExample(
        system=text, cause="retrieval", question=text, expected=(text,), given=text
    )
    refused = FailedExample(system="fused", cause="refusal", question="问", expected=(), given=None)
    return Failures(
        causes={text: Counter(retrieval=3, refusal=1), "fused": Counter(refusal=2)},
        examples=(example, refused),
    )


def test_the_page_holds_every_number_figure_and_way_to_repeat_it() -> None:
    page = as_html([retrieval_summary(), answers_summary()])
    told = Elements(page)
    assert told.open == []
    assert told.all("html") == [{"lang": "en"}]
    for words in ("0.612", "[.57–.65]", "31.2", "1.9 s", "2026-03-14 09:26 UTC", "c0de" * 16):
        assert words in told.text
    assert told.text.count("★") == 2, "one cell and its explanation"
    # Intervals and times of the first; intervals, two of confidence, risk and times of the other.
    assert len(told.all("svg")) == 2 + 5
    assert "python -m evaluation retrieval --dataset manuals --limit 300 --seed 7" in told.text
    assert "QUORUM_TOP_K=8" in told.text
    assert "made by rule from documents" in told.text


def test_differences_are_told_in_sentences() -> None:
    text = Elements(as_html([retrieval_summary()])).text.replace("\u00a0", " ")
    assert "fused beats bm25: +10.0 points [+6.0, +14.0], p = .002." in text
    assert "No winner. fused leads bm25 by 1.8 points [−2.2, +5.8]" in text
    assert "p = .31" in text


def test_the_nearest_rival_is_the_one_named() -> None:
    told = summary(
        {name: system({"em": (0.5, 0.4, 0.6)}) for name in ("a", "b", "c")},
        contrasts=(contrast("em", "a", "b", 0.2, 0.002), contrast("em", "a", "c", 0.1, 0.002)),
    )
    assert "Nearest is c: +10.0 points" in Elements(as_html([told])).text


def test_where_less_is_better_the_best_is_below() -> None:
    told = summary(
        {name: system({"aurc": (0.2, 0.1, 0.3)}) for name in ("a", "b")},
        contrasts=(contrast("aurc", "a", "b", -0.03, 0.4),),
    )
    text = Elements(as_html([told])).text.replace("\u00a0", " ")
    assert "a is below b by 3.0 points [−1.0, +7.0]" in text
    assert "aurc ↓" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_runs_and_nothing_is_asked_for(language: Any) -> None:
    page = as_html([retrieval_summary(), answers_summary()], language=language)
    told = Elements(page)
    assert told.tags() & MAY_ASK == set()
    links = [attributes.get("href") or "" for attributes in told.all("a")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "url(" not in page
    assert "@import" not in page
    assert "http" not in page.replace("http://www.w3.org/", "").replace("http-equiv", "")
    policies = [a["content"] for a in told.all("meta") if "http-equiv" in a]
    assert len(policies) == 1
    assert policies[0] is not None
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_links_of_the_contents_lead_somewhere() -> None:
    told = Elements(as_html([retrieval_summary("a"), retrieval_summary("b")]))
    ids = {attributes.get("id") for _, attributes in told.found}
    assert {(a["href"] or "")[1:] for a in told.all("a")} <= ids


def test_text_of_documents_and_people_is_only_text() -> None:
    told = summary(
        {HOSTILE: system({"em": (0.5, 0.4, 0.6), HOSTILE: (1.0, 0.5, 2.0)})},
        dataset=HOSTILE,
        contrasts=(contrast(HOSTILE, HOSTILE, HOSTILE, 0.1, 0.5),),
        settings={HOSTILE: HOSTILE},
        detectable={HOSTILE: 0.1},
    )
    page = as_html([told, told], failures={told.run_id: failures(HOSTILE)})
    elements = Elements(page)
    assert elements.open == []
    assert elements.tags() & MAY_ASK == set()
    assert all(not name.startswith("on") for _, attributes in elements.found for name in attributes)
    assert HOSTILE in elements.text
    assert "49" not in re.findall(r"onerror=alert\(1\)>(.{0,9})", elements.text)


def test_chinese_pages_are_chinese() -> None:
    told = Elements(
        as_html(
            [answers_summary()],
            language="zh",
            failures={"0a1b2c3d4e": failures("泵.pdf")},
        )
    )
    assert told.all("html") == [{"lang": "zh-CN"}]
    for words in (
        "评测报告",
        "300 个问题",
        "检索",
        "拒绝回答：文档中没有",
        "风险–覆盖率",
        "指标释义",
    ):
        assert words in told.text
    for words in ("questions", "interval", "Nearest", "Settings"):
        assert words not in told.text


def test_failures_are_counted_by_stage() -> None:
    page = as_html([retrieval_summary()], failures={"0a1b2c3d4e": failures("fused v2")})
    cells = re.findall(r"<td>(\d+)</td>", page)
    assert cells == ["3", "1", "4", "0", "2", "2"]
    assert "refused: not in the documents" in page


def test_a_report_without_failures_has_no_place_for_them() -> None:
    assert "What went wrong" not in as_html([retrieval_summary()])


def test_a_metric_that_nobody_described_is_shown_by_its_name() -> None:
    told = Elements(as_html([answers_summary()]))
    assert "wit" in told.text
    assert "3.5" in told.text


def test_the_command_can_be_pasted() -> None:
    told = summary({"a": system({})}, dataset="my set; rm -rf x", settings={"k": "a b"})
    text = Elements(as_html([told])).text
    line = next(line for line in text.splitlines() if "python -m" in line)
    words = shlex.split(line.split("Command")[1])
    assert words[5] == "my set; rm -rf x"
    assert words[-1] == "k=a b"
