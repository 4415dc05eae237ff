"""What is said to a question: the answer with all that holds it or speaks against it."""

from __future__ import annotations

from functools import partial

from app import asking
from app.components.citations import draw_answer
from app.components.conflicts import draw_conflicts
from app.components.notes import draw_note
from app.components.reasoning import draw_reasoning
from app.components.tally import draw_tally
from app.components.why import draw_why
from app.conversations import Turn
from app.explained import explanation_of
from app.i18n import Translator
from app.passages import disagreements_of, sentences_of, sources_of
from app.tallied import refusal_in_words, tallied
from app.verdicts import dangling_in_words, held_in_words
from app.wiring import Services
from app.wording import made_by, notice_of
from rag.answer import Outcome


def draw_turn(services: Services, turn: Turn, t: Translator) -> None:
    """Draw the answer of ``turn``, or that the documents do not say, and how the samples voted."""
    answer = turn.answer
    if answer.notice:
        draw_note(notice_of(services.settings, t, answer), key=turn.id, kind="notice")
    draw_reasoning(answer.reasoning, t, key=turn.id)
    if answer.outcome is Outcome.NOT_IN_DOCUMENTS:
        nothing = "ask.filter.nothing" if turn.where else "ask.not_there.nothing"
        near = "ask.not_there.near" if turn.places else nothing
        draw_note(refusal_in_words(answer, t), t(near), key=f"{turn.id}-not", kind="plain")
    else:
        _draw_answered(services, turn, t)
    draw_tally(tallied(answer, t), t, key=turn.id)
    _draw_why(services, turn, t)


def _draw_answered(services: Services, turn: Turn, t: Translator) -> None:
    answer = turn.answer
    opened = asking.opened()
    chosen = opened.key if opened and opened.turn_id == turn.id else None
    on_choice = partial(asking.toggle_source, turn.id)
    draw_answer(
        sentences_of(answer),
        sources_of(turn, services.record, t),
        t,
        key=f"answer-{turn.id}",
        chosen=chosen,
        notes=(held_in_words(answer.claims, t), dangling_in_words(answer.dangling, t)),
        footer=made_by(services.settings, t, answer),
        on_choice=on_choice,
    )
    differing = disagreements_of(answer, t)
    draw_conflicts(differing, t, key=turn.id, chosen=chosen, on_choice=on_choice)


def _draw_why(services: Services, turn: Turn, t: Translator) -> None:
    shown = None
    if asking.is_explained(turn.id):
        shown = explanation_of(turn, services.record, services.prompts, t)
    draw_why(shown, t, key=turn.id, on_open=partial(asking.explain, turn.id))
