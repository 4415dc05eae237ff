"""The care of all indexes, on the page Library."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from app.wiring import Services
from tests.app.components.test_collection_care import open_page
from tests.app.conftest import texts


def click(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def test_a_rebuilding_is_begun_watched_and_over(library: Services) -> None:
    at = open_page(library, "manuals")
    click(at, "rebuild-index")
    assert "The index is being rebuilt. You can go on asking." in texts(at)
    assert at.button(key="rebuild-index").disabled
    library.reindexer.step()
    library.synchroniser.catch_up_dense()
    at.run()
    assert "The index has been rebuilt." in texts(at)
    assert not at.button(key="rebuild-index").disabled
    assert "rebuilt" not in texts(open_page(library, "manuals"))  # a new visit hears no old news


def test_a_rebuilding_is_cancelled(library: Services) -> None:
    at = open_page(library, "制度", "zh")
    click(at, "rebuild-index")
    click(at, "cancel-reindexing")
    assert library.reindexings.underway() is None
    assert "正在重建" not in texts(at)


def test_a_model_that_is_none_is_refused_in_a_sentence(library: Services) -> None:
    at = open_page(library, "制度", "zh")
    at.text_input(key="move-model").set_value("/没有/这个模型")
    click(at, "move-index")
    assert "/没有/这个模型" in texts(at)
    assert library.reindexings.newest() is None
    at.text_input(key="move-model").set_value("")
    click(at, "move-index")
    assert library.reindexings.newest() is None


def test_the_model_in_use_is_named(library: Services) -> None:
    assert "Passages are found by meaning with: all-MiniLM-L6-v2" in texts(
        open_page(library, "manuals")
    )
