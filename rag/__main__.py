"""The door to ``python -m rag``; the commands are in ``app/cli/rag.py``."""

from app.cli.rag import app

app(prog_name="python -m rag")
