"""What every command shares: services that are closed again, and errors as two plain sentences.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 something
was refused or failed, 2 the command line was wrong.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from app.wiring import Services, open_services
from rag.errors import QuorumError

FAILED = 1


@contextmanager
def services() -> Iterator[Services]:
    """Services for one command; a QuorumError inside becomes its message, its hint and exit 1."""
    for library in ("chromadb", "pypdf"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        opened = open_services()
        try:
            yield opened
        finally:
            opened.close()
    except QuorumError as error:
        complain(error)
        raise typer.Exit(FAILED) from None


def complain(error: QuorumError) -> None:
    """Say what happened and what to do, on standard error."""
    typer.echo(f"error: {error}\n       {error.hint}", err=True)


def print_json(value: object) -> None:
    """One JSON value on standard output, readable, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
