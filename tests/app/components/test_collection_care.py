"""The settings of a collection, on the page Library."""

from typing import Any

from streamlit.testing.v1 import AppTest

from app.wiring import Services
from tests.app.conftest import components, texts


def library_page(services: "Any", language: str) -> None:
    from app.i18n import Translator
    from app.pages import library

    library.show(services, Translator(language))


def open_page(services: Services, shelf: str, language: str = "en") -> AppTest:
    at = AppTest.from_function(library_page, args=(services, language), default_timeout=30)
    at.session_state["shelf"] = shelf
    at.run()
    assert not at.exception
    return at


def field(at: AppTest, beginning: str) -> Any:
    fields = [*at.text_input, *at.toggle]
    [found] = [one for one in fields if str(one.key).startswith(beginning)]
    return found


def save(at: AppTest) -> None:
    at.button(key="save-care").click().run()
    assert not at.exception


def test_settings_are_kept_and_shown_again(library: Services) -> None:
    at = open_page(library, "manuals")
    field(at, "care-tokens-").set_value("64")
    field(at, "care-ocr-").set_value(False)
    save(at)
    kept = library.collection_settings.of(library.record.collection("manuals").id)
    assert (kept.chunk_tokens, kept.recognise) == (64, False)
    assert field(at, "care-tokens-").value == "64"
    assert field(open_page(library, "制度"), "care-tokens-").value == ""


def test_a_length_out_of_bounds_is_refused_in_a_sentence(library: Services) -> None:
    at = open_page(library, "制度", "zh")
    field(at, "care-tokens-").set_value("9")
    field(at, "care-name-").set_value("规章")
    save(at)
    assert "应为 32 到 8192 之间的整数" in texts(at)
    assert [one.name for one in library.record.collections()] == ["manuals", "制度"]


def test_a_collection_is_renamed(library: Services) -> None:
    at = open_page(library, "制度")
    field(at, "care-name-").set_value("规章制度")
    save(at)
    assert [one.name for one in library.record.collections()] == ["manuals", "规章制度"]
    [tiles] = components(at, "overview")
    assert [(one["name"], one["current"]) for one in tiles["tiles"]] == [
        ("manuals", False),
        ("规章制度", True),
    ]
    field(at, "care-name-").set_value("MANUALS")
    save(at)
    assert "There is a collection 'manuals' already." in texts(at)


def test_all_documents_are_read_again(library: Services) -> None:
    at = open_page(library, "manuals")
    at.button(key="read-all-again").click().run()
    assert not at.exception
    assert library.jobs.waiting() == 1
    assert "being read again" in texts(at)


def test_settings_are_used_by_the_next_reading(library: Services) -> None:
    before = library.record.collection("manuals")
    [entry] = library.record.documents(before.id)
    at = open_page(library, "manuals")
    field(at, "care-tokens-").set_value("32")
    save(at)
    at.button(key="read-all-again").click().run()
    assert library.worker.run(lambda: not library.jobs.waiting())
    [after] = library.record.documents(before.id)
    assert after.chunks >= entry.chunks
    assert after.version.endswith(".2")


def test_a_collection_is_deleted_when_its_name_is_typed(library: Services) -> None:
    at = open_page(library, "制度")
    at.button(key="delete-collection").click().run()
    at.text_input(key="typed-name").set_value("manuals").run()
    at.button(key="confirm-delete").click().run()
    assert "nothing was deleted" in texts(at)
    assert len(library.record.collections()) == 2
    at.text_input(key="typed-name").set_value("制度").run()
    at.button(key="confirm-delete").click().run()
    assert not at.exception
    assert [one.name for one in library.record.collections()] == ["manuals"]
    assert components(at, "overview") == []


def test_a_collection_is_kept_when_the_reader_changes_their_mind(library: Services) -> None:
    at = open_page(library, "制度", "zh")
    at.button(key="delete-collection").click().run()
    at.button(key="cancel-delete").click().run()
    assert not at.exception
    assert len(library.record.collections()) == 2
