"""The digest of the code: of content and names, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import source_code
from evaluation.source_code import EMBEDDING, INDEXING, MEASURED, source_digest


def test_every_place_is_there() -> None:
    root = Path(source_code.__file__).parents[1]
    assert [p for p in (*MEASURED, *INDEXING, *EMBEDDING) if not (root / p).exists()] == []


def test_content_and_names_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_code, "_ROOT", tmp_path)
    package = tmp_path / "package"
    package.mkdir()
    (package / "one.py").write_text("a = 1\n", "utf-8")
    first = source_digest(["package"])
    (package / "notes.txt").write_text("not code", "utf-8")
    assert source_digest(["package"]) == first
    (package / "one.py").write_text("a = 2\n", "utf-8")
    second = source_digest(["package"])
    (package / "one.py").rename(package / "two.py")
    third = source_digest(["package"])
    assert len({first, second, third}) == 3
    assert source_digest(["package/two.py"]) == third
