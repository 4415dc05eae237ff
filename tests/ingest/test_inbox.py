"""What was handed in is kept whole under a name of our own, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.inbox import Inbox, check_space
from rag.errors import FileUnreadable
from rag.job_errors import NoSpace


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox", reserve_bytes=0)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("pump.pdf", ".pdf"),
        ("../../etc/passwd", ""),
        ("资料.TXT", ".TXT"),
        ("x.py/../a b", ""),
        ("n" * 300 + ".md", ".md"),
        ("CON", ""),
        ("a.<img>", ""),
    ],
)
def test_a_name_never_becomes_a_path(inbox: Inbox, tmp_path: Path, name: str, ending: str) -> None:
    kept = inbox.keep(b"content", name=name)
    assert inbox.path(kept).parent == tmp_path / "inbox"
    assert kept.removesuffix(ending).isalnum()
    assert inbox.path(kept).read_bytes() == b"content"


def test_a_file_is_copied_and_stays_when_the_original_goes(inbox: Inbox, tmp_path: Path) -> None:
    original = tmp_path / "a.txt"
    original.write_bytes(b"pump" * 100_000)
    kept = inbox.keep(original, name="a.txt")
    original.unlink()
    assert inbox.path(kept).read_bytes() == b"pump" * 100_000
    inbox.remove(kept)
    inbox.remove(kept)
    assert list((tmp_path / "inbox").iterdir()) == []


def test_what_cannot_be_copied_leaves_nothing(inbox: Inbox, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never.txt")
    for path in (tmp_path / "missing.txt", tmp_path, tmp_path / "never.txt"):
        with pytest.raises(FileUnreadable, match=r"x\.txt"):
            inbox.keep(path, name="x.txt")
    assert list((tmp_path / "inbox").iterdir()) == []


def test_a_nearly_full_disk_takes_nothing(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox", reserve_bytes=10**18)
    with pytest.raises(NoSpace):
        inbox.keep(b"x", name="x.txt")
    assert list((tmp_path / "inbox").iterdir()) == []
    check_space(tmp_path, 1, reserve_bytes=0)
    with pytest.raises(NoSpace):
        check_space(tmp_path, 10**18, reserve_bytes=0)


def test_orphans_are_removed_after_an_hour(inbox: Inbox) -> None:
    wanted, fresh, old = (inbox.keep(b"x", name="x.txt") for _ in range(3))
    for kept in (wanted, old):
        os.utime(inbox.path(kept), (0, 0))
    assert inbox.keep_only([wanted]) == 1
    assert [inbox.path(kept).exists() for kept in (wanted, fresh, old)] == [True, True, False]


def test_an_entry_that_goes_while_it_is_looked_at_does_no_harm(
    inbox: Inbox, tmp_path: Path
) -> None:
    """A copy under way has another name once it is whole; a link to nowhere is as hard to grasp."""
    old = inbox.keep(b"x", name="x.txt")
    os.utime(inbox.path(old), (0, 0))
    (tmp_path / "inbox" / "gone.partial").symlink_to(tmp_path / "nowhere")
    assert inbox.keep_only([]) == 1
    assert not inbox.path(old).exists()
