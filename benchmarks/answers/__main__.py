"""Answers, measured: ``python -m benchmarks.answers --json answers.json``.

How soon an answer begins, beyond the search and the model, beside LangChain's plain chain and
LlamaIndex's query engine; and what five samples take beside one. All of it in one run against one
server process on loopback that speaks at a fixed pace, over the sample documents, with the sample
questions in both languages.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from app.cli.evaluation.options import Json
from app.cli.evaluation.showing import table_console, write_json
from app.wiring import Services, open_services
from benchmarks.answers import first_token, samples
from benchmarks.answers.first_token import TimedIndex, measure_first_tokens, systems
from benchmarks.answers.samples import measure_samples
from benchmarks.answers.server import SEVERAL, SINGLE, Pace, PacedServer
from rag.models.openai import OpenAIChat
from rag.settings import Settings

OWN_MS: Final = 30.0
"""Most of our own time to the first words, at the median."""

RATIO: Final = 1.3
"""Most that five samples may take of what one takes."""

COLLECTION: Final = "samples"
_SAMPLES: Final = Path(__file__).resolve().parents[2] / "samples"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def answers(
    *,
    questions: Annotated[int, typer.Option(min=1, help="Questions asked of each system.")] = 60,
    repetitions: Annotated[int, typer.Option(min=1, help="Times that samples are drawn.")] = 15,
    first_token_ms: Annotated[
        float, typer.Option(help="The server's time to a first token.")
    ] = 100,
    json: Json = None,
) -> None:
    """How soon answers begin, and what several samples cost."""
    console = table_console(json)
    pace = Pace(first_token_s=first_token_ms / 1000)
    begun = first_words(questions, Pace(first_token_s=pace.first_token_s, pieces=6))
    console.print(_table("Milliseconds to the first words", list(map(first_token.as_row, begun))))
    sampled = several_samples(repetitions, pace)
    console.print(_table("Milliseconds of whole replies", list(map(samples.as_row, sampled))))
    load = round(os.getloadavg()[0], 2)
    console.print(f"[dim]{os.cpu_count()} cores, {load} processes at work in the last minute[/]")
    told = {
        "first_words": list(map(asdict, begun)),
        "samples": list(map(asdict, sampled)),
        "pace": asdict(pace),
        "targets": {"own_p50_ms": OWN_MS, "ratio": RATIO},
        "cores": os.cpu_count(),
        "load": load,
    }
    write_json(json, [told])


def first_words(questions: int, pace: Pace) -> list[first_token.Begun]:
    """Every system asked so many of the sample questions over the sample documents."""
    with PacedServer(pace) as server, tempfile.TemporaryDirectory() as folder:
        url = server.url(SINGLE)
        settings = Settings(data_dir=Path(folder), openai_base_url=url, openai_model="paced")
        open_services({}).close()  # switches telemetry off
        with closing(Services(settings)) as opened:
            _bring_in(opened)
            index = TimedIndex(opened.index)
            opened.index = index
            asked = systems(opened, (COLLECTION,), url)
            return measure_first_tokens(asked, index, _questions(questions), pace)


def several_samples(repetitions: int, pace: Pace) -> list[samples.Sampled]:
    """One sample and several, of a server that gives several choices and of one that does not."""
    found = []
    with PacedServer(pace) as server:
        for place, told in ((SEVERAL, "gives n choices"), (SINGLE, "ignores n")):
            url = server.url(place)
            with closing(
                OpenAIChat.of(Settings(openai_base_url=url, openai_model="paced"))
            ) as model:
                found.append(measure_samples(told, model, repetitions=repetitions))
    return found


def _bring_in(services: Services) -> None:
    from ingest.sources import find_sources

    for source in find_sources([_SAMPLES / "documents"]):
        services.ingestion.add(source, COLLECTION)


def _questions(count: int) -> list[str]:
    from json import loads

    featured: dict[str, list[str]] = loads((_SAMPLES / "featured.json").read_text("utf-8"))
    return list(islice(cycle(chain.from_iterable(featured.values())), count))


def _table(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(rows[0]):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(str, row.values()))
    return table


if __name__ == "__main__":
    app()
