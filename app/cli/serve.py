"""``python -m app``: brings the sample corpus in once, then serves the pages."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import typer

from app.cli.console import FAILED
from app.wiring import load_settings
from rag.errors import QuorumError
from rag.settings import Settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLES = _ROOT / "samples" / "documents"


@app.command()
def serve(
    samples: bool = typer.Option(True, help="Bring the sample corpus in at the first start."),
) -> None:
    """Serve the app on the address and port of the settings."""
    try:
        settings = load_settings(os.environ)
    except QuorumError as error:
        typer.echo(f"error: {error}\n       {error.hint}", err=True)
        raise typer.Exit(FAILED) from None
    _refuse_taken_port(settings)
    if samples:
        _ingest_samples_once(settings)
    typer.echo(f"Quorum is at http://{settings.host}:{settings.port}", err=True)
    os.chdir(_ROOT)
    os.execv(  # noqa: S606 (Streamlit takes this process over, signals and all)
        sys.executable,
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app/main.py",
            "--server.address",
            settings.host,
            "--server.port",
            str(settings.port),
        ],
    )


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            typer.echo(
                f"error: {settings.host}:{settings.port} cannot be listened on ({error.strerror})\n"
                "       Stop what runs there, or set QUORUM_PORT to another port.",
                err=True,
            )
            raise typer.Exit(FAILED) from None


def _ingest_samples_once(settings: Settings) -> None:
    """Add the sample corpus unless it ever was: who removes it does not get it back."""
    done = settings.data_dir / "samples-added"
    if done.exists() or not _SAMPLES.is_dir():
        return
    from app.cli.console import services
    from app.cli.ingestion_jobs import follow
    from ingest.sources import find_sources

    typer.echo("First start: reading the sample documents.", err=True)
    with services() as opened:
        files = [(source.name, source.path) for source in find_sources([_SAMPLES])]
        follow(opened, opened.jobs.submit(files, "samples"), "Adding the sample documents")
    done.touch()
