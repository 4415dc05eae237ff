"""Copies give way, and texts that say other things do not, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.words import content_words
from tests.vectorstore.shelf import Shelf
from vectorstore.chroma import ChromaIndex
from vectorstore.duplicates import (
    FIRST_DEPTH,
    LAST_DEPTH,
    RESEMBLANCE,
    copies_last,
    repeated,
    resemblance,
)
from vectorstore.fused import FusedIndex
from vectorstore.synchroniser import Synchroniser

EN = (
    "The X-200 pump weighs 4 kg and needs 230 volts. Two people lift it out of the crate. "
    "A licensed electrician connects it to the mains. Drain it once a year, before the first "
    "frost, and keep the gasket dry while the housing is open. Spare parts come from Leeds."
)
ZH = (
    "X-200 型水泵重 4 公斤，需要 230 伏电压。由两人将其从箱中抬出。由持证电工接入电源。"
    "每年在第一次霜冻之前排水一次，打开外壳时保持垫圈干燥。备件由苏州仓库供应。"
)
BODIES = pytest.mark.parametrize("body", [EN, ZH], ids=["en", "zh"])


def test_shingles_are_counted_as_broder_counts_them() -> None:
    # {a b c, b c d} and {b c d, c d e}: one of three
    assert resemblance("a b c d", "b c d e") == pytest.approx(1 / 3)
    # 保持垫 持垫圈 垫圈干 圈干燥 and 持垫圈 垫圈干 圈干净: two of five
    assert resemblance("保持垫圈干燥", "持垫圈干净") == pytest.approx(2 / 5)
    assert resemblance("Keep  IT\ndry", "keep it dry") == 1.0
    assert resemblance("one two", "one two three") == 0.0
    assert resemblance("***", "***") == 1.0


@BODIES
def test_an_exact_copy_repeats_whatever_its_blanks_case_and_width(body: str) -> None:
    wide = body.replace("200", "２００").replace(" ", "\u3000 ").upper()
    texts = [body, "Something else.", wide, body]
    assert repeated(texts) == [None, None, 0, 0]


@BODIES
@pytest.mark.parametrize(
    "changed",
    [
        "Northwind Ltd, copy 17 of 100\n{}",
        "北风公司内部资料，第17份\n{}",
        "Printed on 3 March 2024, 14:05\n{}",
        "打印日期：2024年3月3日\n{}",
        "{}\nPage 12",
        "{} Copy 17.",
        "{} Checked on 2024-03-03.",
        "{}（第17页）",
        "{}\n2024-03-03 14:05",
        "Revision 2.1\n{}",
        "Memo 17\n{}",
        "版本 2.1\n{}",
    ],
)
def test_a_header_a_footer_or_a_date_makes_no_other_text(body: str, changed: str) -> None:
    copy = changed.format(body)
    question = "How much does the X-200 pump weigh? X-200 水泵多重？"
    assert repeated([body, copy], asked=content_words(question)) == [None, 0]
    assert repeated([copy, body], asked=content_words(question)) == [None, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EN, EN.replace("4 kg", "5 kg")),
        (EN, EN.replace("X-200", "X-300")),
        (ZH, ZH.replace("4 公斤", "5 公斤")),
        (ZH, ZH.replace("230 伏", "400 伏")),
        ("Quarter | Revenue\nQ1 | 4,231\nQ2 | 4,502", "Quarter | Revenue\nQ1 | 4,231\nQ2 | 4,988"),
        ("季度 | 收入\n一季度 | 4231\n二季度 | 4502", "季度 | 收入\n一季度 | 4231\n二季度 | 4988"),
        ("Weight: 4 kg\nVoltage: 230\nPrice: 90", "Weight: 4 kg\nVoltage: 230\nPrice: 95"),
        ("It is blue\nIt is round\nWeight 4 kg", "It is blue\nIt is round\nWeight 5 kg"),
        (f"{EN} See page 12.", EN.replace("crate", "crate, see page 7") + " See page 12."),
    ],
)
def test_other_figures_make_another_text(one: str, other: str) -> None:
    assert repeated([one, other]) == [None, None]


def test_figures_that_change_places_make_another_text() -> None:
    about = " ".join(f"The unit in hall {name} runs day and night." for name in "ABCDEFGHIJKLMNOP")
    one = f"Before this. {about} North had 40 and south had 55 of them. After this."
    other = f"Before this. {about} North had 55 and south had 40 of them. After this."
    assert resemblance(one, other) > RESEMBLANCE
    assert repeated([one, other]) == [None, None]


@pytest.mark.parametrize(
    ("one", "other", "about_it", "about_another"),
    [
        (
            EN.replace("A licensed electrician", "Maria Keller"),
            EN.replace("A licensed electrician", "Tomas Novak"),
            "Who connects the pump to the mains?",
            "When must the gasket be kept dry?",
        ),
        (
            ZH.replace("持证电工接入", "张伟接入"),
            ZH.replace("持证电工接入", "李娜接入"),
            "谁把水泵接入电源？",
            "什么时候要保持垫圈干燥？",
        ),
        (
            EN.replace("before the first frost", "on 3 March 2024"),
            EN.replace("before the first frost", "on 9 July 2025"),
            "When is the housing drained with a dry gasket?",
            "How many people lift it out of the crate?",
        ),
    ],
)
def test_a_difference_counts_where_the_question_asks(
    one: str, other: str, about_it: str, about_another: str
) -> None:
    assert resemblance(one, other) > RESEMBLANCE
    assert repeated([one, other], asked=content_words(about_it)) == [None, None]
    assert repeated([one, other], asked=content_words(about_another)) == [None, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It is blue.", "It is red."),
        ("外壳是蓝色的。", "外壳是红色的。"),
        ("Sick leave is ten days. Ask HR.", "Annual leave is thirty days. Ask HR."),
        ("病假十天。咨询人事。", "年假三十天。咨询人事。"),
        (EN, ZH),
        ("", "x"),
    ],
)
def test_short_texts_that_differ_are_told_apart(one: str, other: str) -> None:
    assert repeated([one, other]) == [None, None]


@BODIES
def test_half_a_passage_in_common_is_no_copy(body: str) -> None:
    half = body[len(body) // 2 :]
    other = (
        half + " Quite other things are said here, of gardens and of bees. 这里说的是花园和蜜蜂。"
    )
    assert repeated([body, other]) == [None, None]


def test_a_copy_of_a_copy_names_the_first() -> None:
    assert repeated([EN, f"Copy 1\n{EN}", ZH, f"Copy 2\n{EN}", ZH]) == [None, 0, None, 0, 2]


def test_nothing_one_and_empty_texts() -> None:
    assert repeated([]) == []
    assert repeated([EN]) == [None]
    assert repeated(["", "", " \n "]) == [None, 0, None]
    assert repeated(["\ud800 \x00", "\ud800 \x00"]) == [None, 0]


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from([EN, ZH, EN.upper(), f"Copy 3\n{EN}", ZH + "第4页", EN[:120]]),
    ),
    max_size=12,
)


@given(TEXTS)
def test_each_repeats_an_earlier_one_that_repeats_nothing(texts: list[str]) -> None:
    originals = repeated(texts)
    assert len(originals) == len(texts)
    for at, original in enumerate(originals):
        assert original is None or (original < at and originals[original] is None)
    seen: set[str] = set()
    for text, original in zip(texts, originals, strict=True):
        assert original is not None or text not in seen
        seen.add(text)
    assert repeated(texts) == originals


class Ranking:
    """A search whose index holds ``texts``, best first; keeps how deep it was asked."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.depths: list[int] = []

    def draw(self, depth: int) -> list[str]:
        self.depths.append(depth)
        return list(self._texts[:depth])


def reading(ranking: Ranking, wanted: int) -> list[str]:
    return copies_last(ranking.draw, lambda text: text, wanted=wanted)


def others(count: int) -> list[str]:
    words = ("pump", "valve", "gasket", "crate", "mains", "frost", "hall", "bee", "rope", "lamp")
    return [f"{words[n % 10]} {words[n // 10 % 10]} {n * n}." for n in range(count)]


@BODIES
@pytest.mark.parametrize(
    ("copies", "depths"),
    [(0, [32]), (20, [32]), (49, [32, 64]), (100, [32, 64, 128]), (300, [32, 64, 128, 256, 512])],
)
def test_a_flood_of_copies_does_not_fill_the_top(body: str, copies: int, depths: list[int]) -> None:
    flood = [f"Copy {n}, printed on 2024-01-{n % 28 + 1:02d}\n{body}" for n in range(copies)]
    rest = others(60)
    ranking = Ranking(flood + rest)
    found = reading(ranking, wanted=8)
    assert found[:8] == [*flood[:2], *rest][:8]
    assert ranking.depths == depths
    assert found[-len(flood) + 2 :] == flood[2:] or copies == 0
    assert sorted(found) == sorted(ranking.draw(depths[-1]))


def test_where_there_is_nothing_else_copies_are_found() -> None:
    ranking = Ranking([EN] * 70)
    assert reading(ranking, wanted=8) == [EN] * 70
    assert ranking.depths == [32, 64, 128, 256]


def test_the_pool_is_bounded() -> None:
    ranking = Ranking([EN] * 5000)
    assert len(reading(ranking, wanted=8)) == LAST_DEPTH
    assert ranking.depths == [FIRST_DEPTH, 64, 128, 256, 512, LAST_DEPTH]


def test_what_is_there_already_is_not_asked_for_again() -> None:
    few, copies, none = Ranking(others(5)), Ranking([EN] * 5), Ranking([])
    assert reading(few, wanted=8) == others(5)
    assert reading(copies, wanted=8) == [EN] * 5
    assert reading(none, wanted=8) == []
    assert [few.depths, copies.depths, none.depths] == [[32], [32], [32]]
    once = Ranking([EN] * 60 + others(3))
    assert reading(once, wanted=0) == [EN] * 32
    assert once.depths == [32]


def test_a_ranking_that_is_cut_to_what_is_wanted_is_still_drawn_deeper() -> None:
    texts = [EN] * 90 + others(60)

    def draw(depth: int) -> list[str]:
        return texts[: max(depth // 2, 60)]

    assert copies_last(draw, lambda text: text, wanted=60)[:62] == [EN, EN, *others(60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded:
    """A search over a library with a flood of copies in it, by Chroma and tantivy."""

    shelf: Shelf
    index: FusedIndex
    settle: Callable[[], object]

    def top(self, question: str, count: int) -> list[str]:
        hits = self.index.search(question, collections=["c"], top_k=count)
        return [hit.passage.chunk.text for hit in hits]


@pytest.fixture
def flooded(shelf: Shelf, tmp_path: Path) -> Iterator[Flooded]:
    chroma = ChromaIndex.own(shelf.record, shelf.embedder, tmp_path / "chroma")
    assert chroma is not None
    lexical = shelf.lexical()
    synchroniser = Synchroniser(shelf.record, shelf.versions, lexical, chroma)
    index = FusedIndex(shelf.record, shelf.embedder, chroma, lexical)
    yield Flooded(shelf=shelf, index=index, settle=synchroniser.settle)
    chroma.close()


@pytest.mark.parametrize(
    ("copied", "header", "besides", "question"),
    [
        (
            "The X-200 pump weighs 4 kg without oil. It is carried by two people at all times.",
            "Copy {n} of 100, printed on 2024-03-{day:02d}\n",
            [f"The X-200 pump is shown in drawing {n} of the yard." for n in range(9)],
            "How much does the X-200 pump weigh without oil?",
        ),
        (
            "X-200 型水泵不含油时重 4 公斤。任何时候都由两人搬运。",
            "第{n}份，打印于2024年3月{day}日\n",
            [f"X-200 型水泵见场地图纸第 {n} 张。" for n in range(9)],
            "X-200 型水泵不含油时有多重？",
        ),
    ],
)
def test_a_flood_in_the_library_takes_two_places_of_the_top(
    flooded: Flooded, copied: str, header: str, besides: list[str], question: str
) -> None:
    for n in range(1, 101):
        name = f"copy-{n}.txt"
        flooded.shelf.put("c", name, header.format(n=n, day=n % 28 + 1) + copied)
    for n, text in enumerate(besides):
        flooded.shelf.put("c", f"drawing-{n}.txt", text)
    flooded.settle()
    top = flooded.top(question, 8)
    assert [copied in text for text in top] == [True] * 2 + [False] * 6
    assert len(set(top)) == 8
    assert sum(copied in text for text in flooded.top(question, 60)) == 51
