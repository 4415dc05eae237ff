"""The queue's commands of ``python -m ingest``: jobs, cancel, retry, work; and following a job."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from app.cli.console import FAILED, complain, print_json, services
from app.wiring import Services
from rag.errors import QuorumError
from rag.reading_errors import error_named

if TYPE_CHECKING:
    from ingest.job_files import Job, JobFile
    from ingest.progress_rate import JobProgress

_LOOK_AGAIN_S: Final = 0.2
_IDLE_S: Final = 30.0
_STUCK: Final = 3
_STUCK_S: Final = 60.0

_Id = Annotated[str, typer.Argument(help="The job's id, or its beginning, as `jobs` prints it.")]


def list_jobs(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """List the newest jobs and how far their files have come."""
    with services() as opened:
        jobs = opened.jobs.jobs()
    if as_json:
        print_json([_job_as_json(job) for job in jobs])
        return
    for job in jobs:
        typer.echo(f"{job.id[:8]}  {job.created_at:%Y-%m-%d %H:%M}  {job.collection}")
        for file in job.files:
            counted = f"{file.chunks_done}/{file.chunks} passages" if file.chunks else ""
            typer.echo(f"  {file.state:10}{counted:>20}  {file.name}")
            if (error := error_of(file)) is not None:
                typer.echo(f"            {error} {error.hint}")


def cancel(job: _Id) -> None:
    """Cancel what of a job has not ended."""
    with services() as opened:
        count = opened.jobs.cancel(job)
    typer.echo(f"cancelled {count} files")


def retry(job: _Id) -> None:
    """Take the failed and cancelled files of a job in again."""
    with services() as opened:
        found = opened.jobs.job(job).id
        count = opened.jobs.retry(found)
        follow(opened, found, f"Adding {count} files again")
    typer.echo(f"tried {count} files again")


def work() -> None:
    """Work through the queue until it stays empty or standard input ends.

    For the app, which starts it beside itself. Chroma is left to the app.
    """
    from ingest.worker import Worker

    with services() as opened, contextlib.suppress(OSError):
        os.nice(10)
        opened.chroma = None
        worker: Worker = opened.worker
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        threading.Thread(target=_until_input_ends, args=(worker,), daemon=True).start()
        threading.Thread(target=worker.watch, args=(lambda: os._exit(_STUCK),), daemon=True).start()
        with contextlib.suppress(QuorumError):  # each file tells it as its reason
            opened.embedder.embed_query("warm up")
        idle_since: list[float] = []

        def idle() -> bool:
            if opened.jobs.waiting() or opened.reindexings.underway():
                idle_since.clear()
            elif not idle_since:
                idle_since.append(time.monotonic())
            return bool(idle_since) and time.monotonic() - idle_since[0] > _IDLE_S

        worker.run(idle)


def follow(opened: Services, job_id: str, title: str, *, stuck_s: float = _STUCK_S) -> Job:
    """Show how the job gets on until it has ended; be the worker while there is no other.

    A file that this worker is at without getting on for ``stuck_s`` fails, and ends the process:
    what hangs in a library cannot be ended otherwise.
    """
    ended = threading.Event()

    def end_stuck() -> None:
        for error in map(error_of, opened.jobs.job(job_id).files):
            if error is not None:
                complain(error)
        typer.echo("note: what waits is taken in by the next `add`, or by the app", err=True)
        os._exit(FAILED)

    def watch() -> None:
        opened.worker.watch(end_stuck, stuck_s=stuck_s)

    threads = [
        threading.Thread(target=_show, args=(opened, job_id, title, ended), daemon=True),
        threading.Thread(target=watch, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        while opened.jobs.left(job_id):
            if not opened.worker.run(lambda: not opened.jobs.left(job_id)):
                time.sleep(_LOOK_AGAIN_S)
    finally:
        ended.set()
        opened.worker.stop()
        for thread in threads:
            thread.join()
    return opened.jobs.job(job_id)


def _show(opened: Services, job_id: str, title: str, ended: threading.Event) -> None:
    """A bar of files with what is being done, how fast, and how long still."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[doing]}"),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=None, doing="starting")
        while not ended.wait(_LOOK_AGAIN_S):
            seen, file = opened.jobs.progress(job_id), opened.jobs.at_hand(job_id)
            doing = pace(seen) + ("waiting" if file is None else _doing(file))
            bars.update(task, total=seen.files, completed=seen.files_done, doing=doing)
        seen = opened.jobs.progress(job_id)
        done = "done" if seen.files_done == seen.files else "left"
        bars.update(task, total=seen.files, completed=seen.files_done, doing=done)


def pace(seen: JobProgress) -> str:
    """Passages a second and the time left, as far as they are known: ``8.0/s, 1:05 left · ``."""
    told = [] if seen.rate_per_s is None else [f"{seen.rate_per_s:.1f}/s"]
    if seen.left_s is not None:
        minutes, seconds = divmod(round(seen.left_s), 60)
        told.append(f"{minutes}:{seconds:02d} left")
    return ", ".join(told) + " · " if told else ""


def error_of(file: JobFile) -> QuorumError | None:
    """Why the file was refused or failed."""
    if file.refusal is None:
        return None
    return error_named(str(file.refusal["error"]), file.refusal["values"])


def file_as_json(file: JobFile) -> dict[str, Any]:
    """What became of a file."""
    error = error_of(file)
    return {
        "name": file.name,
        "status": file.status or file.state.value,
        "pages": file.pages,
        "passages": file.chunks,
        "warnings": list(file.warnings),
        "reason": None if error is None else str(error),
        "hint": None if error is None else error.hint,
    }


def _job_as_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "collection": job.collection,
        "created_at": job.created_at.isoformat(),
        "done": job.done,
        "files": [
            file_as_json(file) | {"state": file.state.value, "passages_done": file.chunks_done}
            for file in job.files
        ],
    }


def _doing(file: JobFile) -> str:
    counted = f" {file.chunks_done}/{file.chunks}" if file.chunks else ""
    return f"{file.state}{counted}: {file.name}"


def _until_input_ends(worker: Any) -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a thread in a buffer aborts the end
        pass
    worker.stop()
