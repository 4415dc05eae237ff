from app.failures import Unforeseen
from app.uploads import Upload, Uploads
from ingest.pipeline import Status
from rag.errors import InvalidCollectionName
from tests.fakes import OpenServices


def finish(uploads: list[Upload]) -> None:
    for one in uploads:
        assert one.finished.wait(30)


def test_files_are_taken_in_order_and_their_copies_vanish(services: OpenServices) -> None:
    opened = services()
    uploads = Uploads(lambda: opened.ingestion)
    taken = uploads.add(
        [("a.md", b"Alpha is one.", "1"), ("b.md", b"", "2"), ("a.md", b"Alpha.", "3")], "c"
    )
    assert [one.token for one in taken] == ["1", "2", "3"]
    finish(taken)
    reports = [one.report.status for one in taken if one.report]
    assert reports == [Status.ADDED, Status.REFUSED, Status.REPLACED]
    assert [one.share for one in taken] == [1.0, 1.0, 1.0]
    assert not any(one.path.exists() for one in taken)


def test_a_name_never_becomes_a_path(services: OpenServices) -> None:
    opened = services()
    uploads = Uploads(lambda: opened.ingestion)
    names = ["../../etc/passwd.md", "a\x00b\n.md", "x" * 300 + ".md", "weird.m d/../x", "资料.txt"]
    taken = uploads.add([(name, b"Alpha is one.", name) for name in names], "c")
    finish(taken)
    for one in taken:
        assert one.path.name.startswith("quorum-")
        assert len(one.path.name) < 40
    entries = opened.record.documents(opened.record.collection("c").id)
    assert {entry.name for entry in entries} == {one.name for one in taken}
    assert {"../../etc/passwd.md", "ab.md", "资料.txt"} < {entry.name for entry in entries}


def test_a_collection_that_cannot_take_it_is_a_failure(services: OpenServices) -> None:
    opened = services()
    uploads = Uploads(lambda: opened.ingestion)
    taken = uploads.add([("a.md", b"Alpha is one.", "1")], "")
    finish(taken)
    assert isinstance(taken[0].failure, InvalidCollectionName)
    later = uploads.add([("a.md", b"Alpha is one.", "1")], "c")
    finish(later)
    assert later[0].report is not None


def test_the_unforeseen_ends_one_file_only(services: OpenServices) -> None:
    opened = services()
    ways = iter([None, opened.ingestion])
    uploads = Uploads(lambda: next(ways))  # type: ignore[arg-type,return-value]
    taken = uploads.add([("a.md", b"Alpha is one.", "1"), ("b.md", b"Beta is two.", "2")], "c")
    finish(taken)
    assert isinstance(taken[0].failure, Unforeseen)
    assert taken[1].report is not None
