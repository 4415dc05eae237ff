"""``python -m rag.models.convert_chatglm``: make a ChatGLM2 or ChatGLM3 checkpoint a GLM one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import FAILED, complain
from rag.errors import QuorumError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Format(StrEnum):
    """The chat formats that can be named."""

    CHATGLM2 = "chatglm2"
    CHATGLM3 = "chatglm3"


@app.command()
def convert_chatglm(
    source: Annotated[Path, typer.Argument(help="Folder of a ChatGLM2-6B or ChatGLM3-6B.")],
    target: Annotated[Path, typer.Argument(help="Folder to make; it must not be there yet.")],
    chat: Annotated[
        Format | None,
        typer.Option("--format", help="Chat format, where the checkpoint's code is not there."),
    ] = None,
) -> None:
    """Convert a checkpoint to the GLM class of transformers: weights, tokenizer, chat format.

    Nothing of the checkpoint's code is run. The result needs as much disk as the checkpoint and
    loads with QUORUM_LOCAL_MODEL=TARGET.
    """
    from rag.models.convert_chatglm.conversion import convert

    def told(number: int, total: int, name: str) -> None:
        typer.echo(f"weights {number} of {total}: {name}", err=True)

    try:
        used = convert(source, target, told=told, chat=chat.value if chat else None)
    except QuorumError as error:
        complain(error)
        raise typer.Exit(FAILED) from None
    typer.echo(f"{target} is ready ({used.name}); use it with QUORUM_LOCAL_MODEL={target}")
