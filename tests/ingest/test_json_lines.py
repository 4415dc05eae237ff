from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.json_lines import JsonLoader
from rag.errors import DamagedFile, NoText
from rag.types import Document


def load(tmp_path: Path, data: str | bytes, *, by_line: bool = False) -> Document:
    path = tmp_path / "a.json"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return JsonLoader(by_line=by_line).load(path, name="orders.json")


def test_every_value_is_a_line_under_its_path(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        '{"shop": {"city": "北京", "open": true, "owner": null}, "tags": ["new", 2, false],'
        ' "orders": [{"id": 1, "sum": 1.50}, {"id": 2, "lines": [[1, 2], [3]]}]}',
    )
    assert document.pages[0].text == (
        "shop.city: 北京\nshop.open: true\ntags: new, 2, false\n\n"
        "orders[0].id: 1\norders[0].sum: 1.50\n\n"
        "orders[1].id: 2\n\norders[1].lines[0]: 1, 2\n\norders[1].lines[1]: 3"
    )
    assert (document.title, document.media_type) == ("orders", "application/json")
    assert not document.paginated


def test_numbers_and_doubled_keys_stay_as_written(tmp_path: Path) -> None:
    text = '{"a": 1e400, "a": 0.10, "b": ' + "9" * 5000 + "}"
    assert load(tmp_path, text).pages[0].text == f"a: 1e400\na: 0.10\nb: {'9' * 5000}"


@pytest.mark.parametrize(("text", "read"), [('"one"', "one"), ("[1, 2]", "1, 2"), ("3", "3")])
def test_a_value_alone(tmp_path: Path, text: str, read: str) -> None:
    assert load(tmp_path, text).pages[0].text == read


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert load(tmp_path, '{"note": "ok"}'.encode(encoding)).pages[0].text == "note: ok"


def test_lines_begin_their_paths_and_wrong_ones_are_told(tmp_path: Path) -> None:
    document = load(tmp_path, '{"a": "x"}\n\n{"a": \n[{"b": 2}]\n', by_line=True)
    assert document.pages[0].text == "line 1.a: x\n\nline 4[0].b: 2"
    assert document.warnings == ("lines that are not JSON: 3",)
    assert document.media_type == "application/jsonl"


def test_many_wrong_lines_are_counted(tmp_path: Path) -> None:
    document = load(tmp_path, '{"a": "x"}\n' + "no\n" * 12, by_line=True)
    assert document.warnings == (
        "lines that are not JSON: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more",
    )


@pytest.mark.parametrize("by_line", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 100_000 + "1" + "]" * 100_000,
        '{"a":' * 300 + "1" + "}" * 300,
        '{"a": ',
        "not json",
        "{'a': 1}",
    ],
)
def test_what_is_too_deep_or_no_json_is_refused(tmp_path: Path, text: str, by_line: bool) -> None:
    with pytest.raises(DamagedFile, match=r"orders\.json"):
        load(tmp_path, text, by_line=by_line)


@pytest.mark.parametrize("text", ["{}", "[]", '{"a": null, "b": [], "c": ""}'])
def test_nothing_to_read(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoText):
        load(tmp_path, text)
