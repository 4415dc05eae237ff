"""The corpora of question sets, each in a data folder of its own beside the library.

A reader never meets them: they are not collections of the library. A folder's name tells all that
decides its content, so a corpus is brought in once and found again by every later run; a run that
was killed while bringing one in goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar

from evaluation.dataset import Dataset, FileCorpus, TextCorpus
from evaluation.source_code import EMBEDDING, INDEXING, source_digest
from ingest.file_reports import Status
from ingest.pipeline import Ingestion
from ingest.sources import Source
from rag.types import Passage
from vectorstore.record import Record

COLLECTION: Final = "corpus"
"""Name of the one collection in each folder."""

Item = TypeVar("Item")
OnProgress = Callable[[int, int], None]
"""Gets how many documents are in, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusReport:
    """What bringing a corpus in came to; ``refused`` are (document, reason)."""

    dataset: str
    documents: int
    passages: int
    seconds: float
    refused: tuple[tuple[str, str], ...] = ()


class Corpora:
    """The folder of all corpora."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def folder(self, dataset: Dataset, how: dict[str, str]) -> Path:
        """Where the corpus of ``dataset`` lives when cut and embedded as ``how`` says.

        ``how`` holds the settings that matter; the code that cuts and embeds counts as well.
        """
        told = [dataset.corpus.digest, sorted(how.items()), source_digest(INDEXING + EMBEDDING)]
        return self._home / hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]

    @staticmethod
    def report(folder: Path) -> CorpusReport | None:
        """What was brought into ``folder``, None unless that was finished."""
        file = _report_file(folder)
        if not file.is_file():
            return None
        stored = json.loads(file.read_text("utf-8"))
        refused = tuple((name, reason) for name, reason in stored.pop("refused"))
        return CorpusReport(**stored, refused=refused)

    def folders(self) -> list[Path]:
        """Every corpus that is kept, finished or not."""
        return sorted(path for path in self._home.glob("*") if path.is_dir())

    def remove(self, folder: Path) -> None:
        """Delete a corpus; it is brought in again when it is needed."""
        shutil.rmtree(folder)


def bring_in(
    dataset: Dataset,
    folder: Path,
    ingestion: Ingestion,
    record: Record,
    on_progress: OnProgress = lambda _done, _of: None,
) -> CorpusReport:
    """Ingest the corpus of ``dataset`` as the product would, and write the report to ``folder``.

    A document that is refused is in the report; it does not stop the others.
    """
    corpus = dataset.corpus
    started = time.perf_counter()
    if isinstance(corpus, TextCorpus):
        refused = tuple(_add_texts(corpus, ingestion, on_progress))
    elif isinstance(corpus, FileCorpus):
        refused = tuple(_add_files(corpus, ingestion, on_progress))
    else:
        raise TypeError("the library's own collections need not be brought in")
    held = [one for one in record.collections() if one.name == COLLECTION]
    report = CorpusReport(
        dataset=dataset.name,
        documents=sum(one.documents for one in held),
        passages=sum(one.chunks for one in held),
        seconds=round(time.perf_counter() - started, 1),
        refused=refused,
    )
    _report_file(folder).write_text(json.dumps(asdict(report), ensure_ascii=False), "utf-8")
    return report


def passages_of(record: Record, collections: Sequence[str], document: str) -> list[Passage]:
    """Every passage of ``document`` in these collections, in reading order."""
    return [
        passage
        for collection in record.chosen(collections)
        for passage in record.passages_of(collection, document)
    ]


def _add_texts(
    corpus: TextCorpus, ingestion: Ingestion, on_progress: OnProgress
) -> Iterator[tuple[str, str]]:
    told = _telling(corpus.documents(), len(corpus), on_progress)
    ingestion.add_documents((one for one in told if one.pages[0].text.strip()), COLLECTION)
    for name, _title, text in corpus.rows:
        if not text.strip():
            yield name, "there is no text in it"


def _add_files(
    corpus: FileCorpus, ingestion: Ingestion, on_progress: OnProgress
) -> Iterator[tuple[str, str]]:
    for name, path in _telling(corpus.files, len(corpus), on_progress):
        report = ingestion.add(Source(path=path, name=name), COLLECTION)
        if report.status is Status.REFUSED:
            yield name, str(report.error)


def _telling(items: Iterable[Item], total: int, on_progress: OnProgress) -> Iterator[Item]:
    for done, item in enumerate(items):
        on_progress(done, total)
        yield item
    on_progress(total, total)


def _report_file(folder: Path) -> Path:
    return folder / "corpus.json"
