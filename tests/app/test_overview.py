"""All collections at a glance, in words."""

from __future__ import annotations

import shutil

from app.i18n import Translator
from app.overview import care_of, tiles
from app.wiring import Services
from tests.app.conftest import AddText
from tests.fakes import OpenServices
from vectorstore.collection_settings import CollectionSettings
from vectorstore.overview import Overview

EN, ZH = Translator("en"), Translator("zh")


def test_there_may_be_none(services: OpenServices) -> None:
    assert tiles(services(), None, "", EN) == ([], 0)


def test_what_a_tile_says(library: Services) -> None:
    (manuals, rules), count = tiles(library, "制度", "", EN)
    assert count == 2
    assert manuals.name == "manuals"
    assert manuals.counts == "1 document · 2 passages"
    assert (manuals.health, manuals.health_text) == ("ok", "Everything can be found")
    assert (manuals.current, rules.current) == (False, True)
    assert manuals.changed.endswith("+00:00")
    [(_, rules), _] = tiles(library, "制度", "", ZH)
    assert rules.counts.startswith("1 个文档 · ")
    assert rules.health_text == "全部内容均可检索"


def test_without_a_choice_the_first_is_open(library: Services) -> None:
    for before in (None, "gone"):
        assert [one.current for one in tiles(library, before, "", EN)[0]] == [True, False]


def test_a_search_by_name(library: Services) -> None:
    assert [one.name for one in tiles(library, None, "MANU", EN)[0]] == ["manuals"]
    assert [one.name for one in tiles(library, None, "度", ZH)[0]] == ["制度"]
    assert tiles(library, None, "nothing", EN) == ([], 2)


def test_an_index_that_lost_passages_is_told(library: Services) -> None:
    [manuals, _] = Overview(library.engine).all()
    library.lexical.drop(manuals.index_id)
    found = tiles(library, None, "", EN)[0]
    assert [one.health for one in found] == ["off", "ok"]
    assert "rebuild" in found[0].health_text
    shutil.rmtree(library.settings.data_dir / "lexical")


def test_an_index_that_is_behind_is_told(library: Services) -> None:
    [manuals, _] = library.record.collections()
    library.versions.forget_index("dense", manuals.id)
    found = tiles(library, None, "", ZH)[0][0]
    assert (found.health, found.health_text) == ("busy", "正在建立索引：0 / 2 个段落")


def test_two_hundred_collections_can_be_found(services: OpenServices, add_text: AddText) -> None:
    opened = services()
    for number in range(200):
        opened.record.ensure_collection(f"{number:03} 部门", opened.embedder)
    found, count = tiles(opened, None, "", ZH)
    assert (len(found), count) == (60, 200)
    assert found[0].health == "empty"
    assert [one.name for one in tiles(opened, None, "199", ZH)[0]] == ["199 部门"]


def test_the_settings_as_a_form_shows_them(library: Services) -> None:
    collection = library.record.collection("制度")
    care = care_of(library, collection)
    assert (care.documents, care.chunk_tokens, care.usual_tokens) == (1, "", 200)
    assert care.recognise
    assert care.model == "all-MiniLM-L6-v2"
    library.collection_settings.put("制度", CollectionSettings(chunk_tokens=64, recognise=False))
    care = care_of(library, collection)
    assert (care.chunk_tokens, care.recognise) == ("64", False)
