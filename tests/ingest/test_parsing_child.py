"""The reading process by itself: orders in, one line of JSON for each out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from ingest.limits import Limits
from ingest.parsing_child import RESULT

ROOT = Path(__file__).resolve().parents[2]


def test_every_order_is_answered_and_its_result_stands_in_its_folder(tmp_path: Path) -> None:
    orders = []
    for name, content in (("good.txt", "水泵重 4 公斤。"), ("blank.txt", "")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        folder = tmp_path / f"{name}.d"
        folder.mkdir()
        orders.append(
            {
                "path": str(tmp_path / name),
                "name": name,
                "max_bytes": 1000,
                "recognise": True,
                "folder": str(folder),
                "limits": asdict(Limits()),
            }
        )
    done = subprocess.run(
        [sys.executable, "-m", "ingest.parsing_child"],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"ready": True}]

    with subprocess.Popen(
        [sys.executable, "-m", "ingest.parsing_child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        for order in orders:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            assert (told["status"], told["over"]) == (0, None)
            assert 1_000_000 < told["held_bytes"] < 1_000_000_000
        process.stdin.close()
        assert process.wait(10) == 0
    good, blank = (json.loads((Path(str(o["folder"])) / RESULT).read_text("ascii")) for o in orders)
    assert good["document"]["pages"][0]["text"] == "水泵重 4 公斤。"
    assert (blank["refused"], blank["values"]) == ("EmptyFile", {"file": "blank.txt"})
