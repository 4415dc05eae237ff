import pytest
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from evaluation.feedback import Verdict
from tests.app.conftest import texts
from tests.app.pages.test_ask import HOTEL, HOURS, ask, conversation, open_page

DOWN, UP = 0, 1


def vote(at: AppTest, turn: int, thumb: int | None) -> None:
    at.feedback[turn].set_value(thumb).run()
    assert not at.exception


def press(at: AppTest, prefix: str) -> None:
    [button] = [one for one in at.button if (one.key or "").startswith(prefix)]
    button.click().run()
    assert not at.exception


def test_every_answer_has_thumbs_and_a_click_is_kept(library: Services) -> None:
    at = ask(ask(open_page(library), HOURS), "Who won the football world cup in 1998?")
    assert [one.value for one in at.feedback] == [None, None]
    vote(at, 0, UP)
    vote(at, 1, UP)
    first, second = library.feedback.examples()
    assert first.answers
    assert first.gold[0].document == "pump.md"
    assert not second.answerable
    assert [one.label for one in at.text_area] == []


def test_a_reload_shows_the_thumb_and_it_can_be_changed(library: Services) -> None:
    at = ask(ask(open_page(library), HOURS), HOTEL)
    vote(at, 0, DOWN)
    press(at, "skip-")
    again = open_page(library, c=conversation(at))
    assert [one.value for one in again.feedback] == [DOWN, None]
    assert len(again.text_area) == 0, "it does not ask twice"
    vote(again, 0, UP)
    [kept] = library.feedback.votes()
    assert kept.verdict is Verdict.UP
    vote(again, 0, None)
    assert library.feedback.votes() == ()


@pytest.mark.parametrize(
    ("language", "label", "thanks"),
    [
        ("en", "What would have been right?", "Thank you."),
        ("zh", "正确的回答应该是什么？", "谢谢"),
    ],
)
def test_a_thumb_down_takes_words(
    library: Services, language: str, label: str, thanks: str
) -> None:
    at = ask(open_page(library, language), HOTEL)
    vote(at, 0, DOWN)
    assert [one.label for one in at.text_area] == [label]
    at.text_area[0].set_value("每晚 600 元")
    at.text_input[0].set_value("旧标准")
    press(at, "send-")
    assert thanks in texts(at)
    assert len(at.text_area) == 0
    [kept] = library.feedback.votes()
    assert (kept.verdict, kept.reason, kept.correction) == (Verdict.DOWN, "旧标准", "每晚 600 元")
    [example] = library.feedback.examples()
    assert example.answers == ("每晚 600 元",)
    ask(at, HOURS)
    assert [one.value for one in at.feedback] == [DOWN, None], "the next answer leaves it alone"
