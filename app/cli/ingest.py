"""``python -m ingest``: add files, list what is there, show a page's text, remove documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import FAILED, complain, print_json, services
from app.cli.ingestion_jobs import (
    cancel,
    error_of,
    file_as_json,
    follow,
    list_jobs,
    retry,
    work,
)
from app.cli.reindexing import collection_settings, move_to
from app.cli.upkeep import backup, doctor, purge, rebuild, restore
from app.wiring import Services

if TYPE_CHECKING:
    from ingest.job_files import JobFile
    from ingest.sources import Source

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("jobs")(list_jobs)
app.command()(cancel)
app.command()(retry)
app.command()(work)
for _command in (doctor, rebuild, purge, backup, restore):
    app.command()(_command)
app.command("move-to")(move_to)
app.command("settings")(collection_settings)

_Collection = Annotated[
    str, typer.Option("--collection", "-c", help="Name of the collection, such as handbook.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]


@app.callback()
def _ingest() -> None:
    """Bring documents into collections and take them out."""


@app.command()
def add(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, and folders with all that is in them.")
    ],
    collection: _Collection,
    as_json: _Json = False,
) -> None:
    """Add files to a collection, making it when it is not there.

    A ZIP archive gives a document for each file in it, `ARCHIVE/NAME`. The files are copied into a
    queue first: from then on they get in, even if this is interrupted. Where the app is at work
    already, it takes them. The same bytes under the same name are left alone; changed ones become
    a new version. Exits with 1 when a file was refused; the others are in all the same.
    """
    from ingest.sources import find_sources

    with services() as opened:
        sources = find_sources(paths)
        if not sources:
            typer.echo("error: there are no files in these folders", err=True)
            raise typer.Exit(FAILED)
        job_id = _hand_in(opened, sources, collection)
        job = follow(opened, job_id, f"Adding to {collection}")
        if as_json:
            print_json([file_as_json(file) for file in job.files])
        else:
            for file in job.files:
                typer.echo(_file_as_text(file))
                if (error := error_of(file)) is not None:
                    complain(error)
        if any(file.refusal is not None for file in job.files):
            raise typer.Exit(FAILED)


@app.command("list")
def list_documents(
    collection: Annotated[
        str | None, typer.Option("--collection", "-c", help="Only this collection.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """List collections and their documents."""
    with services() as opened:
        record = opened.record
        chosen = [record.collection(collection)] if collection else record.collections()
        listing = [
            {
                "collection": one.name,
                "documents": [
                    {
                        "name": entry.name,
                        "state": entry.state.value,
                        "version": entry.version,
                        "pages": entry.pages,
                        "passages": entry.chunks,
                        "bytes": entry.size_bytes,
                        "reason": _reason(entry.refusal),
                        "warnings": list(entry.warnings),
                    }
                    for entry in record.documents(one.id)
                ],
            }
            for one in chosen
        ]
    if as_json:
        print_json(listing)
    elif not listing:
        typer.echo("There are no collections yet; make one with: python -m ingest add PATH -c NAME")
    else:
        typer.echo("\n".join(_listing_as_text(one) for one in listing))


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="Name of the document, as `list` prints it.")],
    collection: _Collection,
    page: Annotated[int, typer.Option("--page", "-p", min=1, help="Page, from 1.")] = 1,
    version: Annotated[
        str, typer.Option("--version", help="SHA-256 or its beginning; default: the newest.")
    ] = "",
    as_json: _Json = False,
) -> None:
    """Print a page's text: what the offsets of a citation count in."""
    with services() as opened:
        entry = opened.record.document(opened.record.collection(collection), document)
        found = opened.record.page(entry.id, version or entry.version, page)
        if as_json:
            print_json(
                {
                    "document": entry.name,
                    "version": version or entry.version,
                    "page": found.number,
                    "label": found.label,
                    "text": found.text,
                }
            )
        else:
            typer.echo(found.text)


@app.command()
def remove(
    documents: Annotated[
        list[str] | None, typer.Argument(help="Names, as `list` prints them.")
    ] = None,
    collection: _Collection = "",
    everything: Annotated[bool, typer.Option("--all", help="Remove the whole collection.")] = False,
) -> None:
    """Remove documents from a collection; the last one takes the collection with it."""
    if bool(documents) == everything:
        raise typer.BadParameter("name the documents to remove, or give --all")
    with services() as opened:
        names = documents or []
        if everything:
            held = opened.record.collection(collection)
            names = [entry.name for entry in opened.record.documents(held.id)]
        opened.ingestion.remove(collection, names)
        typer.echo(f"removed {len(names)} from {collection}")


def _hand_in(opened: Services, sources: Sequence[Source], collection: str) -> str:
    """Queue files and what archives hold; returns the job's id.

    What an archive holds that has no readable format is named on standard error.
    """
    from ingest.archives import taken_apart

    with TemporaryDirectory(prefix="quorum-") as unpacked:
        limit = opened.settings.max_file_mb * 1_000_000
        files, left_out = taken_apart(sources, into=Path(unpacked), max_bytes=limit)
        for name in left_out:
            typer.echo(f"note: {name} has no readable format", err=True)
        return opened.jobs.submit(files, collection)


def _file_as_text(file: JobFile) -> str:
    counts = f"  {file.pages} pages, {file.chunks} passages" if file.chunks else ""
    return "\n".join(
        [
            f"{file.status or file.state:9} {file.name}{counts}",
            *(f"          {warning}" for warning in file.warnings),
        ]
    )


def _reason(refusal: dict[str, Any] | None) -> str | None:
    """The stored refusal in words."""
    if refusal is None:
        return None
    from rag.reading_errors import error_named

    error = error_named(str(refusal["error"]), refusal["values"])
    return f"{error} {error.hint}"


def _listing_as_text(one: dict[str, Any]) -> str:
    lines = [f"{one['collection']} ({len(one['documents'])} documents)"]
    for entry in one["documents"]:
        size = f"{entry['pages']:4} pages {entry['passages']:6} passages"
        lines.append(f"  {entry['state']:9}{size}  {entry['name']}")
        if entry["reason"]:
            lines.append(f"           {entry['reason']}")
    return "\n".join(lines)
