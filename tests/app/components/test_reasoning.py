from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.conversations import Turn
from app.wiring import Services
from rag.answer import Answer, Outcome
from rag.claims import Claim

HOSTILE = "![x](http://e.example/a) **先** look <b>there</b>"


def page(thoughts: str, language: str) -> None:
    from app.components.reasoning import draw_reasoning
    from app.i18n import Translator

    draw_reasoning(thoughts, Translator(language), key="t")


@pytest.mark.parametrize(
    ("language", "title", "warning"),
    [
        ("en", "What the model thought first", "not checked against the documents"),
        ("zh", "模型的思考过程", "没有与文档核对"),
    ],
)
def test_thoughts_wait_behind_a_closed_expander_as_plain_text(
    language: str, title: str, warning: str
) -> None:
    at = AppTest.from_function(page, args=(f"\n{HOSTILE}\n", language)).run()
    (expander,) = at.expander
    assert expander.label == title
    assert not expander.proto.expanded
    assert warning in expander.caption[0].value
    assert [one.value for one in expander.text] == [HOSTILE]
    assert not at.markdown


@pytest.mark.parametrize("thoughts", ["", " \n\t"])
def test_a_model_that_does_not_think_gets_no_expander(thoughts: str) -> None:
    assert not AppTest.from_function(page, args=(thoughts, "en")).run().expander


def ask_page(services: "Any") -> None:
    from app.i18n import Translator
    from app.pages import ask

    ask.show(services, Translator("en"), open_library=lambda: None)


def test_thoughts_come_back_with_the_conversation(library: Services) -> None:
    for number, thoughts in enumerate((HOSTILE, "")):
        answer = Answer(
            question="q",
            model="openai",
            text="It is.",
            outcome=Outcome.ANSWERED,
            claims=(Claim(text="It is."),),
            reasoning=thoughts,
        )
        library.conversations.add("c1", Turn.of(f"t{number}", answer))
    at = AppTest.from_function(ask_page, args=(library,), default_timeout=30)
    at.query_params["c"] = "c1"
    at.run()
    assert not at.exception
    thought = [one for one in at.expander if one.label == "What the model thought first"]
    assert [[text.value for text in one.text] for one in thought] == [[HOSTILE]]
