from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.conversations import Turn
from app.i18n import Translator
from app.passages import disagreements_of
from app.wiring import Services
from tests.app.conftest import components
from tests.app.pages.test_ask import open_page
from tests.app.voted_answers import ANSWERED, HELD, HOSTILE


def page(disagreements: "Any", language: str) -> None:
    from app.components.conflicts import draw_conflicts
    from app.i18n import Translator

    draw_conflicts(
        disagreements, Translator(language), key="t", chosen=4, on_choice=lambda key: None
    )


@pytest.mark.parametrize(
    ("language", "title", "about", "labels"),
    [
        (
            "en",
            "The sources differ",
            f"On this sentence: “{HELD.text}”",
            ["8,000 hours: pump.md, p. 1, added 2025-03-04", f"{HOSTILE}: 旧手册.pdf, p. 2"],
        ),
        (
            "zh",
            "各出处说法不一",
            f"关于这句话：“{HELD.text}”",
            ["8,000 hours：pump.md，第 1 页，2025-03-04 添加", f"{HOSTILE}：旧手册.pdf，第 2 页"],
        ),
    ],
)
def test_every_side_has_its_value_its_place_and_its_day(
    language: str, title: str, about: str, labels: list[str]
) -> None:
    disagreements = disagreements_of(ANSWERED, Translator(language))
    at = AppTest.from_function(page, args=(disagreements, language)).run()
    assert not at.exception
    [box] = components(at, "conflicts")
    assert (box["title"], box["chosen"]) == (title, 4)
    [conflict] = box["conflicts"]
    assert conflict["about"] == about
    assert [side["label"] for side in conflict["sides"]] == labels
    assert [side["used"] for side in conflict["sides"]] == [True, False]


def test_sources_that_agree_get_no_box() -> None:
    at = AppTest.from_function(page, args=((), "en")).run()
    assert components(at, "conflicts") == []


def test_a_side_that_is_not_cited_stands_among_the_sources(library: Services) -> None:
    library.conversations.add("c1", Turn.of("t1", ANSWERED))
    at = open_page(library, c="c1")
    [box], [sources] = components(at, "conflicts"), components(at, "sources")
    keys = [side["key"] for side in box["conflicts"][0]["sides"]]
    assert keys == [1, 3]
    listed = {source["key"]: source for source in sources["sources"]}
    assert listed[3]["number"] is None
    assert listed[3]["document"] == "旧手册.pdf"
    assert listed[3]["marked"] == "The diaphragm lasts 6,000 hours."
