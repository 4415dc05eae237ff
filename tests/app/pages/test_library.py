"""The page Library: files handed in, watched, refused, looked into, read anew and deleted."""

import zipfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from ingest.inbox import Inbox
from tests.app.conftest import PUMP, AddText, components, texts
from tests.fakes import OpenServices


def library_page(services: "Any", language: str) -> None:
    from app.i18n import Translator
    from app.pages import library

    library.show(services, Translator(language))


def open_page(services: Services, language: str = "en", **address: str) -> AppTest:
    at = AppTest.from_function(library_page, args=(services, language), default_timeout=30)
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def hand_in(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    at.file_uploader[0].set_value([(name, data, "") for name, data in files])
    at.button(key="add").click().run()
    assert not at.exception
    return at


def work_off(at: AppTest, services: Services) -> AppTest:
    assert services.worker.run(lambda: not services.jobs.waiting())
    at.run()
    assert not at.exception
    return at


def upload(at: AppTest, services: Services, *files: tuple[str, bytes]) -> AppTest:
    return work_off(hand_in(at, *files), services)


def names(at: AppTest) -> list[str]:
    return [row["name"] for table in components(at, "documents") for row in table["rows"]]


def arriving(at: AppTest) -> list[tuple[str, str, str]]:
    """Name, state and note of the files on their way, the newest job first."""
    jobs = components(at, "arrivals")
    return [
        (file["name"], file["state_text"], " ".join([file["note"], *file["error"]]))
        for job in jobs
        for file in job["files"]
    ]


def preview(at: AppTest) -> list[dict[str, Any]]:
    [shown] = components(at, "preview")
    pieces: list[dict[str, Any]] = shown["pieces"]
    return pieces


def look_into(at: AppTest, opened: Services, name: str) -> AppTest:
    held = [one.id for one in opened.record.collections()]
    entries = [entry for one in held for entry in opened.record.documents(one)]
    at.session_state["opened"] = next((e.id for e in entries if e.name == name), name)
    at.run()
    assert not at.exception
    return at


def test_an_empty_library_can_be_used_at_once(services: OpenServices) -> None:
    opened = services()
    at = open_page(opened)
    assert "Nothing in this collection yet." in texts(at)
    upload(at, opened, ("a.md", b"Alpha is one."))
    assert arriving(at) == [("a.md", "Ready", "Added: 1 passage.")]
    assert names(at) == ["a.md"]
    assert [one.name for one in opened.record.collections()] == ["My documents"]


def test_files_are_watched_from_the_queue_and_in_every_session(services: OpenServices) -> None:
    opened = services()
    at = hand_in(open_page(opened), ("a.md", b"Alpha is one."), ("乙.md", "乙是二。".encode()))
    assert [state for _, state, _ in arriving(at)] == ["Waiting", "Waiting"]
    reloaded = open_page(opened)
    assert arriving(reloaded) == arriving(at)
    assert components(reloaded, "arrivals")[0]["headline"] == "0 of 2 files"
    work_off(reloaded, opened)
    assert components(reloaded, "arrivals")[0]["headline"] == "2 of 2 files · 2 ready"
    assert names(reloaded) == ["a.md", "乙.md"]


def test_files_are_taken_and_refused_one_by_one(services: OpenServices) -> None:
    evil = "![x](http://evil.example)`<img onerror>.md"
    opened = services()
    at = upload(
        open_page(opened),
        opened,
        ("good.txt", "第一句话在这里。".encode()),
        ("empty.txt", b""),
        (evil, b"Beta is two."),
    )
    assert names(at) == [evil, "empty.txt", "good.txt"]
    by_name = {name: (state, note) for name, state, note in arriving(at)}
    state, note = by_name["empty.txt"]
    assert state == "Refused"
    assert "'empty.txt' is empty: it has 0 bytes or nothing but blanks." in note
    assert "Check that the file was saved and copied completely" in note
    assert all(evil not in str(one.value) for one in at.markdown)
    [table] = components(at, "documents")
    rows = {row["name"]: row for row in table["rows"]}
    assert rows["good.txt"]["state_text"] == "Ready"
    assert rows["empty.txt"]["state"] == "refused"
    assert rows["empty.txt"]["remarks"][0].startswith("'empty.txt' is empty")


def test_a_refusal_is_said_in_chinese(services: OpenServices) -> None:
    opened = services()
    at = upload(open_page(opened, "zh"), opened, ("empty.txt", b""))
    [(_, state, note)] = arriving(at)
    assert (state, note[:11]) == ("未收录", " “empty.txt")
    assert components(at, "documents")[0]["rows"][0]["remarks"][0].startswith("“empty.txt”")


def test_the_same_file_again_changes_nothing(services: OpenServices) -> None:
    opened = services()
    at = open_page(opened)
    upload(at, opened, ("a.md", b"Alpha is one."))
    upload(at, opened, ("a.md", b"Alpha is one."))
    upload(at, opened, ("a.md", b"Alpha is two."))
    assert [note for _, _, note in arriving(at)] == [
        "Replaced the earlier version: 1 passage.",
        "Already there, unchanged.",
        "Added: 1 passage.",
    ]
    assert names(at) == ["a.md"]


def test_a_job_is_cancelled_tried_again_and_hidden(services: OpenServices) -> None:
    opened = services()
    at = hand_in(open_page(opened), ("a.md", b"Alpha is one."), ("b.md", b"Beta is two."))
    [job] = opened.jobs.jobs()
    at.button(key=f"cancel-{job.id}").click().run()
    assert [state for _, state, _ in arriving(at)] == ["Cancelled", "Cancelled"]
    at.button(key=f"retry-{job.id}").click().run()
    assert [state for _, state, _ in arriving(at)] == ["Waiting", "Waiting"]
    work_off(at, opened)
    at.button(key=f"hide-{job.id}").click().run()
    assert arriving(at) == []
    assert names(at) == ["a.md", "b.md"]


def test_an_archive_says_what_it_left_out(services: OpenServices, tmp_path: Any) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("a.md", "Alpha is one.")
        packed.writestr("film.mp4", b"x")
    opened = services()
    at = upload(open_page(opened), opened, ("all.zip", (tmp_path / "all.zip").read_bytes()))
    assert names(at) == ["all.zip/a.md"]
    assert "left out: all.zip/film.mp4" in texts(at)


def test_what_is_not_accepted_says_why(services: OpenServices) -> None:
    opened = services()
    opened.inbox = Inbox(opened.settings.data_dir / "inbox", reserve_bytes=10**18)
    at = hand_in(open_page(opened), ("a.md", b"Alpha is one."))
    assert "MB are needed" in texts(at)
    assert opened.jobs.jobs() == []


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
    upload(at, library, ("n.md", b"Gamma is three."))
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
    at.session_state["removing"] = ["pump.md"]
    at.run()
    assert "It will no longer be found" in texts(at)
    assert names(at) == ["pump.md"]
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert [one.name for one in library.record.collections()] == ["制度"]


def test_deleting_what_is_gone_does_no_harm(library: Services) -> None:
    at = open_page(library)
    at.session_state["removing"] = ["pump.md"]
    at.run()
    library.ingestion.remove("manuals", ["pump.md"])
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert "DocumentNotFound" not in texts(at)


def test_several_documents_are_deleted_at_once(library: Services, add_text: AddText) -> None:
    for number in range(10):
        add_text(library, "manuals", f"{number}.md", f"Text {number}.")
    at = open_page(library)
    at.session_state["removing"] = [f"{number}.md" for number in range(9)]
    at.run()
    assert "and 1 more" in texts(at)
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert names(at) == ["9.md", "pump.md"]


def test_a_document_is_looked_into(library: Services) -> None:
    at = look_into(open_page(library), library, "pump.md")
    assert "How it was read" in texts(at)
    assert "characters" in texts(at)
    shown = preview(at)
    assert [piece["number"] for piece in shown if piece["number"]] == [1, 2]
    assert any("8,000 hours" in piece["text"] for piece in shown)
    assert ["Pump manual", "Maintenance"] in [piece["headings"] for piece in shown]
    assert "current" in at.selectbox(key="details-version").options[0]


def test_a_replaced_version_is_looked_into_in_chinese(library: Services, add_text: AddText) -> None:
    add_text(library, "manuals", "pump.md", PUMP.replace("8,000", "9,000"))
    at = look_into(open_page(library, "zh"), library, "pump.md")
    chooser = at.selectbox(key="details-version")
    assert [" · 当前版本" in one for one in chooser.options] == [True, False]
    assert "9,000" in str(preview(at))
    chooser.select_index(1).run()
    assert not at.exception
    assert "8,000" in str(preview(at))
    assert not [one for one in at.button if one.key == "details-again"]


def test_a_document_is_read_again(library: Services) -> None:
    at = look_into(open_page(library), library, "pump.md")
    at.button(key="details-again").click().run()
    assert not at.exception
    assert arriving(at) == [("pump.md", "Waiting", "")]
    work_off(at, library)
    assert arriving(at) == [("pump.md", "Ready", "Replaced the earlier version: 2 passages.")]
    at = look_into(open_page(library), library, "pump.md")
    assert len(at.selectbox(key="details-version").options) == 2


def test_without_its_file_a_document_is_to_be_added_again(library: Services) -> None:
    manuals = library.record.collection("manuals")
    library.originals.path(library.record.document(manuals, "pump.md").version).unlink()
    at = look_into(open_page(library), library, "pump.md")
    assert "The original file is not kept here" in texts(at)
    assert not [one for one in at.button if one.key == "details-again"]


def test_a_refused_document_has_nothing_to_look_into(services: OpenServices) -> None:
    opened = services()
    at = upload(open_page(opened), opened, ("empty.txt", b""))
    look_into(at, opened, "empty.txt")
    assert "No version of it can be opened yet." in texts(at)
    assert "'empty.txt' is empty" in texts(at)


def test_a_link_to_what_is_gone_says_so_and_shows_the_page(library: Services) -> None:
    at = look_into(open_page(library), library, "gone.md")
    assert names(at) == ["pump.md"]
    assert "The document that this link leads to is not here." in texts(at)


@pytest.mark.parametrize(
    ("page", "said"), [("1", ""), ("9", "This document has no page 9; this is its first.")]
)
def test_a_link_leads_to_a_document_and_a_page(library: Services, page: str, said: str) -> None:
    shelf = library.record.collection("制度")
    (entry,) = library.record.documents(shelf.id)
    at = open_page(library, doc=entry.id, page=page)
    assert at.query_params["shelf"] in ("制度", ["制度"])
    assert [piece["text"] for piece in preview(at)]
    assert (said in texts(at)) if said else ("has no page" not in texts(at))


@pytest.mark.parametrize("page", ["", "-1", "２", "1e9", "<b>", "9" * 30])
def test_a_link_to_what_is_no_page_shows_the_first(library: Services, page: str) -> None:
    (entry,) = library.record.documents(library.record.collection("manuals").id)
    at = open_page(library, doc=entry.id, page=page)
    assert preview(at)
