"""What is offered before the first question is text, whatever document it was made from."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.components.beginnings import draw_welcome
    from app.i18n import Translator

    questions = ["What is said of ![x](http://e.example/a.png)?", "“阀门 **甲**”是什么？"]
    draw_welcome(questions, Translator("en"), lambda one: st.session_state.update(asked=one))


def test_an_offered_question_is_no_markup_and_is_asked_as_it_is() -> None:
    drawn = AppTest.from_function(page).run()
    assert [one.label for one in drawn.button] == [
        r"What is said of !\[x\](http\://e.example/a.png)?",
        r"“阀门 \*\*甲\*\*”是什么？",
    ]
    drawn.button[0].click().run()
    assert drawn.session_state.asked == "What is said of ![x](http://e.example/a.png)?"
