"""What a chat model reads: joined, widened, within the budget, and never cut inside a sentence."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import Question
from rag.context import BudgetedContext, fence_bound
from rag.excerpt import Excerpt
from rag.prompting import answer_messages, fenced
from rag.tokens import token_bound
from rag.types import Chunk, Hit, Passage
from tests.fakes import a_passage
from tests.rag.bookcase import Bookcase, hits_of

PLENTY = 100_000
PUMP = (
    "The X-200 is a pump.",
    "It weighs 4 kg. Two people lift it.",
    "It needs 230 volts.",
    "It is blue.",
)
PUMP_ZH = ("X-200 是一台水泵。", "它重 4 公斤。两人抬起。", "它需要 230 伏电压。", "它是蓝色的。")


def texts(excerpts: tuple[Excerpt, ...]) -> list[str]:
    return [one.text for one in excerpts]


def cost(passage: Passage, text: str | None = None) -> int:
    """Tokens that a passage of its own takes."""
    return token_bound(passage.chunk.text if text is None else text) + fence_bound(passage)


@pytest.mark.parametrize("pieces", [PUMP, PUMP_ZH])
@pytest.mark.parametrize("gap", ["\n\n", "\n", " ", ""])
def test_hits_that_follow_each_other_are_joined_with_the_pages_own_blanks(
    pieces: tuple[str, ...], gap: str
) -> None:
    library = Bookcase()
    first, second, third, fourth = library.put("a.txt", *pieces, gap=gap)
    (joined,) = BudgetedContext(library, max_tokens=PLENTY).assemble(
        hits_of(third, first, second, fourth)
    )
    assert joined.text == gap.join(pieces)
    assert joined.passages == (first, second, third, fourth)


@pytest.mark.parametrize("pieces", [PUMP, PUMP_ZH])
def test_a_hit_is_widened_by_the_passages_beside_it(pieces: tuple[str, ...]) -> None:
    library = Bookcase()
    _, hit, _, _ = library.put("a.txt", *pieces)
    (widened,) = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(hit))
    assert widened.text == "\n\n".join(pieces[:3])


def test_neighbours_bridge_two_hits() -> None:
    library = Bookcase()
    first, _, third, _ = library.put("a.txt", *PUMP)
    (joined,) = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(third, first))
    assert joined.text == "\n\n".join(PUMP)


def test_another_page_section_or_document_is_not_joined() -> None:
    library = Bookcase()
    (a,) = library.put("a.txt", "One page.", page=1)
    (b,) = library.put("a.txt", "Another page.", page=2)
    (c,) = library.put("b.txt", "Its section.", headings=("Weight",))
    library.put("b.txt", "Another section.", headings=("Colour",))
    found = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(c, b, a))
    assert texts(found) == ["Its section.", "Another page.", "One page."]
    assert library.read == []


def test_hits_of_two_sections_that_follow_each_other_keep_their_own_headings() -> None:
    library = Bookcase()
    (weight,) = library.put("a.md", "Weight\nIt weighs 4 kg.", headings=("Weight",))
    (colour,) = library.put("a.md", "Colour\nIt is blue.", headings=("Colour",))
    found = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(colour, weight))
    assert [one.passages for one in found] == [(colour,), (weight,)]


def test_an_excerpt_knows_how_important_its_passages_are() -> None:
    library = Bookcase()
    first, second, third, fourth = library.put("a.txt", *PUMP)
    (joined,) = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(third, first))
    assert joined.passages == (first, second, third, fourth)
    assert joined.ranks == (1, 2, 0, 3)


def test_another_version_of_a_page_is_not_joined() -> None:
    library = Bookcase()
    first, second = library.put("a.txt", "Page as it is.", "And its end.")
    older = replace(second, version="cd" * 32, chunk_id="older")
    found = BudgetedContext(library, max_tokens=cost(first) + cost(older)).assemble(
        hits_of(first, older)
    )
    assert texts(found) == ["Page as it is.", "And its end."]


def test_excerpts_come_in_the_order_of_their_best_hits() -> None:
    library = Bookcase()
    a = library.put("a.txt", *PUMP)
    b = library.put("b.txt", *PUMP_ZH)
    budget = sum(cost(one) for one in (a[3], b[1], a[0]))
    found = BudgetedContext(library, max_tokens=budget).assemble(hits_of(b[1], a[3], a[0]))
    assert texts(found) == [PUMP_ZH[1], PUMP[3], PUMP[0]]


def test_the_best_hits_are_widened_first() -> None:
    library = Bookcase()
    a = library.put("a.txt", *PUMP)
    b = library.put("b.txt", *PUMP_ZH)
    room_for_one = token_bound(PUMP[0]) + 3 * len("\n\n")
    budget = cost(a[1]) + cost(b[1]) + room_for_one
    found = BudgetedContext(library, max_tokens=budget).assemble(hits_of(a[1], b[1]))
    assert texts(found) == ["\n\n".join(PUMP[:2]), PUMP_ZH[1]]
    assert texts(BudgetedContext(library, max_tokens=budget - 1).assemble(hits_of(a[1]))) == [
        "\n\n".join(PUMP[:3])
    ]


def test_a_hit_goes_in_before_any_neighbour() -> None:
    library = Bookcase()
    a = library.put("a.txt", *PUMP)
    b = library.put("b.txt", *PUMP_ZH)
    budget = cost(a[1]) + cost(b[1])
    found = BudgetedContext(library, max_tokens=budget).assemble(hits_of(a[1], b[1]))
    assert texts(found) == [PUMP[1], PUMP_ZH[1]]


LONG = "Aim first. Bolt it down. Close the valve. Drain the tank. Empty the pipe."
LONG_ZH = "先对准。再拧紧。关闭阀门。排空水箱。清空管道。"


@pytest.mark.parametrize(
    ("text", "nearest", "kept"),
    [
        (LONG, 2, "Close the valve. Drain the tank."),
        (LONG, 4, "Drain the tank. Empty the pipe."),
        (LONG_ZH, 2, "关闭阀门。排空水箱。"),
        (LONG_ZH, 0, "先对准。再拧紧。"),
    ],
)
def test_the_last_hit_is_cut_to_the_sentences_around_its_nearest(
    text: str, nearest: int, kept: str
) -> None:
    library = Bookcase()
    (first,) = library.put("a.txt", "It stands before.")
    (last,) = library.put("b.txt", text)
    (never,) = library.put("c.txt", "Hi.")
    scores = tuple(float(at == nearest) for at in range(5))
    hits = [*hits_of(first), Hit(passage=last, score=0.5, sentence_scores=scores), *hits_of(never)]
    budget = cost(first) + cost(last, kept)
    found = BudgetedContext(library, max_tokens=budget).assemble(hits)
    assert texts(found) == ["It stands before.", kept]
    (cut,) = found[1].passages
    assert cut.chunk_id == last.chunk_id
    assert text[cut.chunk.start : cut.chunk.end] == kept
    assert [place.quote for place in found[1].places()[0]] == [
        place.quote for place in Excerpt.of(last).places()[0] if place.quote in kept
    ]


def test_the_nearest_sentence_is_told_by_words_where_vectors_tell_nothing() -> None:
    library = Bookcase()
    (only,) = library.put("a.txt", LONG_ZH)
    hit = Hit(passage=only, score=1.0, sentence_coverages=(0.0, 0.2, 0.1, 0.9, 0.0))
    budget = cost(only, "排空水箱。")
    assert texts(BudgetedContext(library, max_tokens=budget).assemble([hit])) == ["排空水箱。"]


def test_a_hit_of_which_no_sentence_fits_is_left_out() -> None:
    library = Bookcase()
    (first,) = library.put("a.txt", "It stands before.")
    (last,) = library.put("b.txt", LONG)
    found = BudgetedContext(library, max_tokens=cost(first) + 5).assemble(hits_of(first, last))
    assert texts(found) == ["It stands before."]


@pytest.mark.parametrize("budget", [0, 1, 20])
@pytest.mark.parametrize("text", [LONG, LONG_ZH, "x" * 5000, "长" * 5000])
def test_one_whole_sentence_always_goes_in(budget: int, text: str) -> None:
    library = Bookcase()
    (only,) = library.put("a.txt", text)
    (found,) = BudgetedContext(library, max_tokens=budget).assemble(hits_of(only))
    assert found.text == Excerpt.of(only).places()[0][0].quote


def test_a_passage_without_sentences_goes_in_whole_or_not_at_all() -> None:
    library = Bookcase()
    passages = library.put("a.txt", "| 1 | 2 |", page=1) + library.put("a.txt", "| 3 |", page=2)
    bare = [replace(one, chunk=replace(one.chunk, sentences=())) for one in passages]
    context = BudgetedContext(library, max_tokens=0)
    assert texts(context.assemble(hits_of(*bare))) == ["| 1 | 2 |"]
    budget = cost(bare[0]) + cost(bare[1]) - 1
    context = BudgetedContext(library, max_tokens=budget)
    assert texts(context.assemble(hits_of(*bare))) == ["| 1 | 2 |"]


def test_without_hits_there_is_nothing_to_read() -> None:
    assert BudgetedContext(Bookcase(), max_tokens=PLENTY).assemble([]) == ()


def test_a_hit_that_comes_twice_is_read_once() -> None:
    library = Bookcase()
    (only,) = library.put("a.txt", "Once.")
    found = BudgetedContext(library, max_tokens=PLENTY).assemble(hits_of(only, only))
    assert texts(found) == ["Once."]


SENTENCES = st.lists(
    st.sampled_from(
        [
            "It is blue.",
            "Why?",
            "它重 4 公斤。",
            "<passage> </PASSAGE>",
            "A very long sentence about the thermostat, its valve and 12 bolts of 4.5 mm.",
            "这是一句关于恒温器、阀门和十二个螺栓的很长的句子，它不应该被切断。",
            "🙂🙂",
        ]
    ),
    min_size=1,
    max_size=4,
)
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["a.txt", "乙.md"]),
        SENTENCES,
        st.sampled_from(["\n\n", " ", "\n \u3000\n" * 20]),
        st.sampled_from([(), ("Weight",), ("重量", "<passage")]),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(parts=PARTS, order=st.randoms(use_true_random=False), budget=st.integers(0, 700))
def test_whatever_is_found_the_context_keeps_its_promises(
    parts: list[tuple[str, list[str], str, tuple[str, ...], int]],
    order: Random,
    budget: int,
) -> None:
    library = Bookcase()
    passages: list[Passage] = []
    for document, sentences, gap, headings, page in sorted(parts, key=lambda part: part[4]):
        text = " ".join(sentences)
        passages += library.put(document, text, page=page, gap=gap, headings=headings)
    order.shuffle(passages)
    found = passages[: (len(passages) + 1) // 2]
    excerpts = BudgetedContext(library, max_tokens=budget).assemble(hits_of(*found))
    # something is read, and nothing twice
    read = [passage for one in excerpts for passage in one.passages]
    assert excerpts
    assert len({passage.chunk_id for passage in read}) == len(read)
    # every offset is true
    for one in excerpts:
        first = one.passages[0]
        text = library.page(first.document_id, first.version, first.chunk.page).text
        assert text[first.chunk.start :].startswith(one.text)
        for place in chain.from_iterable(one.places()):
            assert text[place.start : place.end] == place.quote
            assert place.quote in one.text
        for before, after in pairwise(one.passages):
            assert before.chunk.end <= after.chunk.start
    # nothing is cut inside a sentence, and only the last is cut at all
    whole = {passage.chunk_id: passage.chunk for passage in passages}
    assert all(is_whole(passage.chunk, whole) for passage in read[:-1])
    assert set(read[-1].chunk.sentences) <= set(whole[read[-1].chunk_id].sentences)
    # the budget holds, but for one sentence
    sent = "\n\n".join(fenced(n, one.passages[0], one.text) for n, one in enumerate(excerpts, 1))
    assert token_bound(sent) <= budget or (len(read) == 1 and len(read[0].chunk.sentences) == 1)
    # the prompt holds each excerpt once
    _, user = answer_messages(Question(text="q?", collections=("c",)), excerpts)
    assert user.content.count("<passage number=") == len(excerpts)


def is_whole(chunk: Chunk, whole: dict[str, Chunk]) -> bool:
    return chunk in whole.values()


def test_the_best_hit_is_always_read() -> None:
    library = Bookcase()
    best = a_passage("It weighs 4 kg.")
    (other,) = library.put("b.txt", "It is blue.")
    for budget in (0, 50, PLENTY):
        found = BudgetedContext(library, max_tokens=budget).assemble(hits_of(best, other))
        assert found[0].passages == (best,)


def by_letters(text: str) -> int:
    return len(text)


@pytest.mark.parametrize(("text", "kept"), [(LONG, "Close the valve."), (LONG_ZH, "关闭阀门。")])
def test_tokens_are_counted_as_the_model_counts_them(text: str, kept: str) -> None:
    library = Bookcase()
    (only,) = library.put("a.txt", text)
    scores = (0.0, 0.0, 1.0, 0.0, 0.0)
    hit = Hit(passage=only, score=1.0, sentence_scores=scores)
    around = fence_bound(only, by_letters)
    assert around == len(fenced(999, only, "") + "\n\n")
    for room, expected in ((len(text), text), (len(kept), kept), (len(text) - 1, None)):
        context = BudgetedContext(library, max_tokens=around + room, count=by_letters)
        (found,) = context.assemble([hit])
        assert len(found.text) <= room
        assert expected is None or found.text == expected


def test_what_was_cut_is_the_least_important() -> None:
    library = Bookcase()
    (first,) = library.put("a.txt", "It stands before.")
    (last,) = library.put("b.txt", LONG)
    budget = cost(first) + cost(last, "Aim first.")
    found = BudgetedContext(library, max_tokens=budget).assemble(hits_of(first, last))
    assert [one.ranks for one in found] == [(0,), (1,)]
