from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ingest.loaders.text import TextLoader
from rag.errors import EmptyFile

PARAGRAPH = (
    "The pump must be inspected once a day by a trained person, and the pressure in the line may "
    "not exceed three hundred kilopascals while the valve on the outlet side is closed for work."
)


def load(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "notes.txt"
    path.write_bytes(data)
    return TextLoader().load(path, name="notes.txt").pages[0].text


def test_hard_wrapped_paragraphs_are_joined(tmp_path: Path) -> None:
    wrapped = "\r\n\r\n\r\n".join("\r\n".join(textwrap.wrap(PARAGRAPH, 72)) for _ in range(2))
    assert load(tmp_path, wrapped.encode()) == f"{PARAGRAPH}\n\n{PARAGRAPH}"


def test_lines_of_their_own_stay(tmp_path: Path) -> None:
    assert load(tmp_path, b"milk\nbread\n\n\n\neggs") == "milk\nbread\n\neggs"


def test_control_characters_go(tmp_path: Path) -> None:
    assert load(tmp_path, "a\0b\u202ec\x07\u200b\x1b[1md".encode()) == "abcd"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_chinese_in_its_encodings(tmp_path: Path, encoding: str) -> None:
    text = "水泵的压力不得超过三百千帕，每天检查一次。"
    assert load(tmp_path, text.encode(encoding)) == text


def test_a_guess_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("年假為十五天，員工須提前兩週申請。".encode("big5"))
    assert TextLoader().load(path, name="a.txt").warnings == ("encoding guessed: big5",)


def test_nothing_visible_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match=r"notes\.txt"):
        load(tmp_path, "\ufeff\u200b \n".encode())


def test_title_is_the_name(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Words.")
    document = TextLoader().load(path, name="folder/员工手册.txt")
    assert (document.title, document.paginated) == ("员工手册", False)
