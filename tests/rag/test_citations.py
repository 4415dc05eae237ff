"""Markers become citations that point into the passages, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citations import cite, without_markers
from rag.excerpt import Excerpt
from tests.fakes import a_passage

PUMP = "Safety first. The X-200 pump weighs 4 kg and needs 230 volts. Keep it dry."
COLOUR = "The housing is painted blue. Spare parts are listed in annex B."
ZH = "安全第一。X-200 型水泵重 4 公斤，需要 230 伏电压。请保持干燥。"
PASSAGES = (
    a_passage(PUMP, start=40),
    a_passage(COLOUR, start=7, page=2),
    a_passage(ZH, document="手册.txt"),
)
EXCERPTS = tuple(map(Excerpt.of, PASSAGES))


def quotes(reply: str) -> list[tuple[str, list[str]]]:
    return [
        (claim.text, [c.quote for c in claim.citations]) for claim in cite(reply, EXCERPTS).claims
    ]


WEIGHS = "The X-200 pump weighs 4 kg and needs 230 volts."
BLUE = "The housing is painted blue."
WEIGHS_ZH = "X-200 型水泵重 4 公斤，需要 230 伏电压。"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("The pump weighs 4 kg. [1]", [("The pump weighs 4 kg.", [WEIGHS])]),
        ("The pump weighs 4 kg [1].", [("The pump weighs 4 kg.", [WEIGHS])]),
        ("The pump weighs 4 kg.[1]", [("The pump weighs 4 kg.", [WEIGHS])]),
        (
            "The pump weighs 4 kg. [1] The housing is blue. [2]",
            [("The pump weighs 4 kg.", [WEIGHS]), ("The housing is blue.", [BLUE])],
        ),
        (
            "The pump weighs 4 kg [1]. The housing is blue [2].",
            [("The pump weighs 4 kg.", [WEIGHS]), ("The housing is blue.", [BLUE])],
        ),
        ("A blue pump of 4 kg. [2, 1]", [("A blue pump of 4 kg.", [BLUE, WEIGHS])]),
        ("A blue pump of 4 kg. [2][1]", [("A blue pump of 4 kg.", [BLUE, WEIGHS])]),
        ("水泵重 4 公斤。[3]", [("水泵重 4 公斤。", [WEIGHS_ZH])]),
        ("水泵重 4 公斤【3】。", [("水泵重 4 公斤。", [WEIGHS_ZH])]),
        (
            "水泵重 4 公斤。【3】外壳是 blue。【2、2】",
            [("水泵重 4 公斤。", [WEIGHS_ZH]), ("外壳是 blue。", [BLUE])],
        ),
    ],
)
def test_markers_name_passages_and_the_fitting_sentence_is_cited(
    reply: str, expected: list[tuple[str, list[str]]]
) -> None:
    assert quotes(reply) == expected


def test_a_marker_that_points_nowhere_is_dropped() -> None:
    assert quotes("Grass is green and tall. [7] [0] [999]") == [("Grass is green and tall.", [])]
    assert quotes("The pump weighs 4 kg. [9, 1]") == [("The pump weighs 4 kg.", [WEIGHS])]
    counts = [
        cite(one, EXCERPTS).dangling for one in ("A. [7] [0] [999]", "B. [9, 1]", "水。【2】")
    ]
    assert counts == [3, 1, 0]


@pytest.mark.parametrize(
    "claim",
    [
        "The X-200 pump weighs 5 kg and needs 230 volts.",
        "The X-200 pump does not weigh 4 kg.",
        "X-200 型水泵重 5 公斤，需要 230 伏电压。",
        "X-200 型水泵不需要 230 伏电压。",
    ],
)
def test_a_sentence_without_marker_that_a_place_contradicts_is_not_cited(claim: str) -> None:
    assert quotes(claim) == [(claim, [])]


def test_a_sentence_without_marker_is_cited_only_if_plainly_held() -> None:
    assert quotes("The pump weighs 4 kg.") == [("The pump weighs 4 kg.", [WEIGHS])]
    assert quotes("The warranty lasts two years.") == [("The warranty lasts two years.", [])]
    assert quotes("水泵重 4 公斤。") == [("水泵重 4 公斤。", [WEIGHS_ZH])]
    assert quotes("保修期为两年。") == [("保修期为两年。", [])]


def test_without_passages_nothing_is_cited() -> None:
    cited = cite("The pump weighs 4 kg. [1]", ())
    assert [claim.citations for claim in cited.claims] == [()]
    assert cited.dangling == 1


def test_brackets_that_are_no_markers_stay() -> None:
    assert without_markers("See [annex B] and [2024] of x[i]. [2]") == (
        "See [annex B] and [2024] of x[i]."
    )
    assert without_markers("plain") == "plain"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("The pump weighs 4 kg", "水泵是蓝色的", ". ", "。", " ", "\n"),
                *("[1]", "【2】", "[1,3]", "[8]"),
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_every_citation_lies_in_its_passage_and_quotes_it(reply: str) -> None:
    by_id = {passage.chunk_id: passage for passage in PASSAGES}
    for claim in cite(reply, EXCERPTS).claims:
        assert claim.text == claim.text.strip() != ""
        assert len(set(claim.citations)) == len(claim.citations)
        for citation in claim.citations:
            chunk = by_id[citation.chunk_id].chunk
            assert chunk.start <= citation.start < citation.end <= chunk.end
            inside = slice(citation.start - chunk.start, citation.end - chunk.start)
            assert chunk.text[inside] == citation.quote
            assert citation.page == chunk.page
