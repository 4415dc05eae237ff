"""The door to ``python -m evaluation``; the commands are in ``app/cli/evaluation/``."""

from app.cli.evaluation import app

app(prog_name="python -m evaluation")
