"""Answers with verdicts, votes and conflicts, made by hand in both languages."""

from __future__ import annotations

from dataclasses import replace

from rag.answer import Answer, Outcome
from rag.claims import Check, Citation, Claim, Conflict, Doubt, Finding, Side, Verdict
from rag.replies import Trouble
from rag.tally import Cluster, SampledAnswer, Tally

HOSTILE = "![x](http://evil.example/a.png) <b>9 kg</b> {x} **no**"


def a_citation(quote: str, *, document: str = "pump.md", page: int = 1) -> Citation:
    """A place in a paginated document; another quote is another place."""
    return Citation(
        chunk_id=f"d:v:{document}:{page}",
        document_id="d",
        collection="manuals",
        document=document,
        version="ab" * 32,
        page=page,
        page_label=None,
        paginated=True,
        start=0,
        end=len(quote),
        quote=quote,
    )


def judged(verdict: Verdict, *findings: Finding) -> Check:
    """A check with this verdict."""
    support = {Verdict.SUPPORTED: 1.0, Verdict.PARTLY: 0.5, Verdict.UNSUPPORTED: 0.1}[verdict]
    return Check(verdict=verdict, support=support, checker="by hand", findings=findings)


NINE = a_citation("It weighs 9 kg.", page=4)
HOURS = a_citation("The diaphragm lasts 8,000 hours.")
OLD_HOURS = a_citation("The diaphragm lasts 6,000 hours.", document="旧手册.pdf", page=2)

HELD = Claim(
    text="The diaphragm lasts 8,000 hours.", citations=(HOURS,), check=judged(Verdict.SUPPORTED)
)
REFUTED = Claim(
    text="The pump weighs 4 kg.",
    citations=(NINE,),
    check=judged(
        Verdict.UNSUPPORTED,
        Finding(doubt=Doubt.NUMBER, said="4 kg", stands="9 kg"),
        Finding(doubt=Doubt.WORDS),
    ),
)
HALF = Claim(
    text="它由李明设计。",
    citations=(HOURS, NINE),
    check=judged(Verdict.PARTLY, Finding(doubt=Doubt.NAME, said="李明")),
)
BARE = Claim(
    text="It is easy.", check=judged(Verdict.UNSUPPORTED, Finding(doubt=Doubt.NO_CITATION))
)

CONFLICT = Conflict(
    claim=0,
    sides=(
        Side(value="8,000 hours", citation=HOURS, added_on="2025-03-04"),
        Side(value=HOSTILE, citation=OLD_HOURS),
    ),
)


def a_sample(number: int, text: str, *claims: Claim, answer: str = "") -> SampledAnswer:
    """A sample that read 800 tokens, wrote as many as it has words and took a second and a half."""
    return SampledAnswer(
        number=number,
        text=text,
        answer=answer,
        claims=claims,
        weight=0.5,
        prompt_tokens=800,
        completion_tokens=len(text.split()),
        took_ms=1500.0,
        passages=("d:v:pump.md:1", "d:v:pump.md:4"),
    )


REFUSING = SampledAnswer(number=3, refuses=True, weight=0.5)
FAILED = SampledAnswer(number=4, failed=True, trouble=Trouble.DEADLINE, took_ms=60_000.0)

VOTED = Tally(
    samples=(
        replace(a_sample(0, HELD.text, HELD, answer="8,000 hours"), reasoning=HOSTILE),
        a_sample(1, "It lasts 8,000 hours.", HELD, answer="8,000 hours"),
        a_sample(2, f"It lasts 800 hours. {HOSTILE}", REFUTED, HELD, answer="800 hours"),
        REFUSING,
        FAILED,
    ),
    clusters=(
        Cluster(members=(1, 0), weight=1.5, answer="8,000 hours"),
        Cluster(members=(2,), weight=0.3, answer="800 hours"),
        Cluster(members=(3,), weight=0.2, refuses=True),
    ),
    planned=9,
    stopped_early=True,
)

ANSWERED = Answer(
    question="How long does it last?",
    model="openai",
    text=" ".join(one.text for one in (HELD, REFUTED, HALF, BARE)),
    outcome=Outcome.ANSWERED,
    claims=(HELD, REFUTED, HALF, BARE),
    strategy="self_consistency",
    tally=VOTED,
    dangling=2,
    conflicts=(CONFLICT,),
    confidence=0.8612,
)
