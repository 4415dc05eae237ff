"""``python -m ingest move-to`` another embedding model, and ``settings`` of a collection."""

from __future__ import annotations

import threading
import time
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.cli.console import FAILED, complain, print_json, services
from app.wiring import Services
from rag.reading_errors import error_named

_LOOK_AGAIN_S: Final = 0.2


def move_to(
    model: Annotated[
        str,
        typer.Argument(help="Folder or hub id of a sentence-transformers model on this machine."),
    ] = "",
    cancel: Annotated[bool, typer.Option("--cancel", help="Give up the move under way.")] = False,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on with it.")] = False,
) -> None:
    """Move the data folder to another embedding model.

    All passages get vectors of it beside the old ones, then both indexes are made beside the old
    ones, then one switch. Until that everything is searched as before, and what comes in meanwhile
    is moved too. Interrupted, it goes on with `--continue`, or by the app.
    """
    from app.reindexing import begin_move
    from vectorstore.schema import ReindexingState

    if (bool(model) + cancel + go_on) != 1:
        raise typer.BadParameter("name a model, or give --cancel or --continue")
    with services() as opened:
        before = opened.reindexings.underway()
        if cancel or go_on:
            if before is None:
                typer.echo("nothing is under way")
                return
            if cancel:
                opened.reindexings.cancel(before.id)
                typer.echo("cancelled: what is searched stays as it is")
                return
        else:
            opened.open_model(model).embed_query("warm up")
            begin_move(opened, model)
        _work(opened)
        ended = opened.reindexings.newest()
        if ended is not None and ended.state is ReindexingState.FAILED and ended.refusal:
            complain(error_named(str(ended.refusal["error"]), ended.refusal["values"]))
            raise typer.Exit(FAILED)
        if ended is not None and ended.state is ReindexingState.DONE:
            opened.synchroniser.catch_up_dense()
            typer.echo(f"moved {ended.passages} passages to {opened.embedder.model_id}")


def collection_settings(
    collection: Annotated[str, typer.Argument(help="Name of the collection.")],
    chunk_tokens: Annotated[
        str | None,
        typer.Option("--chunk-tokens", help="Longest passage in tokens; usual: as everywhere."),
    ] = None,
    recognise: Annotated[
        bool | None,
        typer.Option("--recognise/--no-recognise", help="Whether scans and pictures are read."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Show or change how a collection's files are read from now on."""
    from vectorstore.collection_settings import CollectionSettings, chunk_tokens_of

    with services() as opened:
        held = opened.record.collection(collection)
        kept = opened.collection_settings.of(held.id)
        length, seen = kept.chunk_tokens, kept.recognise
        if chunk_tokens is not None:
            length = chunk_tokens_of("" if chunk_tokens == "usual" else chunk_tokens)
        if recognise is not None:
            seen = None if recognise else False
        kept = CollectionSettings(chunk_tokens=length, recognise=seen)
        opened.collection_settings.put(held.name, kept)
        usual = opened.settings.chunk_tokens
        told = {
            "collection": held.name,
            "chunk_tokens": kept.chunk_tokens or usual,
            "recognise": kept.recognise is not False,
        }
    if as_json:
        print_json(told)
        return
    own = "" if kept.chunk_tokens else " (usual)"
    typer.echo(f"longest passage: {told['chunk_tokens']} tokens{own}")
    typer.echo(f"text in scans and pictures: {'read' if told['recognise'] else 'not read'}")


def _work(opened: Services) -> None:
    """Be the worker while there is no other, until nothing is made anew any more."""
    ended = threading.Event()
    shower = threading.Thread(target=_show, args=(opened, ended), daemon=True)
    shower.start()

    def is_done() -> bool:
        return opened.reindexings.underway() is None

    try:
        while not is_done():
            if not opened.worker.run(is_done):
                time.sleep(_LOOK_AGAIN_S)
    finally:
        ended.set()
        shower.join()


def _show(opened: Services, ended: threading.Event) -> None:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("Embedding", total=None)
        while not ended.wait(_LOOK_AGAIN_S):
            if (found := opened.reindexings.underway()) is not None:
                at, done = ("Indexing", found.indexed) if found.indexed else ("", found.embedded)
                doing = at or "Embedding"
                bars.update(task, description=doing, total=found.passages, completed=done)
