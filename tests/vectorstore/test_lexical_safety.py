"""A torn file of a word index is noticed before tantivy opens it; the record makes it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vectorstore.shelf import Shelf, names
from vectorstore.lexical import LexicalIndex
from vectorstore.lexical_safety import is_sound
from vectorstore.synchroniser import Synchroniser

KINDS = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", ".del")
_FLIPPED = 16
_FOOTER = 8 + 86


def _flip(data: bytes, at: int) -> bytes:
    """Some bytes from ``at`` on inverted, the length as before."""
    inverted = bytes(byte ^ 0xFF for byte in data[at : at + _FLIPPED])
    return data[:at] + inverted + data[at + len(inverted) :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "three bytes": lambda data: data[:3],
    "half": lambda data: data[: len(data) // 2],
    "without its end": lambda data: data[:-1],
    "longer": lambda data: data + b"\0",
    "zeros": lambda data: bytes(len(data)),
    "first bytes": lambda data: _flip(data, 0),
    "last bytes before the footer": lambda data: _flip(data, max(0, len(data) - _FOOTER - 8)),
    "footer": lambda data: _flip(data, len(data) - 40),
}
QUESTIONS = ("pump", "水泵 七", "number 12", "alpha3")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sixty passages of which two are deleted, in one segment."""
    shelf = Shelf.at(tmp_path_factory.mktemp("whole") / "data")
    for n in range(30):
        shelf.put("c", f"{n}.txt", f"pump number {n} alpha{n % 7}", f"水泵 七 number {n * 3}")
    synchroniser = Synchroniser(shelf.record, shelf.versions, shelf.lexical(), None)
    synchroniser.settle()
    shelf.versions.begin_delete(shelf.record.collection("c"), "4.txt")
    synchroniser.settle()
    shelf.engine.dispose()
    return shelf.folder


def _folder_of(shelf: Shelf) -> Path:
    return shelf.folder / "lexical" / shelf.record.collection("c").id


def _found(lexical: LexicalIndex) -> list[list[tuple[str, float]]]:
    hits = (lexical.search(question, collections=["c"], top_k=10) for question in QUESTIONS)
    return [[(hit.passage.chunk_id, round(hit.score, 4)) for hit in some] for some in hits]


def _a_copy(whole: Path, folder: Path) -> Shelf:
    shutil.copytree(whole, folder)
    return Shelf.at(folder)


def _recovered(shelf: Shelf) -> LexicalIndex:
    lexical = shelf.lexical()
    Synchroniser(shelf.record, shelf.versions, lexical, None).recover()
    return lexical


@pytest.mark.parametrize("kind", KINDS)
def test_every_damage_of_a_file_is_noticed_and_mended(
    whole: Path, tmp_path: Path, kind: str
) -> None:
    fresh = _a_copy(whole, tmp_path / "fresh")
    fresh.lexical().drop(fresh.record.collection("c").id)
    expected = _found(_recovered(fresh))
    assert all(expected)
    for how in ("missing", *DAMAGES):
        shelf = _a_copy(whole, tmp_path / how)
        folder = _folder_of(shelf)
        (file,) = folder.glob(f"*{kind}")
        if how == "missing":
            file.unlink()
        else:
            file.write_bytes(DAMAGES[how](file.read_bytes()))
        assert not is_sound(folder), how
        findings = Synchroniser(shelf.record, shelf.versions, shelf.lexical(), None).examine()
        assert [(one.kind, one.found, one.expected) for one in findings if one.kind == "words"] == [
            ("words", 0, 58)
        ], how
        assert _found(_recovered(shelf)) == expected, how
        assert is_sound(folder), how
        shelf.engine.dispose()


def test_a_file_of_another_commit_is_noticed(whole: Path, tmp_path: Path) -> None:
    """What a copy made while it was written to may hold."""
    older, newer = _a_copy(whole, tmp_path / "older"), _a_copy(whole, tmp_path / "newer")
    lexical = newer.lexical()
    newer.put("c", "late.txt", "a late gauge")
    Synchroniser(newer.record, newer.versions, lexical, None).settle()
    meta = _folder_of(newer) / "meta.json"
    shutil.copyfile(meta, _folder_of(older) / "meta.json")
    assert not is_sound(_folder_of(older)), "it names a segment that is not there"
    assert len(_found(_recovered(older))) == len(QUESTIONS)


def test_what_is_whole_is_left_alone(whole: Path, tmp_path: Path) -> None:
    shelf = _a_copy(whole, tmp_path / "data")
    before = {file.name: file.stat().st_ino for file in _folder_of(shelf).iterdir()}
    lexical = _recovered(shelf)
    assert names(lexical.search("number 12", collections=["c"], top_k=1)) == ["12.txt"]
    assert {file.name: file.stat().st_ino for file in _folder_of(shelf).iterdir()} == before


@pytest.mark.parametrize("meta", [b"", b"\xff{", b"[]", b"{}", b'{"segments": [7]}'])
def test_a_commit_that_cannot_be_read_is_not_sound(tmp_path: Path, meta: bytes) -> None:
    assert is_sound(tmp_path / "nowhere")
    assert is_sound(tmp_path)
    (tmp_path / "meta.json").write_bytes(meta)
    assert not is_sound(tmp_path)


@pytest.mark.parametrize(("kind", "how"), [(".pos", "missing"), (".store", "first bytes")])
def test_without_the_look_at_the_files_it_goes_wrong(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, how: str
) -> None:
    """The control: tantivy opens these, counts every passage, and fails in the search."""
    monkeypatch.setattr("vectorstore.lexical.is_sound", lambda _folder: True)
    shelf = _a_copy(whole, tmp_path / "data")
    (file,) = _folder_of(shelf).glob(f"*{kind}")
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(DAMAGES[how](file.read_bytes()))
    lexical = _recovered(shelf)
    with pytest.raises(ValueError, match=r"(?i)corrupt|offset|fst|io error"):
        _found(lexical)
