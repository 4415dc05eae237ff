"""The door to ``python -m app``; the command is in ``app/cli/serve.py``."""

from app.cli.serve import app

app(prog_name="python -m app")
