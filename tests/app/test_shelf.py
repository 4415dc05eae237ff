from app.i18n import Translator
from app.shelf import read_again, rows, shelf_names, size_in_words, take_out
from app.wiring import Services
from tests.app.conftest import AddText

EN = Translator("en")


def test_there_is_always_a_collection_to_choose() -> None:
    assert shelf_names([], [], None, EN) == ["My documents"]
    assert shelf_names([], [], "Notes", EN) == ["Notes"]


def test_a_new_name_comes_first_until_it_is_a_collection(library: Services) -> None:
    collections = library.record.collections()
    assert shelf_names(collections, [], None, EN) == ["manuals", "制度"]
    assert shelf_names(collections, [], "Notes", EN) == ["Notes", "manuals", "制度"]
    assert shelf_names(collections, [], "manuals", EN) == ["manuals", "制度"]


def test_a_collection_that_files_are_on_their_way_into_can_be_chosen(library: Services) -> None:
    collections = library.record.collections()
    awaited = ["MANUALS", "笔记", "Drafts"]
    assert shelf_names(collections, awaited, "drafts", EN) == ["Drafts", "笔记", "manuals", "制度"]


def test_documents_are_rows_in_words(library: Services) -> None:
    collection = library.record.collection("manuals")
    [row] = rows(library.record, collection, "", EN)
    assert (row.name, row.state, row.state_text, row.pages) == ("pump.md", "ready", "Ready", "–")
    assert row.added.endswith("+00:00")
    assert rows(library.record, collection, "PUMP", EN) == [row]
    assert rows(library.record, collection, "other", EN) == []


def test_taking_out_twice_is_taking_out_once(library: Services) -> None:
    for _ in range(2):
        take_out(library, "manuals", ["pump.md"])
    assert [one.name for one in library.record.collections()] == ["制度"]


def test_several_are_taken_out_whatever_is_gone_already(
    library: Services, add_text: AddText
) -> None:
    for name in ("valve.md", "阀门.md"):
        add_text(library, "manuals", name, f"{name} is a text.")
    take_out(library, "manuals", ["pump.md", "never there.md", "阀门.md"])
    manuals = library.record.collection("manuals")
    assert [row.name for row in rows(library.record, manuals, "", EN)] == ["valve.md"]


def test_documents_are_read_again_from_what_is_kept(library: Services) -> None:
    manuals = library.record.collection("manuals")
    before = library.record.document(manuals, "pump.md")
    assert read_again(library, "manuals", ["pump.md", "gone.md"]) == ["gone.md"]
    library.worker.run(lambda: not library.jobs.waiting())
    after = library.record.document(manuals, "pump.md")
    assert after.version == f"{before.version}.2"
    assert library.index.search("diaphragm", collections=["manuals"], top_k=1)


def test_a_document_whose_file_is_not_kept_is_named(library: Services) -> None:
    travel = library.record.document(library.record.collection("制度"), "差旅.md")
    library.originals.path(travel.version).unlink()
    assert read_again(library, "制度", ["差旅.md"]) == ["差旅.md"]
    assert not library.jobs.waiting()


def test_sizes_have_units() -> None:
    sizes = [0, 999, 1_000, 50_832, 999_499, 1_000_000, 12_345_678]
    assert [size_in_words(size) for size in sizes] == [
        "0 B",
        "999 B",
        "1 KB",
        "51 KB",
        "999 KB",
        "1.0 MB",
        "12.3 MB",
    ]
