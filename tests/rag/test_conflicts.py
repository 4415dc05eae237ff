"""Sources that differ on a value: found where they speak of the same, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.checking import ClaimChecker
from rag.claims import Citation, Claim
from rag.conflicts import conflicts_in
from rag.types import Passage
from tests.fakes import a_passage


def conflicts(claim_at: Passage, *others: Passage) -> list[list[str]]:
    """The values on each side of every conflict about the first passage's first sentence."""
    place = Citation.of(claim_at, claim_at.chunk.sentences[0])
    claims = ClaimChecker().check([Claim(text=place.quote, citations=(place,))])
    found = conflicts_in(claims, (claim_at, *others))
    assert all(one.claim == 0 and one.sides[0].citation == place for one in found)
    return [[side.value for side in one.sides] for one in found]


def passage(text: str, document: str) -> Passage:
    return replace(a_passage(text, document=document), document_id=document)


@pytest.mark.parametrize(
    ("text", "other", "values"),
    [
        (
            "Hotel rooms are paid up to 120 euros a night.",
            "Hotel rooms are paid up to 150 euros a night.",
            ["120 euros", "150 euros"],
        ),
        (
            "市内交通费每天上限为 80 元。",
            "前言。市内交通费每天上限为 100 元。",
            ["80 元", "100 元"],
        ),
        (
            "The rules take effect on 1 January 2024.",
            "The rules take effect on 1 April 2025.",
            ["2024 1月1日", "2025 4月1日"],
        ),
    ],
)
def test_two_documents_that_differ_on_a_value(text: str, other: str, values: list[str]) -> None:
    assert conflicts(passage(text, "old.md"), passage(other, "new.md")) == [values]


@pytest.mark.parametrize(
    "days", [("2024-02-01", "2025-03-01"), ("2025-03-01", None), (None, "2025-03-01")]
)
def test_each_side_tells_when_its_document_was_added(days: tuple[str | None, ...]) -> None:
    texts = ("餐费每天上限为 80 元。", "餐费每天上限为 95 元。")
    old, new = (
        replace(passage(text, f"{at}.md"), added_on=day)
        for at, (text, day) in enumerate(zip(texts, days, strict=True))
    )
    place = Citation.of(old, old.chunk.sentences[0])
    [conflict] = conflicts_in([Claim(text=place.quote, citations=(place,))], (new, old))
    assert tuple(side.added_on for side in conflict.sides) == days


@pytest.mark.parametrize(
    ("text", "other"),
    [
        # the same value
        ("Rooms are paid up to 120 euros a night.", "Rooms are paid up to 120 euros a night."),
        ("每天上限为 1,000 元。", "每天上限为一千元。"),
        # another subject
        ("The X-200 pump weighs 4 kg.", "The X-300 pump weighs 9 kg."),
        ("Rooms in Graz cost 120 euros.", "Rooms in Linz cost 150 euros."),
        ("经理的住宿标准为每晚 700 元。", "普通员工的住宿标准为每晚 550 元。"),
        ("Managers get rooms up to 150 euros.", "Trainees get rooms up to 120 euros."),
        # another kind of value
        ("The pump weighs 4 kg when filled.", "The pump takes 9 bar when filled."),
        # no value at all
        ("The housing is painted blue.", "The housing is painted red."),
    ],
)
def test_what_is_no_conflict(text: str, other: str) -> None:
    assert conflicts(passage(text, "old.md"), passage(other, "new.md")) == []


def test_a_document_does_not_contradict_itself_and_each_value_counts_once() -> None:
    old = passage("Rooms cost 120 euros a night. Rooms cost 90 euros a night.", "old.md")
    same = passage("Rooms cost 150 euros a night.", "new.md")
    again = passage("Rooms cost 150 euros a night.", "copy.md")
    assert conflicts(old, same, again) == [["120 euros", "150 euros"]]
    assert conflicts(old) == []


def test_a_claim_that_does_not_hold_or_has_no_source_is_no_side() -> None:
    old, new = passage("Rooms cost 120 euros.", "a.md"), passage("Rooms cost 150 euros.", "b.md")
    place = Citation.of(old, old.chunk.sentences[0])
    wrong = Claim(text="Rooms cost 99 euros.", citations=(place,))
    bare = Claim(text="Rooms cost 120 euros.")
    checked = ClaimChecker().check([wrong, bare])
    assert conflicts_in(checked, (old, new)) == ()
