"""Which files are meant, and what their documents are called."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from ingest.sources import Source, document_name, find_sources


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


def test_a_file_is_named_by_its_own_name(tmp_path: Path) -> None:
    made(tmp_path, "deep/er/a.txt")
    path = tmp_path / "deep/er/a.txt"
    assert find_sources([path]) == [Source(path=path, name="a.txt")]


def test_a_folders_files_are_named_by_their_path_in_it_and_sorted(tmp_path: Path) -> None:
    made(tmp_path, "b.txt", "a/2.txt", "a/10.txt", "手册/年假.txt")
    names = [source.name for source in find_sources([tmp_path])]
    assert names == ["a/10.txt", "a/2.txt", "b.txt", "手册/年假.txt"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    made(tmp_path, "a.txt", ".hidden.txt", ".git/config", "sub/.DS_Store", "sub/b.txt")
    assert [source.name for source in find_sources([tmp_path])] == ["a.txt", "sub/b.txt"]
    hidden = tmp_path / ".hidden.txt"
    assert [source.name for source in find_sources([hidden])] == [".hidden.txt"]


def test_a_folder_below_a_hidden_one_is_read(tmp_path: Path) -> None:
    made(tmp_path / ".cache" / "docs", "a.txt")
    assert [one.name for one in find_sources([tmp_path / ".cache" / "docs"])] == ["a.txt"]


def test_one_name_in_two_folders_is_told_apart(tmp_path: Path) -> None:
    made(tmp_path, "2024/policy.txt", "2025/policy.txt", "2025/only.txt")
    names = {
        source.name: source.path for source in find_sources([tmp_path / "2024", tmp_path / "2025"])
    }
    assert set(names) == {"2024/policy.txt", "2025/policy.txt", "only.txt"}
    assert names["2024/policy.txt"] == tmp_path / "2024/policy.txt"
    files = [tmp_path / "2024/policy.txt", tmp_path / "2025/policy.txt"]
    assert [one.name for one in find_sources(files)] == ["2024/policy.txt", "2025/policy.txt"]


def test_a_file_named_twice_comes_once(tmp_path: Path) -> None:
    made(tmp_path, "a.txt")
    assert len(find_sources([tmp_path / "a.txt", tmp_path / "a.txt", tmp_path])) == 1


def test_a_file_that_is_not_there_is_kept_for_its_report(tmp_path: Path) -> None:
    assert [one.name for one in find_sources([tmp_path / "missing.txt"])] == ["missing.txt"]
    assert find_sources([]) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("资料.pdf", "资料.pdf"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("a\nb\x00\u202e.txt", "ab.txt"),
        ("<img src=x>.txt", "<img src=x>.txt"),
        ("\x01", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_a_name_is_kept_without_what_cannot_be_shown(name: str, kept: str) -> None:
    assert document_name(name) == kept
    assert unicodedata.is_normalized("NFC", document_name(name))
