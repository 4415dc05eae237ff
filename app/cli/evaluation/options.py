"""The options that commands share, and what they mean: sets, settings, progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.measured_settings import ANSWER_SETTINGS, RETRIEVAL_SETTINGS
from app.wiring import Services
from app.workbench import Tell

if TYPE_CHECKING:
    from evaluation.dataset import Dataset

Sets = Annotated[
    list[Path],
    typer.Option("--dataset", "-d", help="A question set, or a folder of sets; may be repeated."),
]
Format = Annotated[
    str,
    typer.Option("--format", help="jsonl, squad, beir, rgb or csv. Default: what the files say."),
]
Library = Annotated[
    list[str] | None,
    typer.Option(
        "--collection", "-c", help="Ask these collections of the library, not the set's own corpus."
    ),
]
Limit = Annotated[int, typer.Option(min=0, help="Questions a set, drawn by the seed; 0: all.")]
Seed = Annotated[int, typer.Option(help="Draws the questions.")]
PartOf = Annotated[
    str, typer.Option(help="Only the train, dev or test part: 60, 20 and 20 % of the documents.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting for this run: top_k=5. May be repeated."),
]
Again = Annotated[bool, typer.Option("--again", help="Measure anew what was measured already.")]
Json = Annotated[
    Path | None, typer.Option("--json", help="Write the numbers to this file; '-' prints them.")
]
Html = Annotated[
    Path | None, typer.Option("--html", help="Write a report with plots to this file.")
]

ReportLanguage = Annotated[
    Literal["en", "zh"], typer.Option("--language", help="Language of the report with plots.")
]


def pairs(given: Sequence[str] | None) -> dict[str, str]:
    """``["a=1"]`` as a mapping; SettingUnknown for what has no name or no value."""
    from evaluation.errors import SettingUnknown

    found = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not (name and equals and value):
            raise SettingUnknown(given=one, known=", ".join(ANSWER_SETTINGS))
        found[name.strip()] = value.strip()
    return found


def question_sets(
    opened: Services, paths: Sequence[Path], format_: str, collections: Sequence[str]
) -> Iterator[Dataset]:
    """The sets, one after another; a folder of sets gives each of them, by name."""
    from evaluation.datasets.library import library_corpus, library_passages
    from evaluation.datasets.loading import collections_of, load, sets_in

    for path in (found for given in paths for found in sets_in(given)):
        names = tuple(collections) or collections_of(path)
        library = library_corpus(names, library_passages(opened.record, names)) if names else None
        yield load(path, format=format_ or None, library=library)


def note_without_effect(given: Iterable[str]) -> None:
    """Say on standard error which of these settings play no part in a search."""
    for name in given:
        if name in ANSWER_SETTINGS and name not in RETRIEVAL_SETTINGS:
            typer.echo(f"note: {name} plays no part in a search and changes nothing here", err=True)


@contextmanager
def show_progress(name: str) -> Iterator[Tell]:
    """Bars on standard error, one a stage, with the time left; none where no person looks."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, emoji=False)
    seen = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not seen) as bars:
        stages: dict[str, int] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = int(bars.add_task(escape(f"{name}: {stage}"), total=total))
            bars.update(bars.task_ids[stages[stage]], completed=done, total=total)

        try:
            yield tell
        except KeyboardInterrupt:
            typer.echo("stopped; the same command goes on from here", err=True)
            raise
