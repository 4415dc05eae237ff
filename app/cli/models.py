"""``python -m rag models``: which models can answer, what they are, and why one cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.cli.console import FAILED, print_json, services
from app.model_cards import ModelCard, model_cards, tried
from app.models import EXTRACTIVE


def list_models(
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Load what has to be loaded and ask each for a few words."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the models, the default first, and why one cannot be used.

    Nothing is loaded and nobody is asked without --check. With it only models that are configured
    are listed; it exits with 1 when one of them does not answer.
    """
    with services() as opened:
        models = opened.chat_models
        cards: Iterator[ModelCard] = iter(model_cards(models, opened.settings))
        if check:
            cards = tried(models, tuple(cards))
        shown = []
        for card in cards:
            shown.append(card)
            if not as_json:
                typer.echo(_as_text(card))
        if as_json:
            print_json([_as_json(card) for card in shown])
        if any(card.answers is False for card in shown):
            raise typer.Exit(FAILED)


def _as_json(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "default": card.is_default,
        "model": card.model,
        "runs_on": card.runs_on,
        "window": card.window,
        "quantisation": card.quantisation,
        "usable": card.problem is None,
        "problem": str(card.problem) if card.problem else None,
        "hint": card.problem.hint if card.problem else None,
        "answers": card.answers,
        "first_words_s": None if card.first_words_s is None else round(card.first_words_s, 3),
        "trouble": card.trouble,
    }


def _as_text(card: ModelCard) -> str:
    lines = [f"{card.name} (default)" if card.is_default else card.name]
    if card.problem:
        return "\n".join((*lines, f"  cannot be used: {card.problem}", f"  {card.problem.hint}"))
    if card.name == EXTRACTIVE:
        lines.append("  sentences of the documents; needs no model")
    elif card.model or card.runs_on:
        lines.append("  " + " on ".join(one for one in (card.model, card.runs_on) if one))
        window = f"{card.window} tokens" if card.window else "unknown"
        held = "" if card.quantisation == "none" else f", quantised to {card.quantisation}"
        lines.append(f"  window: {window}{held}")
    if card.trouble:
        lines.append(f"  does not answer: {card.trouble}")
    elif card.first_words_s is not None:
        lines.append(f"  answers: first words after {card.first_words_s:.2f} s")
    return "\n".join(lines)
