"""What commands print and write: tables, causes of failures, and the files asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import dumps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from evaluation.attribution import Flip
    from evaluation.reports.failures import Failures
    from evaluation.reports.glossary import Language
    from evaluation.reports.summary import Comparison, RunSummary
    from evaluation.results import Run
    from evaluation.sweeping import Sweep

STANDARD_OUTPUT = Path("-")


class Shown:
    """Tables at once; the files when all is measured.

    Tables go to standard output, or to standard error while the JSON goes there.
    """

    def __init__(
        self,
        *,
        json: Path | None,
        html: Path | None = None,
        language: Language = "en",
        csv: Path | None = None,
        questions: Path | None = None,
    ) -> None:
        self._json = json
        self._html = html
        self._language = language
        self._csv = csv
        self._questions = questions
        self._runs: list[Run] = []
        self._summaries: list[RunSummary] = []
        self._failures: dict[str, Failures] = {}
        self.console = table_console(json)

    def add(self, run: Run, took_s: float | None = None) -> None:
        """Print the tables of ``run`` and keep it for the files."""
        from evaluation.reports.console import print_summary
        from evaluation.reports.failures import failures_of
        from evaluation.reports.summary import summarise
        from evaluation.run_file import results_digest

        summary = summarise(run)
        failures = failures_of(run)
        self._runs.append(run)
        self._summaries.append(summary)
        self._failures[run.id] = failures
        print_summary(self.console, summary, took_s=took_s)
        for system, causes in failures.causes.items():
            told = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
            self.console.print(f"[dim]{escape(system)} failed by stage:[/] {told or 'nothing'}")
        self.console.print(f"[dim]run {run.id} · results {results_digest(run)[:16]}[/]\n")

    def finish(self) -> None:
        """Write the files that were asked for."""
        from evaluation.reports.as_csv import summary_csv
        from evaluation.reports.as_json import as_json
        from evaluation.reports.html import as_html

        if self._json == STANDARD_OUTPUT:
            typer.echo(as_json(*self._summaries), nl=False)
        elif self._json is not None:
            write(self._json, as_json(*self._summaries))
        if self._html is not None:
            page = as_html(self._summaries, language=self._language, failures=self._failures)
            write(self._html, page)
        if self._csv is not None:
            write(self._csv, summary_csv(*self._summaries))
        if self._questions is not None:
            self._write_questions(self._questions)

    def _write_questions(self, path: Path) -> None:
        """One table a run; with several runs the file's name gets each run's id."""
        from evaluation.reports.as_csv import questions_csv
        from evaluation.scoring import metrics_of

        for run in self._runs:
            named = path if len(self._runs) == 1 else path.with_stem(f"{path.stem}-{run.id}")
            write(named, questions_csv(run, {name: metrics_of(run, name) for name in run.results}))


def table_console(json: Path | None = None) -> Console:
    """Where tables go: standard output, or standard error while the JSON goes there."""
    return Console(stderr=json == STANDARD_OUTPUT, emoji=False, highlight=False)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises OutputUnwritable where ``path`` cannot be written."""
    from evaluation.errors import OutputUnwritable

    try:
        yield
    except OSError as error:
        raise OutputUnwritable(path=path, detail=error.strerror or str(error)) from error


def write(path: Path, text: str) -> None:
    """Write a file that was asked for, and say so on standard error. Raises OutputUnwritable."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    typer.echo(f"wrote {path}", err=True)


def write_json(path: Path | None, payloads: Sequence[dict[str, Any]]) -> None:
    """One of them as an object, several as a list: to a file, or printed for ``-``."""
    text = dumps(payloads[0] if len(payloads) == 1 else payloads, ensure_ascii=False, indent=2)
    if path == STANDARD_OUTPUT:
        typer.echo(text)
    elif path is not None:
        write(path, f"{text}\n")


def print_flips(console: Console, found: Sequence[Flip], *, most: int) -> None:
    """How many questions became right and wrong, by cause, and the first ``most`` of them."""
    if not found:
        console.print("No question went from right to wrong or back.")
        return
    better = [flip for flip in found if flip.became_right]
    console.print(f"{len(better)} became right, {len(found) - len(better)} became wrong")
    causes = Counter(f"{flip.before or 'right'} → {flip.after or 'right'}" for flip in found)
    console.print("  " + ", ".join(f"{told} {count}" for told, count in causes.most_common()))
    for flip in found[:most]:
        change = f"{flip.before or 'right'} → {flip.after or 'right'}"
        console.print(
            f"  {change}: {escape(flip.example.question)} [dim]{escape(flip.example.id)}[/]"
        )
    if len(found) > most:
        console.print(f"  and {len(found) - most} more (--flips {len(found)} shows all)")
    console.print()


def print_sweep(console: Console, dataset: str, sweep: Sweep) -> None:
    """Each setting with its interval, and whether one of them wins."""
    from evaluation.reports.formatting import estimate, p_value
    from evaluation.reports.glossary import scale_of

    console.print(f"[bold]{escape(dataset)}[/] {sweep.metric}")
    width = max(len(told) for told in sweep.settings)
    for at, (told, one) in enumerate(zip(sweep.settings, sweep.intervals, strict=True)):
        number = estimate(one.value, one.low, one.high, scale_of(sweep.metric))
        against = "best" if at == sweep.best else p_value(sweep.against[at])
        console.print(f"  {escape(told):{width}}  {number}  {against}")
    if sweep.winner is not None:
        console.print(
            f"winner: {escape(sweep.settings[sweep.winner])} (beats each of the others)\n"
        )
    else:
        among = ", ".join(sweep.settings[at] for at in sweep.not_worse)
        console.print(
            f"no winner: chance alone may have put these in their order: {escape(among)}\n"
        )


def comparison_payload(
    comparisons: Sequence[Comparison], found: Sequence[Flip], *, before: str, after: str
) -> dict[str, Any]:
    """What ``compare --json`` prints."""
    return {
        "before": before,
        "after": after,
        "metrics": {
            one.difference.metric: {
                "before": _finite(one.difference.before),
                "after": _finite(one.difference.after),
                "difference": _finite(one.difference.value),
                "low": _finite(one.difference.low),
                "high": _finite(one.difference.high),
                "p": _finite(one.p),
                "test": one.difference.test,
                "verdict": one.direction.value,
            }
            for one in comparisons
        },
        "flips": [
            {
                "id": flip.example.id,
                "question": flip.example.question,
                "before": flip.before,
                "after": flip.after,
            }
            for flip in found
        ],
    }


def sweep_payload(dataset: str, sweep: Sweep) -> dict[str, Any]:
    """What ``sweep --json`` writes."""
    return {
        "dataset": dataset,
        "metric": sweep.metric,
        "settings": [
            {
                "setting": told,
                "value": _finite(one.value),
                "low": _finite(one.low),
                "high": _finite(one.high),
                "p": _finite(p),
            }
            for told, one, p in zip(sweep.settings, sweep.intervals, sweep.against, strict=True)
        ],
        "best": sweep.settings[sweep.best],
        "winner": None if sweep.winner is None else sweep.settings[sweep.winner],
    }


def _finite(value: float) -> float | None:
    """JSON knows no NaN."""
    return value if isfinite(value) else None
