from app.i18n import Translator
from app.shelf import rows, shelf_names, size_in_words, take_out
from app.wiring import Services

EN = Translator("en")


def test_there_is_always_a_collection_to_choose() -> None:
    assert shelf_names([], None, EN) == ["My documents"]
    assert shelf_names([], "Notes", EN) == ["Notes"]


def test_a_new_name_comes_first_until_it_is_a_collection(library: Services) -> None:
    collections = library.record.collections()
    assert shelf_names(collections, None, EN) == ["manuals", "制度"]
    assert shelf_names(collections, "Notes", EN) == ["Notes", "manuals", "制度"]
    assert shelf_names(collections, "manuals", EN) == ["manuals", "制度"]


def test_documents_are_rows_in_words(library: Services) -> None:
    collection = library.record.collection("manuals")
    [row] = rows(library.record, collection, "", EN)
    assert (row.name, row.state, row.state_text, row.pages) == ("pump.md", "ready", "Ready", "–")
    assert row.added.endswith("+00:00")
    assert rows(library.record, collection, "PUMP", EN) == [row]
    assert rows(library.record, collection, "other", EN) == []


def test_taking_out_twice_is_taking_out_once(library: Services) -> None:
    for _ in range(2):
        take_out(library.record, library.ingestion, "manuals", "pump.md")
    assert [one.name for one in library.record.collections()] == ["制度"]


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
