"""``python -m ingest``: add files, list what is there, show a page's text, remove documents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from app.cli.console import FAILED, complain, print_json, services
from app.wiring import Services
from rag.errors import LoadError, QuorumError

if TYPE_CHECKING:
    from ingest.pipeline import FileReport
    from ingest.sources import Source

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

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

    A ZIP archive gives a document for each file in it, `ARCHIVE/NAME`. The same bytes under the
    same name are left alone; changed ones become a new version. Exits with 1 when a file was
    refused; the others are in all the same.
    """
    from ingest.sources import find_sources

    with services() as opened, TemporaryDirectory(prefix="quorum-") as unpacked:
        sources = find_sources(paths)
        if not sources:
            typer.echo("error: there are no files in these folders", err=True)
            raise typer.Exit(FAILED)
        files, reports = _taken_apart(sources, Path(unpacked), opened.settings.max_file_mb)
        reports += add_all(opened, files, collection) if files else []
        if as_json:
            print_json([_report_as_json(report) for report in reports])
        else:
            for report in reports:
                typer.echo(_report_as_text(report))
                if report.error is not None:
                    complain(report.error)
        if any(report.error is not None for report in reports):
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


def add_all(opened: Services, sources: list[Source], collection: str) -> list[FileReport]:
    """Add files one after another with bars on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[doing]}"),
    )
    reports = []
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(f"Adding to {collection}", total=len(sources), doing="starting")
        ingestion = opened.ingestion
        for done, source in enumerate(sources):
            report = ingestion.add(
                source,
                collection,
                lambda p, done=done: bars.update(  # type: ignore[misc]
                    task, completed=done + int(p.share), doing=f"{p.stage}: {p.name}"
                ),
            )
            reports.append(report)
        bars.update(task, doing="done")
    return reports


def _taken_apart(
    sources: Iterable[Source], into: Path, max_file_mb: int
) -> tuple[list[Source], list[FileReport]]:
    """``sources`` with the files of archives in their place, and reports of refused archives.

    What an archive holds that has no readable format is named on standard error.
    """
    from ingest.archives import is_archive, unpack
    from ingest.pipeline import FileReport, Status

    files: list[Source] = []
    refused = []
    for number, source in enumerate(sources):
        if not is_archive(source):
            files.append(source)
            continue
        try:
            found = unpack(source, into=into / str(number), max_bytes=max_file_mb * 1_000_000)
        except LoadError as error:
            refused.append(FileReport(name=source.name, status=Status.REFUSED, error=error))
            continue
        files.extend(found.sources)
        for name in found.left_out:
            typer.echo(f"note: {source.name}/{name} has no readable format", err=True)
    return files, refused


def _report_as_text(report: FileReport) -> str:
    counts = f"  {report.pages} pages, {report.chunks} passages" if report.chunks else ""
    return "\n".join(
        [
            f"{report.status:9} {report.name}{counts}",
            *(f"          {warning}" for warning in report.warnings),
        ]
    )


def _report_as_json(report: FileReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "status": report.status.value,
        "pages": report.pages,
        "passages": report.chunks,
        "warnings": list(report.warnings),
        "reason": None if report.error is None else str(report.error),
        "hint": None if report.error is None else report.error.hint,
    }


def _reason(refusal: dict[str, Any] | None) -> str | None:
    """The stored refusal in words."""
    if refusal is None:
        return None
    import rag.errors

    kind = getattr(rag.errors, str(refusal["error"]), QuorumError)
    error: QuorumError = kind(**refusal["values"])
    return f"{error} {error.hint}"


def _listing_as_text(one: dict[str, Any]) -> str:
    lines = [f"{one['collection']} ({len(one['documents'])} documents)"]
    for entry in one["documents"]:
        size = f"{entry['pages']:4} pages {entry['passages']:6} passages"
        lines.append(f"  {entry['state']:9}{size}  {entry['name']}")
        if entry["reason"]:
            lines.append(f"           {entry['reason']}")
    return "\n".join(lines)
