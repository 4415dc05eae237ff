"""The search, measured.

python -m benchmarks.retrieval speed --data ../shared/data --chunks 10000,100000,1000000
python -m benchmarks.retrieval accuracy --dataset ../shared/data/squad2_dev --limit 1000

``speed`` times the product, its parts and its rivals over libraries of real text in one process a
size, with memory, building time, and Chroma's recall against exact search. ``accuracy`` asks the
product, its halves and its rivals the same questions over the same passages and vectors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import FAILED, services
from app.cli.evaluation.options import Again, Html, Json, Limit, Seed, Sets

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def speed(
    *,
    data: Annotated[Path, typer.Option(help="A folder with question sets in it.")] = Path(
        "../shared/data"
    ),
    chunks: Annotated[str, typer.Option(help="Sizes, with commas.")] = "10000,100000,1000000",
    questions: Annotated[int, typer.Option(min=1, help="Questions asked of each system.")] = 200,
    embed: Annotated[
        int, typer.Option(min=1, help="Passages that get vectors of the model itself.")
    ] = 2000,
    seed: Seed = 0,
    work: Annotated[
        Path, typer.Option(help="Where libraries are kept; a million chunks take 9 GB.")
    ] = Path("data/benchmarks"),
    rivals_up_to: Annotated[
        int, typer.Option(help="Most chunks that LangChain's retriever is tried with.")
    ] = 100_000,
    limit_s: Annotated[float, typer.Option(help="Seconds that one system may ask for.")] = 120.0,
    reuse: Annotated[
        bool, typer.Option("--reuse", help="Search what is there though its code has changed.")
    ] = False,
    json: Json = None,
    html: Html = None,
) -> None:
    """How long a search takes and what it holds in memory, at several sizes."""
    from app.cli.evaluation.showing import table_console, write, write_json
    from app.wiring import open_services
    from benchmarks.retrieval.filling import Library
    from benchmarks.retrieval.growth import growth_page
    from benchmarks.retrieval.speed import measured, payload, print_growth, print_size
    from benchmarks.retrieval.texts import real_questions

    try:
        counts = [int(one) for one in chunks.split(",")]
        real_questions(data, count=1, seed=seed)
    except (ValueError, FileNotFoundError) as error:
        raise typer.BadParameter(str(error)) from None
    open_services().close()  # switches telemetry off, also for the processes that measure
    console, sizes = table_console(json), []
    for count in counts:
        library = Library(work=work, data=data, chunks=count, embed=embed, seed=seed)
        size = measured(
            library, questions=questions, rivals_up_to=rivals_up_to, limit_s=limit_s, reuse=reuse
        )
        print_size(console, size)
        sizes.append(size)
    print_growth(console, sizes)
    told = payload(sizes, library)
    write_json(json, [told])
    if html is not None:
        write(html, growth_page(told))
    if any(size.failure for size in sizes):
        raise typer.Exit(FAILED)


@app.command()
def accuracy(
    dataset: Sets,
    *,
    limit: Limit = 1000,
    seed: Seed = 0,
    again: Again = False,
    json: Json = None,
    html: Html = None,
) -> None:
    """How often the search finds the right place, beside LangChain's and LlamaIndex's."""
    from benchmarks.retrieval.accuracy import measure

    with services() as opened:
        measure(opened, dataset, limit=limit, seed=seed, again=again, json=json, html=html)


if __name__ == "__main__":
    app()
