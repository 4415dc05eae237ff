"""All claims of an answer at once: ``rag.protocols.Checker``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rag.checking import ClaimChecker
from rag.claims import Citation, Claim, Verdict
from rag.protocols import Vectors
from tests.fakes import WordEmbedder, a_passage

PASSAGE = a_passage("The device must be disconnected before cleaning. 水泵重 4 公斤。")


class Alike(WordEmbedder):
    """Every text means the same to it; it keeps what it was asked."""

    def __init__(self, *, reads: float = 1.0) -> None:
        super().__init__(reads=reads)
        self.asked: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        rows[:, 0] = 1.0
        return rows


def a_claim(text: str, sentence: int = 0) -> Claim:
    place = Citation.of(PASSAGE, PASSAGE.chunk.sentences[sentence])
    return Claim(text=text, citations=(place,))


OTHER_WORDS = a_claim("The device must be unplugged before cleaning starts.")


def verdicts(checker: ClaimChecker, *claims: Claim) -> list[Verdict]:
    checked = checker.check(claims)
    assert [replace(one, check=None) for one in checked] == list(claims)
    return [one.check.verdict for one in checked if one.check]


def test_every_claim_gets_a_check_in_its_place() -> None:
    claims = (a_claim("水泵重 4 公斤。", 1), a_claim("水泵重 5 公斤。", 1), Claim(text="Nothing."))
    assert verdicts(ClaimChecker(), *claims) == [
        Verdict.SUPPORTED,
        Verdict.UNSUPPORTED,
        Verdict.UNSUPPORTED,
    ]
    assert ClaimChecker().check(()) == ()


def test_a_claim_that_has_a_check_keeps_it() -> None:
    (checked,) = ClaimChecker().check([a_claim("水泵重 5 公斤。", 1)])
    assert ClaimChecker(Alike()).check([checked]) == (checked,)


def test_the_embedder_is_asked_only_where_words_alone_are_missing() -> None:
    alike = Alike()
    held = a_claim("The device must be disconnected before cleaning.")
    wrong = a_claim("水泵重 5 公斤。", 1)
    assert verdicts(ClaimChecker(alike), held, wrong, OTHER_WORDS) == [
        Verdict.SUPPORTED,
        Verdict.UNSUPPORTED,
        Verdict.SUPPORTED,
    ]
    assert sorted(alike.asked) == sorted([OTHER_WORDS.text, OTHER_WORDS.citations[0].quote])


def test_a_text_that_the_embedder_cannot_read_is_compared_by_words() -> None:
    blind = Alike(reads=0.2)
    assert verdicts(ClaimChecker(blind), OTHER_WORDS) == [Verdict.PARTLY]
    assert blind.asked == []
