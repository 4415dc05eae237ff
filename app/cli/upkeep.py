"""The care of the data folder: ``python -m ingest doctor``, ``rebuild``, ``purge``, and backups."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import FAILED, complain, print_json, services
from app.wiring import load_settings
from rag.errors import QuorumError

_Folder = Annotated[Path, typer.Argument(help="The folder of the backup.")]


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Compare the record with both indexes and say what differs; nothing is changed.

    Exits with 1 when something does. The next start, or `rebuild`, puts it right.
    """
    with services() as opened:
        found = opened.upkeep.examine()
    if as_json:
        print_json([asdict(one) for one in found])
    for one in [] if as_json else found:
        if one.kind == "unfinished":
            typer.echo(f"{one.found} versions were begun and not ended: they would be ended")
        else:
            typer.echo(
                f"{one.collection}: the index of {one.kind} holds {one.found} of {one.expected} "
                "passages: it would be made anew"
            )
    if not found and not as_json:
        typer.echo("The record and both indexes agree.")
    if found:
        raise typer.Exit(FAILED)


def rebuild() -> None:
    """Make both indexes anew from the record; nothing is embedded again."""
    with services() as opened:
        opened.upkeep.rebuild()
    typer.echo("both indexes are made anew")


def purge() -> None:
    """Remove deleted documents and replaced versions from every file of the data folder.

    Citations of replaced versions can no longer be opened afterwards; what conversations quote of
    texts that are gone is erased.
    """
    with services() as opened:
        count = opened.upkeep.purge()
    typer.echo(f"purged {count} versions")


def backup(folder: _Folder) -> None:
    """Copy the record and all waiting files to a folder, even while the app runs."""
    from ingest.upkeep import back_up

    try:
        written = back_up(load_settings(os.environ).data_dir, folder)
    except QuorumError as error:
        complain(error)
        raise typer.Exit(FAILED) from None
    typer.echo(f"backed up {written / 1_000_000:.1f} MB to {folder}")


def restore(folder: _Folder) -> None:
    """Put a backup into the data folder, which must be empty; the next start makes the indexes."""
    from ingest.upkeep import restore as put_back

    try:
        data = load_settings(os.environ).data_dir
        written = put_back(folder, data)
    except QuorumError as error:
        complain(error)
        raise typer.Exit(FAILED) from None
    typer.echo(f"restored {written / 1_000_000:.1f} MB to {data}")
