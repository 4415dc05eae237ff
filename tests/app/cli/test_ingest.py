"""``python -m ingest``: what each command prints, and with which exit code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from app.cli.ingest import app
from tests.app.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def ingest(command: Callable[[typer.Typer], Command]) -> Command:
    return command(app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "制度").mkdir(parents=True)
    (folder / "pump.md").write_text("# Pump\n\nThe pump weighs 4 kg.\n", "utf-8")
    (folder / "制度" / "休假.txt").write_text("员工每年有 12 天年假。", "utf-8")
    return folder


def test_a_folder_is_added_listed_shown_and_removed(ingest: Command, folder: Path) -> None:
    reports = ingest.json("add", folder, "--collection", "papers")
    assert [(one["name"], one["status"]) for one in reports] == [
        ("pump.md", "added"),
        ("制度/休假.txt", "added"),
    ]
    listing = ingest.json("list")
    assert [one["collection"] for one in listing] == ["papers"]
    assert {one["state"] for one in listing[0]["documents"]} == {"ready"}
    shown = ingest.json("show", "制度/休假.txt", "--collection", "papers")
    assert (shown["page"], shown["text"]) == (1, "员工每年有 12 天年假。")
    removed = ingest("remove", "pump.md", "--collection", "papers")
    assert removed.exit_code == 0
    assert [d["name"] for d in ingest.json("list")[0]["documents"]] == ["制度/休假.txt"]
    assert ingest("remove", "--all", "--collection", "papers").exit_code == 0
    assert ingest.json("list") == []


def test_an_archive_gives_a_document_for_each_file(ingest: Command, folder: Path) -> None:
    with zipfile.ZipFile(folder / "box.zip", "w") as box:
        box.write(folder / "pump.md", "pumps/pump.md")
        box.write(folder / "制度" / "休假.txt", "休假.txt")
        box.writestr("tool.exe", b"MZ")
    (folder / "torn.zip").write_bytes((folder / "box.zip").read_bytes()[:-40])
    reports = ingest.json("add", folder, "-c", "papers", exit_code=1)
    assert {one["name"]: one["status"] for one in reports} == {
        "torn.zip": "refused",
        "box.zip/pumps/pump.md": "added",
        "box.zip/休假.txt": "added",
        "pump.md": "added",
        "制度/休假.txt": "added",
    }
    again = ingest("add", folder / "box.zip", "-c", "papers")
    assert again.exit_code == 0
    assert "note: box.zip/tool.exe has no readable format" in again.stderr
    shown = ingest.json("show", "box.zip/休假.txt", "-c", "papers")
    assert shown["text"] == "员工每年有 12 天年假。"


def test_the_same_bytes_are_left_alone_and_changed_ones_replace(
    ingest: Command, folder: Path
) -> None:
    ingest("add", folder / "pump.md", "-c", "papers")
    assert ingest.json("add", folder / "pump.md", "-c", "papers")[0]["status"] == "unchanged"
    (folder / "pump.md").write_text("# Pump\n\nThe pump weighs 5 kg.\n", "utf-8")
    assert ingest.json("add", folder / "pump.md", "-c", "papers")[0]["status"] == "replaced"


def test_a_refused_file_is_told_and_the_others_are_in(ingest: Command, folder: Path) -> None:
    (folder / "empty.pdf").touch()
    reports = ingest.json("add", folder, "-c", "papers", exit_code=1)
    by_name = {one["name"]: one for one in reports}
    assert by_name["empty.pdf"]["status"] == "refused"
    assert "empty.pdf" in by_name["empty.pdf"]["reason"]
    assert by_name["empty.pdf"]["hint"]
    assert by_name["pump.md"]["status"] == "added"
    listed = {one["name"]: one for one in ingest.json("list")[0]["documents"]}
    assert listed["empty.pdf"]["state"] == "refused"
    assert listed["empty.pdf"]["passages"] == 0
    assert "empty" in listed["empty.pdf"]["reason"]


def test_people_get_sentences_on_standard_error(ingest: Command, folder: Path) -> None:
    result = ingest("add", folder / "nowhere.pdf", "-c", "papers")
    assert result.exit_code == 1
    assert "refused" in result.stdout
    assert "error: 'nowhere.pdf' cannot be opened" in result.stderr
    assert "Check the path" in result.stderr
    missing = ingest("show", "none.pdf", "-c", "papers")
    assert missing.exit_code == 1
    assert "There is no collection 'papers'" in missing.stderr
    assert missing.stdout == ""


def test_an_empty_folder_is_an_error(ingest: Command, tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    result = ingest("add", tmp_path / "void", "-c", "papers")
    assert result.exit_code == 1
    assert "no files" in result.stderr


def test_a_page_that_is_not_there(ingest: Command, folder: Path) -> None:
    ingest("add", folder / "pump.md", "-c", "papers")
    result = ingest("show", "pump.md", "-c", "papers", "--page", "7")
    assert result.exit_code == 1
    assert "page 7" in result.stderr


def test_remove_wants_names_or_all(ingest: Command) -> None:
    assert ingest("remove", "--collection", "papers").exit_code == 2
    assert ingest("remove", "a.pdf", "--all", "--collection", "papers").exit_code == 2
    assert ingest("remove", "a.pdf", "--collection", "papers").exit_code == 1


def test_the_listing_for_people_names_states_and_reasons(ingest: Command, folder: Path) -> None:
    assert "no collections yet" in ingest("list").stdout
    (folder / "empty.pdf").touch()
    ingest("add", folder, "-c", "papers")
    text = ingest("list").stdout
    assert "papers (3 documents)" in text
    assert "ready" in text
    assert "'empty.pdf' is empty" in text


def test_the_door_opens() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("add", "list", "show", "remove"):
        assert name in done.stdout
