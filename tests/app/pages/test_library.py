import time
from typing import Any

from streamlit.testing.v1 import AppTest

from app.uploads import Uploads
from app.wiring import Services
from tests.app.conftest import components, texts
from tests.fakes import OpenServices


def library_page(services: "Any", uploads: "Any", language: str) -> None:
    from app.i18n import Translator
    from app.pages import library

    library.show(services, uploads, Translator(language))


def open_page(services: Services, language: str = "en") -> AppTest:
    uploads = Uploads(lambda: services.ingestion)
    at = AppTest.from_function(
        library_page, args=(services, uploads, language), default_timeout=30
    ).run()
    assert not at.exception
    return at


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    at.file_uploader[0].set_value([(name, data, "") for name, data in files])
    at.button(key="add").click().run()
    deadline = time.monotonic() + 30
    while not all(one.done for one in at.session_state["arrivals"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    at.run()
    assert not at.exception
    return at


def names(at: AppTest) -> list[str]:
    return [row["name"] for table in components(at, "documents") for row in table["rows"]]


def test_an_empty_library_can_be_used_at_once(services: OpenServices) -> None:
    opened = services()
    at = open_page(opened)
    assert "Nothing in this collection yet." in texts(at)
    upload(at, ("a.md", b"Alpha is one."))
    assert "Added: 1 passage." in texts(at)
    assert names(at) == ["a.md"]
    assert [one.name for one in opened.record.collections()] == ["My documents"]


def test_files_are_taken_and_refused_one_by_one(services: OpenServices) -> None:
    evil = "![x](http://evil.example)`<img onerror>.md"
    at = upload(
        open_page(services()),
        ("good.txt", "第一句话在这里。".encode()),
        ("empty.txt", b""),
        (evil, b"Beta is two."),
    )
    assert names(at) == [evil, "empty.txt", "good.txt"]
    assert "'empty.txt' is empty: it has 0 bytes or nothing but blanks." in texts(at)
    assert "Check that the file was saved and copied completely" in texts(at)
    assert all(evil not in str(one.value) for one in at.markdown)
    [table] = components(at, "documents")
    by_name = {row["name"]: row for row in table["rows"]}
    assert by_name["good.txt"]["state_text"] == "Ready"
    assert by_name["empty.txt"]["state"] == "refused"
    assert by_name["empty.txt"]["remarks"][0].startswith("'empty.txt' is empty")


def test_a_refusal_is_said_in_chinese(services: OpenServices) -> None:
    at = upload(open_page(services(), "zh"), ("empty.txt", b""))
    assert "“empty.txt”是空文件" in texts(at)
    assert components(at, "documents")[0]["rows"][0]["remarks"][0].startswith("“empty.txt”")


def test_the_same_file_again_changes_nothing(services: OpenServices) -> None:
    at = open_page(services())
    upload(at, ("a.md", b"Alpha is one."))
    upload(at, ("a.md", b"Alpha is one."))
    assert "Already there, unchanged." in texts(at)
    upload(at, ("a.md", b"Alpha is two."))
    assert "Replaced the earlier version: 1 passage." in texts(at)
    assert names(at) == ["a.md"]


def test_adding_without_files_says_so(services: OpenServices) -> None:
    at = open_page(services())
    at.button(key="add").click().run()
    assert "Choose one or more files first." in texts(at)


def test_a_collection_is_chosen_and_named(library: Services) -> None:
    at = open_page(library)
    assert at.selectbox[0].value == "manuals"
    assert names(at) == ["pump.md"]
    at.selectbox[0].set_value("制度").run()
    assert names(at) == ["差旅.md"]
    at.text_input(key="new_name").input("Notes 笔记")
    at.button(key="use-name").click().run()
    assert at.selectbox[0].value == "Notes 笔记"
    upload(at, ("n.md", b"Gamma is three."))
    assert {one.name for one in library.record.collections()} == {"manuals", "制度", "Notes 笔记"}


def test_a_known_name_leads_to_its_collection(library: Services) -> None:
    at = open_page(library)
    at.text_input(key="new_name").input("MANUALS")
    at.button(key="use-name").click().run()
    assert at.selectbox[0].value == "manuals"


def test_an_unusable_name_is_refused(library: Services) -> None:
    at = open_page(library)
    at.text_input(key="new_name").input("   ")
    at.button(key="use-name").click().run()
    assert "cannot name a collection" in texts(at)


def test_a_document_is_deleted_only_when_confirmed(library: Services) -> None:
    at = open_page(library)
    at.session_state["removing"] = "pump.md"
    at.run()
    assert "It will no longer be found" in texts(at)
    assert names(at) == ["pump.md"]
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert [one.name for one in library.record.collections()] == ["制度"]


def test_deleting_what_is_gone_does_no_harm(library: Services) -> None:
    at = open_page(library)
    at.session_state["removing"] = "pump.md"
    at.run()
    library.ingestion.remove("manuals", ["pump.md"])
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert "DocumentNotFound" not in texts(at)
