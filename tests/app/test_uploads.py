"""Uploads reach the queue once each, archives taken apart; what cannot be accepted says why."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.uploads import Intake, Upload
from app.wiring import Services
from rag.errors import InvalidCollectionName
from tests.fakes import OpenServices, WordEmbedder


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def an_upload(name: str, data: bytes = b"Alpha is one.", token: str = "") -> Upload:
    return Upload(name=name, data=data, token=token or name)


def archive(**files: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "."), text)
    return written.getvalue()


def queued(opened: Services) -> list[list[str]]:
    """Names of each job's files, the oldest job first."""
    return [[file.name for file in job.files] for job in reversed(opened.jobs.jobs())]


def test_files_are_safe_when_they_are_handed_in(opened: Services) -> None:
    Intake().hand_in(opened, [an_upload("a.md"), an_upload("夹/资料.txt")], "c")
    assert queued(opened) == [["a.md", "夹/资料.txt"]]
    kept = [*(opened.settings.data_dir / "inbox").iterdir()]
    assert [file.read_bytes() for file in kept] == [b"Alpha is one."] * 2


def test_the_same_file_of_the_browser_is_taken_once(opened: Services) -> None:
    intake = Intake()
    before = intake.has_just_taken
    intake.hand_in(opened, [an_upload("a.md", token="1")], "c")
    assert (before, intake.has_just_taken) == (False, True)
    intake.hand_in(opened, [an_upload("a.md", token="1")], "c")
    intake.hand_in(opened, [an_upload("a.md", token="1"), an_upload("a.md", token="2")], "c")
    assert queued(opened) == [["a.md"], ["a.md"]]


def test_an_archive_is_taken_apart(opened: Services) -> None:
    intake = Intake()
    data = archive(a__md="Alpha.", film__mp4="x", 资料__txt="水泵。")
    intake.hand_in(opened, [an_upload("b.md"), an_upload("all.ZIP", data)], "c")
    assert queued(opened) == [["b.md", "all.ZIP/a.md", "all.ZIP/资料.txt"]]
    assert intake.left_out == ("all.ZIP/film.mp4",)
    intake.hand_in(opened, [an_upload("c.md")], "c")
    assert not intake.left_out


def test_a_broken_archive_is_in_the_job_refused(opened: Services) -> None:
    Intake().hand_in(opened, [an_upload("all.zip", b"PK no")], "c")
    [file] = opened.jobs.jobs()[0].files
    assert (file.name, file.state) == ("all.zip", "refused")


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.md", "../../etc/passwd.md"),
        ("a\x00b\n.md", "ab.md"),
        ("../x.zip", "../x.zip/a.md"),
        ("x" * 300 + ".md", "x" * 300 + ".md"),
    ],
)
def test_a_name_never_becomes_a_path(opened: Services, name: str, kept_as: str) -> None:
    data = archive(a__md="Alpha.") if name.endswith(".zip") else b"Alpha."
    Intake().hand_in(opened, [an_upload(name, data)], "c")
    assert queued(opened) == [[kept_as]]
    [kept] = (opened.settings.data_dir / "inbox").iterdir()
    assert kept.read_bytes() == b"Alpha."


def test_what_is_not_accepted_says_why_and_can_be_sent_again(opened: Services) -> None:
    intake = Intake()
    intake.hand_in(opened, [an_upload("a.md")], "")
    failures = [intake.failure]
    assert queued(opened) == []
    intake.hand_in(opened, [an_upload("a.md")], "c")
    failures.append(intake.failure)
    assert [type(one) for one in failures] == [InvalidCollectionName, type(None)]
    assert queued(opened) == [["a.md"]]
