"""The command ``measure``, which the app starts beside itself to carry out an order."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import Annotated, Final

import typer
from filelock import Timeout

from app.cli.console import services
from app.failures import Failure, caught
from app.measuring.orders import Order, carry_out
from app.measuring.process import measuring_lock
from app.measuring.progress import ProgressFile, State, Teller, stored_failure
from app.measuring.question_sets import QuestionSets
from app.workbench import Workbench

app = typer.Typer()

_PATIENCE_S: Final = 5.0
_NICE: Final = 10


@app.command(hidden=True)
def measure(order: Annotated[str, typer.Argument(help="What to measure, as JSON.")]) -> None:
    """Carry out an order of the app and tell how far it is; end when standard input does."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    for ending in (signal.SIGINT, signal.SIGTERM):  # a background job begins with SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    threading.Thread(target=_until_input_ends, daemon=True).start()
    asked = Order.from_json(order)
    with services() as opened:
        bench = Workbench(opened)
        try:
            with measuring_lock(bench.home).acquire(timeout=_PATIENCE_S):
                _carry_out(bench, asked)
        except Timeout:
            raise typer.Exit(1) from None


def _carry_out(bench: Workbench, order: Order) -> None:
    teller = Teller(ProgressFile(bench.home), order)

    def fail(failure: Failure) -> None:
        teller.end(State.FAILED, error=stored_failure(failure))

    try:
        with caught(fail):
            dataset = QuestionSets(bench.services).load(order.question_set)
            run = carry_out(bench, order, dataset, teller)
            teller.end(State.DONE, run=run.id)
    except KeyboardInterrupt:
        teller.end(State.STOPPED)


def _until_input_ends() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a thread in a buffer aborts the end
        pass
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
