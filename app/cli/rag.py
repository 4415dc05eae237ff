"""``python -m rag``: one question, one cited answer, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from app.cli.console import print_json, services
from app.cli.models import list_models
from app.strategies import STRATEGIES
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim, Verdict
from rag.errors import BlankHeading
from rag.filter import Filter
from rag.places import position_of
from rag.tally import Tally

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("models")(list_models)
_DAY: Final = ["%Y-%m-%d"]
_TROUBLE = {
    "model_failed": "The model failed ({}): `python -m rag models --check` tells more. "
    "These are sentences of the documents instead.",
    "reply_cut": "The reply was cut ({}).",
}


@app.callback()
def _rag() -> None:
    """Ask the documents."""


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in a sentence.")],
    *,
    collection: Annotated[
        list[str] | None,
        typer.Option("--collection", "-c", help="Where to look; may be repeated. Default: all."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="What answers: extractive, openai, local or local+ADAPTER."
        ),
    ] = None,
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy", "-s", help=f"How a chat model is asked: {', '.join(STRATEGIES)}."
        ),
    ] = None,
    samples: Annotated[
        int | None, typer.Option("--samples", "-n", help="Most samples that are asked to vote.")
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", "-d", help="Only this document; may be repeated."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", "-t", help="Only such files, as pdf or docx; may be repeated."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="Only documents added on this day (UTC) or later."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="Only documents added on this day (UTC) or earlier."),
    ] = None,
    heading: Annotated[
        str | None, typer.Option(help="Only passages under a heading with these words.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer a question from the documents, every sentence cited.

    Pages count from 1; start and end are characters of the page's text, half-open
    (`python -m ingest show` prints that text). What narrows the search holds together: a passage
    has to fit all of it. An answer and "not in the documents" both exit with 0, errors with 1.
    """
    where = Filter(
        documents=tuple(document or ()),
        types=tuple(kind or ()),
        added_from=since.date() if since else None,
        added_until=until.date() if until else None,
        heading=heading or "",
    )
    with services() as opened:
        if heading == "":
            raise BlankHeading(heading=heading)
        names = collection or [one.name for one in opened.record.collections()]
        answer = opened.ask(
            question, tuple(names), model, where=where, strategy=strategy, samples=samples
        )
        if as_json:
            print_json(answer_as_json(answer))
        else:
            typer.echo(_as_text(answer))


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The object that ``ask --json`` prints. Keys are added over time, never renamed."""
    return {
        "question": answer.question,
        "outcome": answer.outcome,
        "answer": answer.text,
        "claims": [
            {
                "text": claim.text,
                "citations": [_citation_as_json(citation) for citation in claim.citations],
                "verdict": claim.check.verdict if claim.check else None,
                "doubts": [asdict(one) for one in claim.check.findings] if claim.check else [],
            }
            for claim in answer.claims
        ],
        "passages": [
            {
                "collection": hit.passage.collection,
                "document": hit.passage.document,
                "version": hit.passage.version,
                "page": hit.passage.chunk.page,
                "start": hit.passage.chunk.start,
                "end": hit.passage.chunk.end,
                "text": hit.passage.chunk.text,
                "score": hit.score,
            }
            for hit in answer.hits
        ],
        "model": answer.model,
        "instead_of": answer.instead_of,
        "reasoning": answer.reasoning,
        "notice": answer.notice,
        "trouble": answer.trouble,
        "strategy": answer.strategy,
        "tally": asdict(answer.tally) if answer.tally else None,
        "confidence": answer.confidence,
        "calibrated": answer.calibrated,
        "dangling": answer.dangling,
        "conflicts": [
            {
                "claim": conflict.claim,
                "sides": [
                    {
                        "value": side.value,
                        "added_on": side.added_on,
                        **_citation_as_json(side.citation),
                    }
                    for side in conflict.sides
                ],
            }
            for conflict in answer.conflicts
        ],
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "timings_ms": {stage: round(taken, 3) for stage, taken in answer.timings_ms.items()},
    }


def _citation_as_json(citation: Citation) -> dict[str, Any]:
    return {
        "collection": citation.collection,
        "document": citation.document,
        "version": citation.version,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _as_text(answer: Answer) -> str:
    lines = []
    if answer.notice:
        lines += [_TROUBLE[answer.notice].format(answer.trouble), ""]
    if answer.tally:
        lines += [_vote(answer.tally), ""]
    if answer.outcome is Outcome.NOT_IN_DOCUMENTS:
        lines += ["Not in the documents. The nearest passages:"]
        lines += [f"  {_place(Citation.of(hit.passage, hit.passage.chunk.sentences[0]))}"
                  for hit in answer.hits[:3] if hit.passage.chunk.sentences]  # fmt: skip
        return "\n".join(lines)
    number = {citation: at for at, citation in enumerate(answer.citations(), start=1)}
    for claim in answer.claims:
        marks = "".join(f"[{number[citation]}]" for citation in claim.citations)
        lines.append(f"{claim.text} {marks or '[no source]'}")
        lines += _doubts(claim)
    lines += ["", *(f"[{at}] {_place(citation)}" for citation, at in number.items())]
    for conflict in answer.conflicts:
        lines += ["", "The sources differ:"]
        lines += [
            f"  {side.value}: {_place(side.citation)}"
            + (f" (added on {side.added_on})" if side.added_on else "")
            for side in conflict.sides
        ]
    return "\n".join(lines)


def _vote(tally: Tally) -> str:
    """How the samples voted, in a line."""
    said = f"{tally.agreeing} of {tally.counted} samples agree"
    if tally.tied:
        said += ", as many as on another answer"
    if tally.stopped_early:
        more = tally.planned - len(tally.samples)
        said += f"; {more} more could not matter and were not asked"
    return f"{said}."


def _doubts(claim: Claim) -> list[str]:
    """What the check has against a claim with a source, a line each."""
    if claim.check is None or not claim.citations:
        return []
    told = {Verdict.PARTLY: "partly held", Verdict.UNSUPPORTED: "not held"}
    return [
        f"  ({told[claim.check.verdict]}: {one.doubt}"
        + (f", says {one.said!r}" if one.said else "")
        + (f", the source says {one.stands!r}" if one.stands else "")
        + ")"
        for one in claim.check.findings
    ]


def _place(citation: Citation) -> str:
    position = position_of(citation.page_label, citation.page)
    kind = "" if position.kind == "cells" else f"{position.kind} "
    page = f", {kind}{position.name}" if citation.paginated else ""
    return f"{citation.document}{page}: {' '.join(citation.quote.split())}"
