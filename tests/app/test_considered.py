"""What was found for an answer is kept with its places in the search, and what was read of it."""

from __future__ import annotations

import json

from app.considered import (
    Considered,
    Read,
    considered_from_json,
    considered_of,
    considered_to_json,
)
from rag.answer import Answer, Outcome
from rag.types import Chunk, Hit, Passage

TEXT = "Alpha is one. 贝塔是二。"


def passage(sequence: int, *, page: int = 1, text: str = TEXT, over: str = "Top") -> Passage:
    start = 100 * sequence
    return Passage(
        chunk_id=f"d:v:{sequence}",
        document_id="d",
        collection="c",
        document="a.md",
        title="A title",
        version="v",
        paginated=True,
        page_label=None,
        chunk=Chunk(
            sequence=sequence,
            page=page,
            start=start,
            end=start + len(text),
            text=text,
            heading_path=(over,),
        ),
    )


def hit(found: Passage, **ranks: int) -> Hit:
    parts = {"dense": 0.5, "words": 0.75}
    return Hit(passage=found, score=0.9, parts=parts, ranks=ranks)


def of(hits: list[Hit], *context: Passage) -> tuple[Considered, ...]:
    return considered_of(
        Answer(
            question="q",
            model="m",
            outcome=Outcome.ANSWERED,
            hits=tuple(hits),
            context=context,
        )
    )


def test_hits_have_their_places_in_both_halves() -> None:
    first, second = of([hit(passage(1), dense=3, lexical=1), hit(passage(5), dense=1)])
    assert (first.dense_rank, first.lexical_rank) == (3, 1)
    assert (second.dense_rank, second.lexical_rank) == (1, None)
    assert (first.score, first.cosine, first.words) == (0.9, 0.5, 0.75)
    assert (first.collection, first.title, first.place.page) == ("c", "A title", 1)


def test_without_a_prompt_all_hits_are_read() -> None:
    assert [one.read for one in of([hit(passage(1)), hit(passage(5))])] == [Read.WHOLE] * 2


def test_a_prompt_tells_what_was_read() -> None:
    cut = passage(5, text="Alpha is one.")
    hits = [hit(passage(1)), hit(passage(5)), hit(passage(9))]
    found = of(hits, passage(1), passage(2), cut)
    assert [(one.place.chunk_id, one.read, one.number) for one in found] == [
        ("d:v:1", Read.WHOLE, 1),
        ("d:v:5", Read.PARTLY, 2),
        ("d:v:9", Read.NOT, None),
        ("d:v:2", Read.BESIDE, 1),
    ]
    assert found[1].place.end - found[1].place.start == len("Alpha is one.")
    assert found[3].score is None


def test_only_what_follows_in_a_section_of_a_page_was_joined() -> None:
    hits = [hit(passage(1))]
    apart = [passage(1), passage(2, page=2), passage(3, page=2, over="Other"), passage(7, page=2)]
    assert [one.number for one in of(hits, *apart)] == [1, 2, 3, 4]


def test_it_survives_json() -> None:
    found = of([hit(passage(1), dense=1), hit(passage(9))], passage(1), passage(2))
    assert considered_from_json(json.loads(json.dumps(considered_to_json(found)))) == found
