"""Files are read in a process of their own: whatever a file does, only its own report tells."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.limits import Limits
from ingest.loaders import read_document
from ingest.parsing_child import cpu_seconds
from ingest.reading import ConfinedReader, ReadingLeft
from rag.errors import (
    EmptyFile,
    FileTooLarge,
    FileUnreadable,
    FormatMismatch,
    LoadError,
    UnknownFormat,
)
from rag.reading_errors import ReaderCrashed, ReadingStalled, ReadingTooLarge, ReadingTooLong
from rag.types import Document
from tests.fakes import write_files
from tests.ingest.made_files import make_pdf, make_picture, make_scan_pdf

TEXT = "# Pump\n\nThe X-200 pump weighs 4 kg.\n\n水泵重 4 公斤。\n"


@pytest.fixture
def confined() -> Iterator[ConfinedReader]:
    with ConfinedReader(Limits(cpu_s=2, stall_s=1.5)) as one:
        yield one


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    path = tmp_path / "manual.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def read(reader: ConfinedReader, path: Path) -> Document:
    return reader.read(path, name=path.name, max_bytes=50_000_000)


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    return [int(one) for one in told.split()]


def awaited(look: Callable[[], list[int]]) -> list[int]:
    """What there is as soon as there is something."""
    deadline = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def runs(process: int) -> bool:
    """Whether the process runs; one that ended and that nobody has asked about does not."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return told.rpartition(")")[2].split()[0] not in "ZX"


def process_of(reader: ConfinedReader) -> int:
    assert reader._process is not None
    return reader._process.pid


def test_a_document_comes_back_as_it_was_read(
    confined: ConfinedReader, manual: Path, tmp_path: Path
) -> None:
    pdf = make_pdf(tmp_path / "a.pdf", [["First page 一"], ["Second page"]], title="Two pages")
    for path in (manual, pdf):
        expected = read_document(path, name=path.name, max_bytes=50_000_000)
        assert read(confined, path) == expected


def test_scans_and_pictures_come_back_with_how_they_were_read(tmp_path: Path) -> None:
    picture = make_picture(tmp_path / "a.png", ["Order 4711 is late.", "订单已经延迟。"])
    scan = make_scan_pdf(
        tmp_path / "a.pdf", [["The pump holds 300 kPa."], ["水泵压力为三百千帕。"]]
    )
    with ConfinedReader() as reader:
        for path, pages in ((picture, (1,)), (scan, (1, 2))):
            document = read(reader, path)
            assert document == read_document(path, name=path.name, max_bytes=50_000_000)
            assert document.ocr_pages == pages


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", b"", EmptyFile),
        ("a.exe", b"MZ", UnknownFormat),
        ("a.pdf", b"<html><body>no</body></html>", FormatMismatch),
        ("资料.txt", b"a" * 300, FileTooLarge),
        ("missing.txt", None, FileUnreadable),
    ],
)
def test_a_refusal_is_the_same_error(
    confined: ConfinedReader,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    kind: type[LoadError],
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(kind) as here:
        read_document(path, name=name, max_bytes=200)
    with pytest.raises(kind) as there:
        confined.read(path, name=name, max_bytes=200)
    assert (str(there.value), there.value.hint) == (str(here.value), here.value.hint)


def test_a_reader_that_does_nothing_is_ended(confined: ConfinedReader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never.txt")
    with pytest.raises(ReadingStalled, match=r"'never\.txt'.*2 seconds"):
        read(confined, tmp_path / "never.txt")


def test_a_reader_that_works_without_end_is_ended(tmp_path: Path, manual: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("A pump, 水泵. " * 2_000_000, encoding="utf-8")
    with ConfinedReader(Limits(cpu_s=1)) as reader:
        read(reader, manual)
        with pytest.raises(ReadingTooLong, match="1 seconds"):
            read(reader, path)
        assert read(reader, manual).pages


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path, manual: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("A pump weighs 4 kg. " * 2_000_000, encoding="utf-8")
    with ConfinedReader(Limits(memory_bytes=120_000_000)) as reader:
        with pytest.raises(ReadingTooLarge, match="120 MB"):
            read(reader, path)
        assert read(reader, manual).pages


def _when_reading(reader: ConfinedReader, kill: str) -> None:
    """Kill the reader of a file, or the process that forks them, once a file is being read."""
    while reader._process is None or not (readers := children(process_of(reader))):
        time.sleep(0.01)
    os.kill(readers[0] if kill == "reader" else process_of(reader), signal.SIGKILL)


def test_a_killed_reader_harms_no_other_file(
    confined: ConfinedReader, tmp_path: Path, manual: Path
) -> None:
    read(confined, manual)
    before = process_of(confined)
    os.mkfifo(tmp_path / "never.txt")
    killer = threading.Thread(target=_when_reading, args=(confined, "reader"))
    killer.start()
    with pytest.raises(ReaderCrashed, match="signal 9"):
        read(confined, tmp_path / "never.txt")
    killer.join()
    assert read(confined, manual).pages
    assert process_of(confined) == before


def test_a_reading_that_is_left_off_tells_nothing_of_the_file(
    confined: ConfinedReader, tmp_path: Path, manual: Path
) -> None:
    read(confined, manual)
    os.mkfifo(tmp_path / "never.txt")
    readers: list[int] = []

    def leave_off() -> None:
        while not readers:
            readers.extend(children(process_of(confined)))
        confined.leave_off()

    leaver = threading.Thread(target=leave_off)
    leaver.start()
    with pytest.raises(ReadingLeft):
        read(confined, tmp_path / "never.txt")
    leaver.join()
    with pytest.raises(ProcessLookupError):
        os.kill(readers[0], 0)
    confined.leave_off()
    assert read(confined, manual).pages


def test_when_the_process_dies_another_is_started(confined: ConfinedReader, manual: Path) -> None:
    read(confined, manual)
    os.kill(process_of(confined), signal.SIGKILL)
    assert read(confined, manual).pages


def test_the_end_of_the_asker_ends_what_is_being_read(
    confined: ConfinedReader, tmp_path: Path, manual: Path
) -> None:
    read(confined, manual)
    process = confined._process
    assert process is not None
    assert process.stdin is not None
    os.mkfifo(tmp_path / "never.txt")
    order = {
        "path": str(tmp_path / "never.txt"),
        "name": "x",
        "max_bytes": 9,
        "recognise": True,
        "folder": str(tmp_path),
        "limits": {},
    }
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.flush()
    readers = awaited(lambda: children(process.pid))
    process.stdin.close()
    process.wait(5)
    with pytest.raises(ProcessLookupError):
        os.kill(readers[0], 0)


def test_a_reader_does_not_outlive_the_process_that_forked_it(
    confined: ConfinedReader, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "never.txt")

    def ask() -> None:
        with suppress(ReadingLeft, ReadingStalled):
            read(confined, tmp_path / "never.txt")

    asking = threading.Thread(target=ask)
    asking.start()
    readers = awaited(lambda: children(process_of(confined)) if confined._process else [])
    forking = confined._process
    assert forking is not None
    forking.kill()
    forking.wait(5)
    deadline = time.monotonic() + 5
    while runs(readers[0]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not runs(readers[0])
    confined.leave_off()
    asking.join(20)


def test_nothing_is_left_in_the_folder_for_temporary_files(
    manual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with ConfinedReader(Limits(stall_s=1.0)) as reader:
        read(reader, manual)
        os.mkfifo(tmp_path / "never.txt")
        with pytest.raises(ReadingStalled):
            read(reader, tmp_path / "never.txt")
    assert list(temporary.iterdir()) == []


def test_no_key_reaches_the_process(manual: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    with ConfinedReader() as reader:
        read(reader, manual)
        environ = Path(f"/proc/{process_of(reader)}/environ").read_bytes()
    assert b"canary" not in environ
    assert b"PATH=" in environ


def test_many_threads_may_ask(confined: ConfinedReader, tmp_path: Path) -> None:
    paths = write_files(tmp_path, **{f"f{n}": f"Pump number {n}." for n in range(8)})
    found: dict[str, str] = {}

    def ask(path: Path) -> None:
        found[path.name] = read(confined, path).pages[0].text

    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {f"f{n}.txt": f"Pump number {n}." for n in range(8)}


def test_processor_time_of_a_process_grows_with_its_work() -> None:
    before = cpu_seconds(os.getpid())
    while time.process_time() < before + 0.1:
        pass
    assert before < cpu_seconds(os.getpid()) < before + 60
