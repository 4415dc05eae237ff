"""The commands about question sets, describe, synthesise and feedback, and about their corpora."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import services
from app.cli.evaluation.options import Format, Seed, Sets, question_sets
from app.cli.evaluation.showing import writing
from app.workbench import Workbench

if TYPE_CHECKING:
    from evaluation.dataset import Dataset

app = typer.Typer()

Folder = Annotated[Path, typer.Argument(help="A new folder for the set.")]
Collections = Annotated[
    list[str] | None,
    typer.Option("--collection", "-c", help="Of the library; may be repeated. Default: all."),
]


@app.command()
def describe(dataset: Sets, *, format_: Format = "") -> None:
    """What a question set holds, as the workbench reads it."""
    with services() as opened:
        for one in question_sets(opened, dataset, format_, ()):
            typer.echo(_described(one))


@app.command()
def synthesise(
    folder: Folder,
    *,
    collection: Collections = None,
    count: Annotated[int, typer.Option(min=1, help="Questions to make.")] = 100,
    seed: Seed = 0,
) -> None:
    """Make a question set from the library's documents by rule, without a model.

    Cloze and heading questions, and unanswerable ones that were checked to
    have no answer. They compare settings; they do not tell how people's
    questions fare.
    """
    from evaluation.datasets.saving import save
    from evaluation.datasets.synthetic import synthesise as make

    _refuse_existing(folder)
    with services() as opened:
        names = collection or [one.name for one in opened.record.collections()]
        made = make(opened.record, names, count=count, seed=seed)
        with writing(folder):
            save(made, folder)
        typer.echo(_described(made))


@app.command()
def feedback(folder: Folder) -> None:
    """Make a question set from readers' thumbs and corrections."""
    from evaluation.datasets.saving import save
    from evaluation.feedback import as_dataset

    _refuse_existing(folder)
    with services() as opened:
        made = as_dataset(opened.feedback, opened.record)
        with writing(folder):
            save(made, folder)
        typer.echo(_described(made))


@app.command()
def corpora(
    *,
    remove: Annotated[
        list[str] | None, typer.Option(help="Delete this one; `all` deletes every one.")
    ] = None,
) -> None:
    """List the corpora that question sets brought along, and delete them.

    They live beside the library, in evaluation/corpora; a deleted one is
    brought in again when it is needed.
    """
    from evaluation.errors import CorpusNotFound

    with services() as opened:
        kept = Workbench(opened).corpora
        folders, wanted = kept.folders(), set(remove or ())
        names = [folder.name for folder in folders]
        for name in sorted(wanted.difference(names, {"all"})):
            raise CorpusNotFound(name=name, known=", ".join(names) or "none")
        if not folders:
            typer.echo("There are no corpora; a run over a set with documents brings one in.")
        for folder in folders:
            held = kept.report(folder)
            told = (
                f"{held.dataset}: {held.documents} documents, {held.passages} passages, "
                f"brought in in {held.seconds:.0f} s"
                if held
                else "unfinished"
            )
            gone = bool(wanted & {"all", folder.name})
            if gone:
                kept.remove(folder)
            typer.echo(f"{'removed ' if gone else ''}{folder.name}  {told}")


def _refuse_existing(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} is there already; give a new folder")


def _described(dataset: Dataset) -> str:
    examples = dataset.examples
    kinds = Counter(example.tags.get("kind", "") for example in examples)
    kinds.pop("", None)
    lines = [
        f"{dataset.name}{' (synthetic)' if dataset.synthetic else ''}",
        f"  {len(examples)} questions, {sum(not e.answerable for e in examples)} unanswerable",
        f"  {sum(bool(e.answers or e.required) for e in examples)} with answers, "
        f"{sum(bool(e.gold) for e in examples)} with gold places"
        f"{' (pages)' if dataset.by_page else ''}, "
        f"{sum(bool(e.evidence) for e in examples)} with evidence",
        f"  {len(dataset.corpus)} documents, digest {dataset.digest[:12]}",
    ]
    if kinds:
        lines.append("  " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    return "\n".join(lines)
