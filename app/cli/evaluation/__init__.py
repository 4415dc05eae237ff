"""``python -m evaluation``: measure accuracy, compare runs, make question sets."""

from __future__ import annotations

import typer

from app.cli.evaluation import calibrating, measuring, ordered, runs, sets

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _evaluation() -> None:
    """Measure accuracy so that it can be trusted: intervals, tests, causes of failures."""


for part in (measuring.app, runs.app, sets.app, calibrating.app, ordered.app):
    app.registered_commands.extend(part.registered_commands)
