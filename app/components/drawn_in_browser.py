"""Components that the browser draws from plain values, and the number that a click hands back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

Chosen = Callable[[int], None]


@cache
def component(name: str) -> Any:
    """The component of this name, made of the script and the style of the same name.

    ``dom.js`` stands before its script.
    """
    here = Path(__file__).parent
    drawing = (here / "dom.js").read_text(encoding="utf-8")
    return st.components.v2.component(
        f"quorum.{name}",
        html='<div class="root"></div>',
        css=(here / f"{name}.css").read_text(encoding="utf-8"),
        js=f"{drawing}\n{(here / f'{name}.js').read_text(encoding='utf-8')}",
    )


def passing(key: str, on_choice: Chosen, what: str = "choice") -> Callable[[], None]:
    """Hands the number that the component ``key`` reports as ``what`` to ``on_choice``."""

    def pass_on() -> None:
        number = st.session_state[key].get(what)
        if isinstance(number, int):
            on_choice(number)

    return pass_on
