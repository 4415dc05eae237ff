from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.asking import AS_SET, Way
from app.strategies import STRATEGIES
from app.wiring import Services
from rag.settings import Settings
from tests.app.pages.test_ask import open_page
from tests.fakes import OpenServices


def page(settings: "Any", language: str) -> None:
    import streamlit as st

    from app.components.ways import draw_way
    from app.i18n import Translator

    if not st.checkbox("elsewhere"):
        st.session_state.drawn = draw_way(settings, Translator(language))


def drawn(language: str = "en", strategy: str = "direct", samples: int = 5) -> AppTest:
    settings = Settings(strategy=strategy, samples=samples)
    at = AppTest.from_function(page, args=(settings, language)).run()
    assert not at.exception
    return at


def way(at: AppTest) -> Way:
    found: Way = at.session_state.drawn
    return found


def label(at: AppTest) -> str:
    [popover] = at.get("popover")
    said: str = popover.proto.popover.label
    return said


@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("en", ["Ask once", "Think first", "Let samples vote", "Ask again with hints"]),
        ("zh", ["只问一次", "先思考再回答", "多次采样投票", "逐轮提示"]),
    ],
)
def test_the_settings_way_comes_first_and_is_left_to_them(
    language: str, options: list[str]
) -> None:
    at = drawn(language)
    assert at.radio[0].options == options
    assert at.radio[0].value == "direct"
    assert len(at.slider) == 0
    assert way(at) == AS_SET


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_whatever_the_settings_say_can_be_begun_with(strategy: str) -> None:
    at = drawn(strategy=strategy)
    assert at.radio[0].value == strategy
    assert way(at) == AS_SET


def test_samples_are_chosen_where_they_vote() -> None:
    at = drawn()
    at.radio[0].set_value("self_consistency").run()
    assert way(at) == Way(strategy="self_consistency")
    assert label(at) == "5 samples vote"
    at.slider[0].set_value(9).run()
    assert way(at) == Way(strategy="self_consistency", samples=9)
    assert label(at) == "9 samples vote"
    at.radio[0].set_value("chain_of_thought").run()
    assert way(at) == Way(strategy="chain_of_thought"), "a number without a vote is not passed on"
    assert label(at) == "Think first"
    at.radio[0].set_value("direct").run()
    assert way(at) == AS_SET


def test_a_choice_outlives_another_page() -> None:
    at = drawn("zh")
    at.radio[0].set_value("self_consistency").run()
    at.slider[0].set_value(3).run()
    at.checkbox[0].check().run()
    assert len(at.radio) == 0
    at.checkbox[0].uncheck().run()
    assert at.radio[0].value == "self_consistency"
    assert at.slider[0].value == 3
    assert label(at) == "3 次采样投票"


@pytest.mark.parametrize(("samples", "least", "most"), [(1, 1, 15), (5, 2, 15), (40, 2, 40)])
def test_the_settings_number_can_always_be_chosen(samples: int, least: int, most: int) -> None:
    at = drawn(strategy="self_consistency", samples=samples)
    assert (at.slider[0].min, at.slider[0].max, at.slider[0].value) == (least, most, samples)
    assert way(at) == AS_SET


def test_the_documents_own_sentences_are_asked_in_one_way(
    library: Services, services: OpenServices
) -> None:
    assert len(open_page(library).get("popover")) == 0
    library.close()
    chat = open_page(services(openai_base_url="http://127.0.0.1:9/v1"), "zh")
    assert [one.label for one in chat.radio] == ["提问方式"]
    chat.selectbox[0].set_value("extractive").run()
    assert len(chat.radio) == 0
