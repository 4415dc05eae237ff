"""The question sets that a page offers: the samples, those handed in, those readers' words made.

A set lives in a folder below ``evaluation/sets`` of the data folder, under its name, and is never
changed. Knows no format: ``evaluation/datasets`` reads them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from evaluation.errors import DatasetUnreadable, QuestionSetNotFound

if TYPE_CHECKING:
    from app.wiring import Services
    from evaluation.dataset import Dataset

SAMPLES: Final = "samples"
"""The set that the product brings along."""

ARCHIVE: Final = ".zip"
QUESTION_FILES: Final = (".jsonl", ".json", ".csv", ".tsv", ".gz")
"""What holds questions, or says something about them; any other file is a document."""

_SAMPLES_FOLDER: Final = Path(__file__).resolve().parents[2] / "samples"
_UNWRITABLE: Final = re.compile(r"[^\w\-. ]+")
_LONGEST_NAME: Final = 60
_DOCUMENTS: Final = "documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFacts:
    """What a set holds: counts of its questions by what is known of them, and its documents.

    ``collections`` are those of the library that it asks, empty where it brings documents along.
    """

    questions: int
    answers: int
    places: int
    unanswerable: int
    documents: int
    collections: tuple[str, ...]
    synthetic: bool


class QuestionSets:
    """The sets of one data folder."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.home = services.settings.data_dir / "evaluation" / "sets"
        self._facts: dict[str, SetFacts] = {}

    def names(self) -> list[str]:
        """Every set that can be measured: the samples, then the others, the newest first."""
        kept = [one for one in self.home.glob("*") if one.is_dir() and one.name[0] != "."]
        kept.sort(key=lambda folder: (-folder.stat().st_mtime_ns, folder.name))
        return [SAMPLES, *(folder.name for folder in kept)]

    def load(self, name: str) -> Dataset:
        """The set of this name. Raises QuestionSetNotFound and DatasetUnreadable."""
        if name not in self.names():
            raise QuestionSetNotFound(name=name, known=", ".join(self.names()))
        return self._read(_SAMPLES_FOLDER if name == SAMPLES else self.home / name)

    def facts(self, name: str) -> SetFacts:
        """What the set of this name holds; raises as ``load``.

        Read once where it brings its documents along, for then it does not change.
        """
        if name not in self._facts:
            found = _facts(self.load(name))
            if found.collections:
                return found
            self._facts[name] = found
        return self._facts[name]

    def hand_in(
        self, name: str, files: Sequence[tuple[str, bytes]], collections: Sequence[str] = ()
    ) -> str:
        """Keep ``files`` (name, content) as a set and return its name, which may get a number.

        One ZIP archive stands for the files in it. Files that hold no questions are its documents;
        without any, it asks these ``collections``. A set that cannot be read is not kept. Raises
        DatasetUnreadable with line and reason, and the LoadErrors of an archive.
        """
        with self._new_folder(name) as (folder, given):
            _write(files, folder)
            if collections:
                _name_collections(folder, collections)
            try:
                self._read(folder)
            except DatasetUnreadable as error:
                raise _named(error, folder, given) from error
        return given

    def vouched_for(self) -> tuple[int, int]:
        """How many test cases readers made: by correcting an answer, and by a thumb up."""
        sources = [one.tags["source"] for one in self._services.feedback.examples()]
        return sources.count("correction"), sources.count("thumbs_up")

    def grow_from_feedback(self, day: date) -> str:
        """Keep what readers vouched for as a set of this ``day`` and return its name.

        Raises NothingToAsk where they vouched for nothing that is still there.
        """
        from evaluation.datasets.saving import save
        from evaluation.feedback import NAME, as_dataset

        grown = as_dataset(self._services.feedback, self._services.record)
        with self._new_folder(f"{NAME} {day.isoformat()}") as (folder, given):
            save(grown, folder)
        return given

    def _read(self, folder: Path) -> Dataset:
        from evaluation.datasets.library import library_corpus, library_passages
        from evaluation.datasets.loading import collections_of, load, sets_in

        path, *others = sets_in(folder)
        if others:
            found = ", ".join(one.name for one in (path, *others))
            raise DatasetUnreadable(
                path=str(folder),
                detail=f"it holds several sets: {found}",
                expected="Hand in one set at a time.",
            )
        path = _lines_alone(path) or path
        names = collections_of(path)
        record = self._services.record
        library = library_corpus(names, library_passages(record, names)) if names else None
        loaded = load(path, library=library)
        return replace(loaded, name=SAMPLES if folder == _SAMPLES_FOLDER else folder.name)

    @contextmanager
    def _new_folder(self, name: str) -> Iterator[tuple[Path, str]]:
        """A folder to be filled and the free name that it gets; gone again where that fails."""
        self.home.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=".", dir=self.home))
        try:
            given = self._free(name)
            yield folder, given
            folder.chmod(0o755)
            folder.rename(self.home / given)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _free(self, name: str) -> str:
        wanted = _UNWRITABLE.sub("-", name).strip(" .-_")[:_LONGEST_NAME].strip() or "set"
        taken = {one.casefold() for one in (SAMPLES, *self.names())}
        number, free = 1, wanted
        while free.casefold() in taken:
            number += 1
            free = f"{wanted}-{number}"
        return free


def _lines_alone(folder: Path) -> Path | None:
    """The one file of JSON lines in ``folder`` that may hold questions, whatever it is called."""
    found = [
        file
        for file in folder.iterdir()
        if file.name.lower().removesuffix(".gz").endswith(".jsonl")
        and file.name.partition(".")[0] != "corpus"
    ]
    return found[0] if len(found) == 1 and found[0].name.split(".")[0] != "queries" else None


def _facts(dataset: Dataset) -> SetFacts:
    from evaluation.dataset import LibraryCorpus

    corpus, examples = dataset.corpus, dataset.examples
    return SetFacts(
        questions=len(examples),
        answers=sum(bool(one.answers or one.required) for one in examples),
        places=sum(bool(one.gold) for one in examples),
        unanswerable=sum(not one.answerable for one in examples),
        documents=len(corpus),
        collections=corpus.collections if isinstance(corpus, LibraryCorpus) else (),
        synthetic=dataset.synthetic,
    )


def _write(files: Sequence[tuple[str, bytes]], folder: Path) -> None:
    if len(files) == 1 and files[0][0].lower().endswith(ARCHIVE):
        _unpack(*files[0], folder)
        return
    for given, data in files:
        name = PurePosixPath(given.replace("\\", "/")).name
        place = folder if name.lower().endswith(QUESTION_FILES) else folder / _DOCUMENTS
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(data)


def _unpack(name: str, data: bytes, folder: Path) -> None:
    """Write what the archive holds, without the one folder that may stand around all of it."""
    from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken, open_archive
    from rag.errors import DamagedFile

    try:
        with open_archive(data, name=name) as archive:
            inside = {
                one: path.parts
                for one in archive.infolist()
                if not one.is_dir() and not _hidden(path := PurePosixPath(one.filename))
            }
            around = {parts[0] for parts in inside.values()}
            wrapped = len(around) == 1 and all(len(parts) > 1 for parts in inside.values())
            for entry, parts in inside.items():
                target = folder.joinpath(*parts[1:] if wrapped else parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    except PACKAGE_SURPRISES as error:
        raise DamagedFile(file=name, detail=broken(error)) from error


def _hidden(path: PurePosixPath) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def _name_collections(folder: Path, collections: Sequence[str]) -> None:
    """Say in meta.json which collections the set asks, unless it brings documents along."""
    from evaluation.datasets.corpus import corpus_beside
    from evaluation.datasets.jsonl import META
    from evaluation.datasets.reading import json_value

    if corpus_beside(folder) is not None:
        return
    path = folder / META
    told = json_value(path) if path.is_file() else {}
    if isinstance(told, dict):
        meta = told | {"collections": list(collections)}
        path.write_text(json.dumps(meta, ensure_ascii=False), "utf-8")


def _named(error: DatasetUnreadable, folder: Path, name: str) -> DatasetUnreadable:
    """The same refusal, naming the file as the reader knows it."""
    path = Path(str(error.values["path"]))
    inside = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    shown = name if inside == "." else inside
    return DatasetUnreadable(**{**error.values, "path": shown})
