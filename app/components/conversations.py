"""The reader's conversations beside a page: open, find, name, pin and delete them.

Drawn in the browser as text nodes only, so a question cannot become markup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from app import asking
from app.components.drawn_in_browser import component
from app.conversation_list import ConversationList
from app.i18n import Translator
from app.session import conversation_id

_SEARCHED_FROM: Final = 6
"""From so many conversations on there is a field to find one."""

_WORDS: Final = ("list", "more", "name", "pin", "unpin", "rename", "remove", "sure")


def draw_conversations(conversations: ConversationList, user: str, t: Translator) -> None:
    """Draw the user's conversations, nothing before the first."""
    count = conversations.count(user)
    if not count:
        return
    with st.container(key="conversations", gap="small"):
        wanted = ""
        if count >= _SEARCHED_FROM:
            wanted = st.text_input(
                t("conversations.find"),
                key="wanted-conversation",
                label_visibility="collapsed",
                placeholder=t("conversations.find"),
                icon=":material/search:",
            )
        rows = conversations.listed(user, wanted=wanted)
        if not rows:
            st.caption(t("conversations.none"))
            return
        component("conversations")(
            data={
                "rows": [{"id": row.id, "title": row.title, "pinned": row.pinned} for row in rows],
                "current": conversation_id(),
                "words": {word: t(f"conversations.{word}") for word in _WORDS},
            },
            key="conversation-list",
            on_act_change=_doing(conversations, user),
        )


def _doing(conversations: ConversationList, user: str) -> Callable[[], None]:
    def do() -> None:
        told: Any = st.session_state["conversation-list"].get("act")
        if not isinstance(told, dict):
            return
        what, chosen = str(told.get("what")), str(told.get("id"))
        match what:
            case "open":
                asking.go_to(chosen)
            case "pin" | "unpin":
                conversations.pin(user, chosen, pinned=what == "pin")
            case "rename":
                conversations.rename(user, chosen, str(told.get("title")))
            case "remove":
                conversations.delete(user, chosen)
                if chosen == conversation_id():
                    asking.start_over()

    return do
