from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from benchmarks.retrieval.__main__ import app
from benchmarks.retrieval.filling import Built, Library
from tests.conftest import ROOT


def run(*options: object) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if "QUORUM" not in name}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.retrieval", "speed", *map(str, options)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sizes_are_measured_in_processes_of_their_own(
    built: tuple[Library, Built], tmp_path: Path
) -> None:
    library, told = built
    done = run(
        *("--data", library.data, "--work", library.work, "--chunks", "300", "--embed", 40),
        *("--questions", 5, "--limit-s", 20, "--reuse"),
        *("--json", tmp_path / "speed.json", "--html", tmp_path / "speed.html"),
    )
    assert done.returncode == 0, done.stderr
    for words in ("300 chunks", "LangChain EnsembleRetriever", "record.passages", "growth"):
        assert words in done.stdout
    kept = json.loads((tmp_path / "speed.json").read_text("utf-8"))
    assert kept["machine"]["libraries"]["rank-bm25"] == "0.2.2"
    (size,) = kept["sizes"]
    assert size["built"]["code"] == told.code, "what was built is found again"
    assert size["searched"]["recall"] > 0.9
    assert size["searched"]["product"]["peak_mb"] < 1500
    page = (tmp_path / "speed.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert "Quorum (top 8)" in page


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    for chunks, said in (("300", "corpus.jsonl"), ("many", "'many'")):
        done = CliRunner().invoke(app, ["speed", "--data", str(tmp_path), "--chunks", chunks])
        assert done.exit_code == 2
        assert said in done.stderr
