from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.datasets.reading import Row, json_rows, json_value, read_bytes, stored, unique
from evaluation.errors import DatasetUnreadable


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(data)
    return path


def row(**values: object) -> Row:
    return Row(path=Path("rows.jsonl"), where="line 7", values=values)


def test_rows_know_their_lines(tmp_path: Path) -> None:
    found = list(json_rows(written(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 2}')))
    assert [(one.where, one.values) for one in found] == [
        ("line 1", {"a": 1}),
        ("line 4", {"a": 2}),
    ]


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    text = "一\u2028二\u2029三\x85四\x0b五\x0c六"
    data = json.dumps({"text": text}, ensure_ascii=False).encode()
    assert [one.text("text") for one in json_rows(written(tmp_path, data))] == [text]


def test_gzip_reads_like_plain(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes('{"a": "水"}\n'.encode())
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert [one.values for one in json_rows(plain)] == [one.values for one in json_rows(packed)]
    assert stored(tmp_path, "a.jsonl") == plain
    assert stored(tmp_path, "b.jsonl") == packed
    assert stored(tmp_path, "c.jsonl") is None


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b'{"a": 1}\n{"a": }', "line 2: it is not JSON", "JSON checker"),
        (b'{"a": 1}\n[1, 2]', "line 2: it holds a list", "one JSON object a line"),
        (b'"text"', "line 1: it holds a string", "one JSON object a line"),
        (b"true", "line 1: it holds true or false", "one JSON object a line"),
        (b"null", "line 1: it holds null", "one JSON object a line"),
        (b"3.5", "line 1: it holds a number", "one JSON object a line"),
        ('\n\n{"a": "中"}'.encode("gb18030"), "line 3: it is not UTF-8", "as UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "line 1: it is not UTF-8", "as UTF-8"),
        (b'{"a": "\\ud83d"}', "line 1: a string holds half of a surrogate pair", "U+FFFF"),
        (b"[" * 100_000, "line 1: it is not JSON", "JSON checker"),
        (b'{"a": ' + b"1" * 5000 + b"}", "line 1: it is not JSON", "JSON checker"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, data: bytes, message: str, hint: str) -> None:
    path = written(tmp_path, data)
    with pytest.raises(DatasetUnreadable) as caught:
        list(json_rows(path))
    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_whole_surrogate_pair_is_one_character(tmp_path: Path) -> None:
    assert json_value(written(tmp_path, b'{"a": "\\ud83d\\ude00"}')) == {"a": "😀"}


@pytest.mark.parametrize(
    "data",
    [b"not gzip", gzip.compress(b'{"a": 1}' * 50)[:-9]],  # gzip keeps the time: no part of an id
    ids=["other bytes", "cut off"],
)
def test_a_broken_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(DatasetUnreadable, match="cannot be read"):
        read_bytes(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"none\.jsonl .*No such file"):
        read_bytes(tmp_path / "none.jsonl")


def test_identifiers_are_strings_or_whole_numbers() -> None:
    assert row(qid="a").identifier("qid") == "a"
    assert row(qid=0).identifier("qid") == "0"
    for value in (None, "", "  ", True, 1.5, ["a"]):
        with pytest.raises(DatasetUnreadable, match="line 7: 'qid' is"):
            row(qid=value).identifier("qid")
    with pytest.raises(DatasetUnreadable, match="line 7: 'qid' is missing"):
        row().identifier("qid")


def test_texts() -> None:
    assert row(t=" x ").text("t") == " x "
    assert row(t=None).text("t", optional=True) == ""
    assert row().text("t", optional=True) == ""
    with pytest.raises(DatasetUnreadable, match="'t' is blank"):
        row(t=" \n").text("t")
    with pytest.raises(DatasetUnreadable, match="'t' is 3"):
        row(t=3).text("t", optional=True)


def test_lists_of_texts() -> None:
    assert row(t=["一", " ", "b"]).texts("t") == ("一", "b")
    assert row(t="一").texts("t") == ("一",)
    assert row(t=None).texts("t") == row().texts("t") == row(t=[]).texts("t") == ()
    for value in ({"a": 1}, ["a", 1], 5, [["a"]]):
        with pytest.raises(DatasetUnreadable, match="line 7: 't' is"):
            row(t=value).texts("t")


def test_flags() -> None:
    assert row(f=False).flag("f", default=True) is False
    assert row().flag("f", default=True) is True
    with pytest.raises(DatasetUnreadable, match="'f' is \"true\""):
        row(f="true").flag("f", default=True)


def test_objects_say_where_they_stand() -> None:
    inner = row(o=[{"a": 1}, {"a": ""}]).objects("o")
    assert [one.where for one in inner] == ["line 7, o[0]", "line 7, o[1]"]
    with pytest.raises(DatasetUnreadable, match=r"line 7, o\[1\]: 'a' is blank"):
        inner[1].text("a")
    with pytest.raises(DatasetUnreadable, match="'o' is"):
        row(o=[1]).objects("o")


def test_a_long_value_is_shown_short() -> None:
    with pytest.raises(DatasetUnreadable) as caught:
        row(f="x" * 500).flag("f", default=True)
    assert len(str(caught.value)) < 160


def test_an_identifier_given_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"id": "a"}\n{"id": "b"}\n{"id": "a"}\n')
    with pytest.raises(DatasetUnreadable, match="line 3: 'a' was already given in line 1"):
        list(unique(json_rows(path), lambda one: one.identifier("id")))


@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=9), max_size=3), max_size=5))
def test_what_json_writes_is_read_back(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_bytes(
            "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode("utf-8")
        )
        assert [one.values for one in json_rows(path)] == rows
