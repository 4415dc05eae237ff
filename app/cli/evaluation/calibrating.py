"""The command ``calibrate``: fit how sure answers are on a set, and keep it for this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from app.cli.console import services
from app.cli.evaluation.options import (
    Format,
    Library,
    Limit,
    Seed,
    Sets,
    question_sets,
    show_progress,
)
from app.cli.evaluation.showing import table_console
from app.workbench import Workbench

if TYPE_CHECKING:
    from app.calibrating import Calibrated
    from app.wiring import Services

app = typer.Typer()


@app.command()
def calibrate(
    dataset: Sets = [],  # noqa: B006 (typer wants a list)
    *,
    model: Annotated[
        str, typer.Option("--model", "-m", help="Whose answers. Default: the app's.")
    ] = "",
    limit: Limit = 1000,
    seed: Seed = 0,
    format_: Format = "",
    collection: Library = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Take away what was fitted for this model here.")
    ] = False,
) -> None:
    """Fit confidence and refusal on your own questions; used from the next answer on.

    Three fifths of the documents are fitted on, the rest says what it is worth. Questions that the
    documents do not answer are part of it: the set's own, or made ones. What is fitted holds for
    this embedding model and this model's way of answering.
    """
    if forget == bool(dataset):
        raise typer.BadParameter("give either a question set (-d SET) or --forget")
    with services() as opened:
        name = model or opened.models()[0]
        opened.check_model(name)
        if forget:
            _forget(opened, name)
            return
        from app.calibrating import calibrated

        sets = list(question_sets(opened, dataset, format_, collection or ()))
        with show_progress("calibrate") as tell:
            found = calibrated(
                Workbench(opened), sets, model=name, limit=limit, seed=seed, tell=tell
            )
        opened.calibrations.keep(found.calibration)
        _show(found)


def _forget(opened: Services, model: str) -> None:
    gone = opened.calibrations.forget(opened.embedder.model_id, model)
    told = "forgotten" if gone else "there was nothing to forget"
    typer.echo(f"{model}: {told}")


def _show(found: Calibrated) -> None:
    table = Table("", "before", "after", title=f"{found.held_out} questions held out")
    for name, before in found.before.items():
        after = found.after[name]
        table.add_row(
            name,
            *(f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in (before, after)),
        )
    console = table_console()
    console.print(table)
    floors = ", ".join(
        f"{ground.value} below {curve.floor:.2f}"
        for ground, curve in found.calibration.curves.items()
    )
    console.print(f"kept for {found.calibration.answerer}; refuses {floors}")
