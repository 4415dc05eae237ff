"""The door to ``python -m ingest``; the commands are in ``app/cli/ingest.py``."""

from app.cli.ingest import app

app(prog_name="python -m ingest")
