from __future__ import annotations

from pathlib import Path

from benchmarks.retrieval.memory import megabytes_below, resident


def test_memory_grows_by_what_is_held() -> None:
    before = resident()
    held = bytearray(b"x" * 60_000_000)
    after = resident()
    assert 0 < before.files_mb < before.now_mb <= before.peak_mb
    assert after.now_mb - before.now_mb > len(held) / 1e6 / 2
    assert after.peak_mb >= after.now_mb


def test_files_are_counted_by_their_place(tmp_path: Path) -> None:
    (tmp_path / "索引" / "inner").mkdir(parents=True)
    (tmp_path / "索引" / "inner" / "a.bin").write_bytes(b"x" * 1_500_000)
    (tmp_path / "record.sqlite3").write_bytes(b"x" * 200_000)
    (tmp_path / "record.sqlite3-wal").write_bytes(b"x" * 300_000)
    assert megabytes_below(tmp_path, "索引/**/*") == 1.5
    assert megabytes_below(tmp_path, "record.sqlite3*") == 0.5
    assert megabytes_below(tmp_path, "nothing/*") == 0.0
