"""The commands that measure: ``retrieval``, ``answers``, ``sweep``."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import services
from app.cli.evaluation.apart import apart, found_again, measured_apart
from app.cli.evaluation.options import (
    Again,
    Format,
    Html,
    Json,
    Library,
    Limit,
    PartOf,
    ReportLanguage,
    Seed,
    Sets,
    Settings,
    note_without_effect,
    pairs,
    question_sets,
    show_progress,
)
from app.cli.evaluation.showing import (
    Shown,
    print_sweep,
    sweep_payload,
    table_console,
    write_json,
)
from app.workbench import Request, Workbench

if TYPE_CHECKING:
    from evaluation.results import Run

app = typer.Typer()


@app.command()
def retrieval(
    dataset: Sets,
    *,
    limit: Limit = 1000,
    seed: Seed = 0,
    part: PartOf = "",
    settings: Settings = None,
    system: Annotated[
        list[str] | None, typer.Option(help="dense, bm25, rrf or fused; default: all of them.")
    ] = None,
    format_: Format = "",
    collection: Library = None,
    again: Again = False,
    json: Json = None,
    html: Html = None,
    language: ReportLanguage = "en",
) -> None:
    """How often the search finds the right place: each half alone, rank fusion, and ours.

    A run that was stopped goes on where it stopped; one that is finished is shown again.
    """
    from evaluation.systems import SYSTEMS

    for name in system or ():
        if name not in SYSTEMS:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(SYSTEMS)}")
    with services() as opened:
        given = pairs(settings)
        note_without_effect(given)
        bench, shown = Workbench(opened), Shown(json=json, html=html, language=language)
        measure = partial(bench.retrieval, systems=system or (), settings=given)
        requests = [
            Request(dataset=one, limit=limit, seed=seed, part=part, again=again)
            for one in question_sets(opened, dataset, format_, collection or ())
        ]
        took: dict[int, float] = {}
        if apart([request.dataset for request in requests]):
            with show_progress("retrieval") as tell:
                tell("sets", 0, len(requests))
                for done in measured_apart(requests, system or (), given):
                    took |= done
                    tell("sets", len(took), len(requests))
        for at, request in enumerate(requests):
            if at in took:
                _show(shown, found_again(request), measure, measured_s=took[at])
            else:
                _show(shown, request, measure)
        shown.finish()


@app.command()
def answers(
    dataset: Sets,
    *,
    limit: Limit = 1000,
    seed: Seed = 0,
    part: PartOf = "",
    settings: Settings = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="What answers; may be repeated. Default: the app's."),
    ] = None,
    judge: Annotated[
        str, typer.Option(help="Ask this model too whether answers are faithful and relevant.")
    ] = "",
    at_once: Annotated[
        int, typer.Option(min=1, max=64, help="Questions asked at the same time.")
    ] = 1,
    format_: Format = "",
    collection: Library = None,
    again: Again = False,
    json: Json = None,
    html: Html = None,
    language: ReportLanguage = "en",
) -> None:
    """How often the answer is right, cited, honest about not knowing; what it costs; why it fails.

    Settings such as the model's address come from .env; --set changes them for this run.
    """
    with services() as opened:
        given = pairs(settings)
        bench, shown = Workbench(opened), Shown(json=json, html=html, language=language)
        measure = partial(
            bench.answers, models=model or (), settings=given, judge=judge, at_once=at_once
        )
        for one in question_sets(opened, dataset, format_, collection or ()):
            request = Request(dataset=one, limit=limit, seed=seed, part=part, again=again)
            _show(shown, request, measure)
        shown.finish()


@app.command()
def sweep(
    dataset: Sets,
    *,
    vary: Annotated[
        list[str],
        typer.Option(help="A setting and its values: lexical_weight=0.3,0.5; may be repeated."),
    ],
    metric: Annotated[
        str, typer.Option(help="What decides. Default: mrr@10, and match where a model answers.")
    ] = "",
    model: Annotated[
        str, typer.Option("--model", "-m", help="Compare answers of this model, not rankings.")
    ] = "",
    limit: Limit = 1000,
    seed: Seed = 0,
    part: PartOf = "",
    settings: Settings = None,
    format_: Format = "",
    collection: Library = None,
    json: Json = None,
) -> None:
    """Compare values of settings over the same questions; name a winner only if there is one.

    Choose on one set (or --part train) and report on another: the best of
    many looks better than it is.
    """
    from evaluation.sweeping import grid, sweep_of

    with services() as opened:
        bench, fixed, combinations = Workbench(opened), pairs(settings), list(grid(pairs(vary)))
        if len(combinations) < 2:
            raise typer.BadParameter("a sweep needs two values or more: lexical_weight=0.3,0.5")
        for values in combinations:
            bench.configured({**fixed, **values})
        if not model:
            note_without_effect({**fixed, **combinations[0]})
        told, payloads = [_told(values) for values in combinations], []
        for one in question_sets(opened, dataset, format_, collection or ()):
            request = Request(dataset=one, limit=limit, seed=seed, part=part)
            runs = []
            for values, name in zip(combinations, told, strict=True):
                given = {**fixed, **values}
                with show_progress(f"{one.name} {name}") as tell:
                    runs.append(
                        bench.answers(request, models=(model,), settings=given, tell=tell)
                        if model
                        else bench.retrieval(request, systems=("fused",), settings=given, tell=tell)
                    )
            decides = metric or ("match" if model else "mrr@10")
            found = sweep_of(decides, told, runs)
            print_sweep(table_console(json), one.name, found)
            payloads.append(sweep_payload(one.name, found))
        write_json(json, payloads)


def _show(
    shown: Shown, request: Request, measure: Callable[..., Run], *, measured_s: float = 0.0
) -> None:
    """Measure one set with a bar, and show the run with the time it took.

    ``measured_s`` is what it took before, where it was measured apart.
    """
    started = time.perf_counter()
    with show_progress(request.dataset.name) as tell:
        run = measure(request, tell=tell)
    shown.add(run, measured_s + time.perf_counter() - started)


def _told(values: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())
