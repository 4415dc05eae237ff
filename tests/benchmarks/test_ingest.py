"""The benchmark of ingestion: its sample, its batches, its table."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from benchmarks.ingest import Brought, EncoderLimit, _padded, chosen, report


def a_pdf(file: Path, pages: int) -> None:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(file)


def test_a_sample_is_by_seed_and_cut_to_its_first_pages(tmp_path: Path) -> None:
    for name in ("annual.pdf", "年报.pdf", "short.pdf"):
        a_pdf(tmp_path / name, 1 if name == "short.pdf" else 4)
    target = tmp_path / "cut"
    target.mkdir()
    cut = chosen(tmp_path, reports=0, pages=2, seed=1, target=target)
    assert {file.name: len(PdfReader(file).pages) for file in cut} == {
        "annual.pdf": 2,
        "short.pdf": 1,
        "年报.pdf": 2,
    }
    whole = chosen(tmp_path, reports=2, pages=0, seed=1, target=target)
    assert whole == chosen(tmp_path, reports=2, pages=0, seed=1, target=target)
    assert len(whole) == 2
    assert {file.parent for file in whole} == {tmp_path}


def test_batches_for_the_limit_hold_all_texts_under_the_budget() -> None:
    batches = _padded([3, 3, 4, 10, 50], 20)
    assert [ids.shape for ids, _ in batches] == [(3, 4), (1, 10), (1, 50)]
    assert [int(mask.sum()) for _, mask in batches] == [10, 10, 50]
    assert not batches[0][0][0, 3]


def test_the_report_names_rates_shares_and_refusals() -> None:
    first = Brought(
        name="Quorum",
        pages=30,
        chunks=90,
        seconds=10.0,
        stages={"read, split": 2.0, "embed": 6.0, "write": 2.0},
        refused=["年报.pdf: it is empty"],
    )
    rival = Brought(name="Rival", pages=30, chunks=60, seconds=25.0)
    told = report([first, rival], EncoderLimit(ours=9.0, alone={2048: 10.0, 4096: 8.0}))
    assert "Quorum / Rival: 2.50x" in told
    assert "read, split 20%, embed 60%, write 20%" in told
    assert "年报.pdf: it is empty" in told
    assert "limit: 90%" in told
    assert first.pages / first.seconds == pytest.approx(3.0)
