"""Jobs as a reader sees them: how far each has come, and the files that matter, in words.

Read from the record, so a reload shows the same. Gives plain values for
``app/components/arrivals.py`` to draw; knows no page.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from app.i18n import Translator

if TYPE_CHECKING:
    from app.wiring import Services
    from ingest.job_board import JobSummary
    from ingest.job_files import JobFile
    from ingest.progress_rate import JobProgress

MOST_FILES: Final = 50
"""How many files of a job are named at once."""
_SLOW: Final = 10.0
_BETWEEN: Final = " · "
_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file of a job; ``share`` (0..1) is of its passages while they are being embedded.

    ``error`` is empty, or says what happened and what to do next.
    """

    name: str
    state: str
    state_text: str
    note: str
    share: float | None
    error: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJob:
    """What was handed in at once; ``share`` (0..1) of it is done.

    ``ended`` of its ``total`` files have ended. ``headline`` is empty for a single file, ``others``
    when every file is named.
    """

    id: str
    headline: str
    speed: str
    share: float
    files: tuple[ShownFile, ...]
    others: str
    ended: int
    total: int
    done: bool
    can_be_retried: bool


def shown_jobs(
    services: Services, collection: str, hidden: Container[str], t: Translator
) -> list[ShownJob]:
    """The collection's jobs, the newest first, without those that the reader has ``hidden``.

    One that has not ended cannot be hidden.
    """
    return [
        _shown(services, job, t)
        for job in services.job_board.recent(collection)
        if not (job.done and job.id in hidden)
    ]


def time_in_words(seconds: float, t: Translator) -> str:
    """How long that is, in the unit that suits it, rounded up."""
    if seconds < 1.5 * _MINUTE_S:
        return t("arrivals.seconds", count=ceil(seconds))
    minutes = ceil(seconds / _MINUTE_S)
    if minutes <= 90:
        return t("arrivals.minutes", count=minutes)
    return t("arrivals.hours", count=ceil(minutes / 60))


def _shown(services: Services, job: JobSummary, t: Translator) -> ShownJob:
    from ingest.job_tables import ENDED, UNDERWAY, FileState

    board, progress = services.job_board, services.jobs.progress(job.id)
    at_work = board.files(job.id, states=UNDERWAY, most=MOST_FILES)
    if job.files <= MOST_FILES:
        named = board.files(job.id, most=MOST_FILES)
    else:
        troubled = (FileState.FAILED, FileState.REFUSED)
        room = MOST_FILES - len(at_work)
        named = [*at_work, *board.files(job.id, states=troubled, most=room)]
    begun = sum(file.chunks_done / file.chunks for file in at_work if file.chunks)
    others = job.files - len(named)
    return ShownJob(
        id=job.id,
        headline=_headline(job, progress, t) if job.files > 1 else "",
        speed=_speed(progress, t),
        share=min(1.0, (progress.files_done + begun) / job.files),
        files=tuple(_file(file, t) for file in named),
        others=t("arrivals.others", count=others) if others else "",
        ended=sum(count for state, count in job.counts.items() if state in ENDED),
        total=job.files,
        done=job.done,
        can_be_retried=job.can_be_retried,
    )


def _headline(job: JobSummary, progress: JobProgress, t: Translator) -> str:
    from ingest.job_tables import ENDED

    counted = [
        t(f"arrivals.count.{state}", count=job.counts[state])
        for state in ENDED
        if state in job.counts
    ]
    done = t("arrivals.files", done=progress.files_done, count=progress.files)
    return _BETWEEN.join([done, *counted])


def _speed(progress: JobProgress, t: Translator) -> str:
    """Passages done, how fast, how long still; empty before there are any, and at the end."""
    if progress.files_done == progress.files or not progress.chunks_known:
        return ""
    words = [t("arrivals.passages", done=progress.chunks_done, count=progress.chunks_known)]
    if rate := progress.rate_per_s:
        words.append(t("arrivals.rate", rate=f"{rate:.1f}" if rate < _SLOW else f"{rate:.0f}"))
    if progress.left_s:
        words.append(t("arrivals.left", time=time_in_words(progress.left_s, t)))
    return _BETWEEN.join(words)


def _file(file: JobFile, t: Translator) -> ShownFile:
    embedding = file.state == "embedding" and file.chunks > 0
    note = ""
    if embedding:
        note = t("arrivals.passages", done=file.chunks_done, count=file.chunks)
    elif file.state == "ready" and file.status:
        note = t(f"arrival.{file.status}", count=file.chunks)
    return ShownFile(
        name=file.name,
        state=file.state.value,
        state_text=t(f"arrivals.state.{file.state}"),
        note=note,
        share=file.chunks_done / file.chunks if embedding else None,
        error=t.refusal(file.refusal) if file.refusal else (),
    )
