"""Files read before their turn come as if they had been read in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.loaders import read_document
from ingest.reading import ConfinedReader, ReadingLeft
from ingest.reading_ahead import Coming, ReadingAhead, readers_ahead, readers_here
from rag.errors import EmptyFile
from rag.types import Document

MOST = 1_000_000


class Waiting:
    """A reader that begins at once and ends when it is told; it notes what it has read."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.go_on = threading.Event()
        self.begun = threading.Event()
        self.closed = False
        self._left = False

    def read(self, path: Path, *, name: str, max_bytes: int, recognise: bool = True) -> Document:
        self._left = False
        self.begun.set()
        self.go_on.wait(10)
        if self._left:
            raise ReadingLeft
        self.names.append(name if recognise else f"{name}, unrecognised")
        return read_document(path, name=name, max_bytes=max_bytes)

    def leave_off(self) -> None:
        self._left = True
        self.go_on.set()

    def close(self) -> None:
        self.closed = True


class Made:
    """Readers of a ``ReadingAhead``: the given one, and those made for reading ahead."""

    def __init__(self, at_once: int) -> None:
        self.here = Waiting()
        self.here.go_on.set()
        self.others: list[Waiting] = []
        self.reading = ReadingAhead(self.here, self._make, at_once=at_once)

    def _make(self) -> Waiting:
        self.others.append(Waiting())
        return self.others[-1]

    def wait_for(self, count: int) -> None:
        for _ in range(1000):
            if len(self.others) == count and all(one.begun.wait(10) for one in self.others):
                return
            threading.Event().wait(0.01)
        raise AssertionError(f"{len(self.others)} readers, not {count}")


def coming(path: Path) -> Coming:
    found = Coming.at(path, path.name)
    assert found is not None
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[Coming]:
    told = []
    for number in range(5):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"pump number {number}, 水泵", "utf-8")
        told.append(coming(path))
    return told


@pytest.fixture
def made() -> Iterator[Made]:
    one = Made(2)
    yield one
    one.reading.close()


def text_of(document: Document) -> str:
    return document.pages[0].text


def read(made: Made, file: Coming) -> str:
    return text_of(made.reading.read(file.path, name=file.name, max_bytes=MOST))


def test_what_is_expected_is_read_by_others_and_no_more_at_once_than_asked(
    made: Made, files: list[Coming]
) -> None:
    made.reading.expect(files[1:], max_bytes=MOST)
    made.wait_for(2)
    assert read(made, files[0]) == "pump number 0, 水泵"
    assert made.here.names == ["0.txt"]
    for other in made.others:
        other.go_on.set()
    assert [read(made, file) for file in files[1:3]] == [
        "pump number 1, 水泵",
        "pump number 2, 水泵",
    ]
    assert sorted(name for other in made.others for name in other.names) == ["1.txt", "2.txt"]
    assert made.here.names == ["0.txt"]


def test_each_is_read_once(made: Made, files: list[Coming]) -> None:
    for at in range(5):
        for other in made.others:
            other.go_on.set()
        read(made, files[at])
        made.reading.expect(files[at + 1 :], max_bytes=MOST)
        if at < 3:
            made.wait_for(2)
    every = made.here.names + [name for other in made.others for name in other.names]
    assert sorted(every) == [f"{n}.txt" for n in range(5)]


def test_a_file_that_changed_since_is_read_again(made: Made, files: list[Coming]) -> None:
    made.reading.expect(files[:1], max_bytes=MOST)
    made.wait_for(1)
    made.others[0].go_on.set()
    while made.reading._ahead is None or made.reading._ahead.underway:
        threading.Event().wait(0.01)
    files[0].path.write_text("a valve in its place", "utf-8")
    assert read(made, files[0]) == "a valve in its place"


def test_the_same_file_under_another_name_is_another(made: Made, files: list[Coming]) -> None:
    made.reading.expect(files[:1], max_bytes=MOST)
    made.wait_for(1)
    made.others[0].go_on.set()
    document = made.reading.read(files[0].path, name="other.txt", max_bytes=MOST)
    assert document.name == "other.txt"


def test_a_file_to_be_read_in_another_way_is_another(made: Made, files: list[Coming]) -> None:
    made.reading.expect(files[:1], max_bytes=MOST)
    made.wait_for(1)
    made.others[0].go_on.set()
    made.reading.read(files[0].path, name=files[0].name, max_bytes=MOST, recognise=False)
    assert made.here.names == ["0.txt, unrecognised"]


def test_what_is_no_longer_expected_is_forgotten(made: Made, files: list[Coming]) -> None:
    made.reading.expect(files[:2], max_bytes=MOST)
    made.wait_for(2)
    made.reading.expect(files[1:2], max_bytes=MOST)
    assert read(made, files[0]) == "pump number 0, 水泵"
    assert made.here.names == ["0.txt"]


def test_the_reason_why_a_file_is_refused_comes_in_its_turn(tmp_path: Path, made: Made) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert Coming.at(tmp_path / "gone.txt", "gone.txt") is None
    made.reading.expect([coming(empty)], max_bytes=MOST)
    made.wait_for(1)
    made.others[0].go_on.set()
    with pytest.raises(EmptyFile):
        made.reading.read(empty, name="empty.txt", max_bytes=MOST)


def test_leaving_off_ends_the_one_waited_for_and_the_others_are_read_in_their_turn(
    made: Made, files: list[Coming]
) -> None:
    made.reading.expect(files[:2], max_bytes=MOST)
    made.wait_for(2)
    ended: list[type[BaseException]] = []

    def ask() -> None:
        try:
            read(made, files[0])
        except ReadingLeft as error:
            ended.append(type(error))

    asking = threading.Thread(target=ask)
    asking.start()
    while made.reading._ahead is None or len(made.reading._ahead.begun) == 2:
        threading.Event().wait(0.01)
    made.reading.leave_off()
    asking.join(10)
    assert ended == [ReadingLeft]
    assert read(made, files[1]) == "pump number 1, 水泵"
    assert "1.txt" in made.here.names


def test_a_reading_that_was_left_before_its_turn_begins_anew(
    made: Made, files: list[Coming]
) -> None:
    made.reading.expect(files[:1], max_bytes=MOST)
    made.wait_for(1)
    made.others[0].leave_off()
    while made.reading._ahead is None or made.reading._ahead.underway:
        threading.Event().wait(0.01)
    assert read(made, files[0]) == "pump number 0, 水泵"
    assert made.here.names == ["0.txt"]


@pytest.mark.parametrize("how", ["nothing more to come", "closed"])
def test_readers_are_given_back(made: Made, files: list[Coming], how: str) -> None:
    made.reading.expect(files, max_bytes=MOST)
    made.wait_for(2)
    if how == "closed":
        made.reading.close()
    else:
        made.reading.expect([], max_bytes=MOST)
    assert [one.closed for one in made.others] == [True, True]
    assert not made.here.closed
    assert read(made, files[3]) == "pump number 3, 水泵"


def test_confined_readers_read_ahead(files: list[Coming]) -> None:
    with ConfinedReader() as here:
        reading = ReadingAhead(here, ConfinedReader, at_once=1)
        reading.expect(files[:1], max_bytes=MOST)
        document = reading.read(files[0].path, name=files[0].name, max_bytes=MOST)
        assert here._process is None
        reading.close()
    assert text_of(document) == "pump number 0, 水泵"


@pytest.mark.parametrize(
    ("cores", "memory_gib", "expected"),
    [(1, 64, 0), (2, 24, 0), (3, 24, 1), (4, 8, 2), (16, 128, 8), (8, 1, 0)],
)
def test_as_many_as_the_machine_allows(cores: int, memory_gib: int, expected: int) -> None:
    assert readers_ahead(cores=cores, memory_bytes=memory_gib << 30) == expected


def test_this_machine_reads_no_more_than_it_has_cores() -> None:
    assert 0 <= readers_here() < (os.cpu_count() or 1)
