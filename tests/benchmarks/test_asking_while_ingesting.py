"""The benchmark of asking while files come in: its files, its askers, its ratio."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from benchmarks.asking_while_ingesting import COLLECTION, Measured, asked, cut
from benchmarks.retrieval.stopwatch import Times
from tests.fakes import OpenServices, WordEmbedder
from tests.ingest.made_files import make_pdf


def test_files_are_cut_from_each_report_in_turn(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", [[f"a {page} 页"] for page in range(14)])
    make_pdf(tmp_path / "b.pdf", [[f"b {page} 页"] for page in range(13)])
    make_pdf(tmp_path / "short.pdf", [["short"]])
    files = list(cut(tmp_path, pages=2))
    assert [name for name, _ in files] == ["0-10.pdf", "1-10.pdf", "0-12.pdf"]
    texts = [
        [page.extract_text() for page in PdfReader(BytesIO(content)).pages] for _, content in files
    ]
    assert [[text[:4] for text in one] for one in texts] == [
        ["a 10", "a 11"],
        ["b 10", "b 11"],
        ["a 12", "a 13"],
    ]


def test_everyone_asks_until_it_is_time(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    opened.jobs.submit([("r.txt", "Revenue was 3 million. 营业收入三百万。".encode())], COLLECTION)
    opened.worker.run(lambda: not opened.jobs.waiting())
    ends = time.monotonic() + 2.0
    times = asked(opened, lambda: time.monotonic() > ends, people=3, reads_s=0.05, seed=1)
    assert times.asked >= 3
    assert 0 < times.p50_ms <= times.p95_ms


def test_the_ratio_is_of_the_95th_per_cent() -> None:
    measured = Measured(
        idle=Times.of([10.0] * 20),
        during=Times.of([15.0] * 20),
        files=2,
        refused=0,
        chunks=4,
        took_s=2.0,
    )
    assert measured.ratio == pytest.approx(1.5)
