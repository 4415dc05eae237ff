"""The commands about runs that are done: compare, report, gate, list, export, remove."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli.console import FAILED, print_json, services
from app.cli.evaluation.options import Html, Json, ReportLanguage
from app.cli.evaluation.showing import (
    Shown,
    comparison_payload,
    print_flips,
    table_console,
    writing,
)
from app.workbench import Workbench

if TYPE_CHECKING:
    from evaluation.comparing import Side
    from evaluation.results import Run

app = typer.Typer()

_NAMES: Final = "Id of a run, the beginning of it, `latest`, or a file that `export` wrote"
_GATED: Final = ("hit@1", "hit@5", "mrr@10", "match", "f1", "citation_precision", "citation_recall")
OneRun = Annotated[str, typer.Argument(help=f"{_NAMES}; RUN:SYSTEM picks one of its systems.")]


@app.command()
def compare(
    before: OneRun,
    after: OneRun,
    *,
    flips: Annotated[int, typer.Option(min=0, help="Show so many questions that flipped.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """What changed from one run to another, what chance alone explains, which questions flipped.

    Two systems of one run are compared as RUN:dense RUN:fused.
    """
    from evaluation.attribution import flips as find_flips
    from evaluation.comparing import differences
    from evaluation.reports.console import print_comparison
    from evaluation.reports.summary import compare as adjusted

    with services() as opened:
        bench = Workbench(opened)
        console = table_console()
        old, new = _side(bench, before), _side(bench, after)
        names = {"before": _shown(before, old), "after": _shown(after, new)}
        comparisons = adjusted(differences(old, new))
        found = find_flips(old, new)
        if as_json:
            print_json(comparison_payload(comparisons, found, **names))
            return
        print_comparison(console, comparisons, **names)
        print_flips(console, found, most=flips)


@app.command()
def report(
    runs: Annotated[list[str], typer.Argument(help=f"{_NAMES}; several make one report.")],
    *,
    json: Json = None,
    html: Html = None,
    language: ReportLanguage = "en",
    csv: Annotated[Path | None, typer.Option(help="Write the numbers as a table.")] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Write every question with its result as a table.")
    ] = None,
) -> None:
    """Show runs again, and write them as JSON, CSV, or a page with plots."""
    with services() as opened:
        bench = Workbench(opened)
        shown = Shown(json=json, html=html, language=language, csv=csv, questions=questions)
        for name in runs:
            shown.add(_load(bench, name))
        shown.finish()


@app.command()
def gate(
    run: Annotated[str, typer.Argument(help=f"{_NAMES}.")] = "latest",
    *,
    baseline: Annotated[str, typer.Option(help=f"{_NAMES}: what must not be lost.")],
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            help="How much a metric may drop: hit@1=0.02; 0.02 alone goes for all main metrics. "
            "May be repeated."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail too when the questions are too few to tell.")
    ] = False,
) -> None:
    """For CI: exit with 1 when a metric dropped by more than allowed, beyond what chance explains.

    With no --max-drop the main metrics may not drop at all.
    """
    from evaluation.comparing import check_comparable
    from evaluation.errors import MetricUnknown
    from evaluation.reports.console import print_gate
    from evaluation.statistics.gate import gate as judged

    with services() as opened:
        bench = Workbench(opened)
        old, new = _side(bench, baseline), _side(bench, run)
        check_comparable(old, new)
        before, after = old.metrics(), new.metrics()
        allowed = _drops(max_drop or (), [name for name in _GATED if name in before])
        for name in allowed:
            if name not in before or name not in after:
                raise MetricUnknown(metric=name, known=", ".join(before))
        verdicts = judged(before, after, old.run.clusters, max_drop=allowed)
        print_gate(table_console(), verdicts)
        statuses = {verdict.status for verdict in verdicts}
        if "regressed" in statuses or (strict and "undecided" in statuses):
            raise typer.Exit(FAILED)


@app.command("list")
def list_runs(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False
) -> None:
    """List the runs in the record, the newest first."""
    with services() as opened:
        entries = Workbench(opened).runs.entries()
    if as_json:
        print_json(
            [
                {
                    "run": one.id,
                    "kind": one.plan.kind,
                    "dataset": one.plan.dataset,
                    "systems": list(one.plan.systems),
                    "questions": one.questions,
                    "seed": one.plan.seed,
                    "settings": one.plan.settings,
                    "started_at": one.started_at.isoformat(timespec="seconds"),
                    "finished": one.finished_at is not None,
                }
                for one in entries
            ]
        )
        return
    if not entries:
        typer.echo("There are no runs yet; begin with: python -m evaluation retrieval -d samples")
    for one in entries:
        state = "" if one.finished_at else f"  stopped at {one.done} of {one.total}"
        settings = "".join(f"  {name}={value}" for name, value in one.plan.settings.items())
        began = one.started_at.astimezone()
        typer.echo(
            f"{one.id:13} {began:%Y-%m-%d %H:%M}  {one.plan.kind:9} {one.plan.dataset}  "
            f"{one.questions} questions  {', '.join(one.plan.systems)}{settings}{state}"
        )


@app.command()
def export(
    run: Annotated[str, typer.Argument(help=f"{_NAMES}.")],
    file: Annotated[Path, typer.Argument(help="A name ending in .gz is compressed.")],
) -> None:
    """Write a run with every result to a file, such as a baseline for `gate`."""
    from evaluation.run_file import write_run

    with services() as opened:
        loaded = _load(Workbench(opened), run)
        with writing(file):
            write_run(loaded, file)
        typer.echo(f"wrote {file}", err=True)


@app.command()
def remove(runs: Annotated[list[str], typer.Argument(help="Ids of runs.")]) -> None:
    """Delete runs from the record."""
    with services() as opened:
        kept = Workbench(opened).runs
        for name in runs:
            typer.echo(f"removed {kept.remove(name)}")


def _load(bench: Workbench, name: str) -> Run:
    """The run in the file ``name`` if there is one, else in the record."""
    from evaluation.run_file import read_run

    return read_run(Path(name)) if _is_file(name) else bench.runs.load(name)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # it is too long for a file's name
        return False


def _side(bench: Workbench, name: str) -> Side:
    from evaluation.comparing import Side, split_name

    run, system = (name, "") if _is_file(name) else split_name(name)
    return Side.of(_load(bench, run), system)


def _shown(given: str, side: Side) -> str:
    """RUN:SYSTEM, or FILE:SYSTEM where a file was given."""
    file = given.removesuffix(f":{side.system}")
    return f"{file}:{side.system}" if _is_file(file) else side.name


def _drops(given: Iterable[str], main: Iterable[str]) -> Mapping[str, float]:
    """Allowed drops by metric: one for all main metrics, or each by name."""
    allowed: dict[str, float] = {}
    for one in given:
        name, _, raw = one.rpartition("=")
        try:
            drop = float(raw)
        except ValueError:
            drop = math.nan
        if not 0 <= drop < math.inf:
            raise typer.BadParameter(f"{one!r}: a drop is a number from 0 up, such as 0.02")
        allowed.update(dict.fromkeys([name] if name else main, drop))
    return allowed or dict.fromkeys(main, 0.0)
