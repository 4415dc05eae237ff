"""A person before the app, without a browser: speaks Streamlit's protocol over its WebSocket.

Sends what the browser's script sends for a question typed and Enter pressed, and takes note of when
what the app draws arrives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ANSWER: Final = "quorum.answer"
"""The component that draws a finished answer."""

PATIENCE_S: Final = 60.0

_WHOLE: Final = 0
"""``ForwardMsg.FINISHED_SUCCESSFULLY``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Seconds from Enter to the question on the page, the first words, the finished answer.

    ``problem`` says why there is no answer.
    """

    seen_s: float = 0.0
    begun_s: float = 0.0
    ended_s: float = 0.0
    problem: str | None = None


@dataclass(slots=True, kw_only=True)
class _Sight:
    """What is seen of one answer, in seconds ``since`` Enter."""

    question: str
    says: str
    since: float
    seen_s: float = 0.0
    begun_s: float = 0.0
    finished: bool = False
    last_text: str = ""
    problem: str | None = None

    def take(self, message: ForwardMsg) -> None:
        """See what ``message`` draws."""
        now = time.perf_counter() - self.since
        element = message.delta.new_element
        if element.WhichOneof("type") == "text":
            self.last_text = element.text.body
        match element.WhichOneof("type"):
            case "exception":
                self.problem = f"{element.exception.type}: {element.exception.message}"
            case "text" if element.text.body == self.question:
                self.seen_s = self.seen_s or now
            case "text" if element.text.body.startswith(self.says):
                self.begun_s = self.begun_s or now
            case "bidi_component" if self.begun_s:
                self.finished |= element.bidi_component.component_name == ANSWER

    def told(self) -> Asked:
        """The answer as it was seen to its end."""
        took = time.perf_counter() - self.since
        problem = self.problem or (None if self.finished else f"no answer: {self.last_text}")
        return Asked(seen_s=self.seen_s, begun_s=self.begun_s, ended_s=took, problem=problem)


class Visitor:
    """One session of the app; enter to open the page Ask, leave to close it."""

    def __init__(self, address: str, *, language: str = "en") -> None:
        self._address = address
        self._query = f"lang={language}"
        self._field = ""

    def __enter__(self) -> Self:
        from websockets.sync.client import connect
        from websockets.typing import Subprotocol

        self._open = ExitStack()
        speaks = [Subprotocol("streamlit")]
        opening = connect(self._address, max_size=None, subprotocols=speaks)
        self._socket = self._open.enter_context(opening)
        self._send({})
        for _ in self._until_drawn():
            pass
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def ask(self, question: str, *, says: str) -> Asked:
        """Type ``question``, press Enter, wait for an answer that begins with ``says``."""
        sight = _Sight(question=question, says=says, since=time.perf_counter())
        self._send({self._field: question})
        try:
            for message in self._until_drawn():
                sight.take(message)
        except TimeoutError:
            return Asked(problem="no answer in time")
        return sight.told()

    def _send(self, typed: dict[str, str]) -> None:
        """Have the page run anew, with what was typed into its fields."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = self._query
        for field, text in typed.items():
            state = message.rerun_script.widget_states.widgets.add(id=field)
            state.chat_input_value.data = text
        self._socket.send(message.SerializeToString())

    def _until_drawn(self) -> Iterator[ForwardMsg]:
        """What the app sends until a run ends that no other one follows.

        Raises TimeoutError when nothing comes any more.
        """
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=PATIENCE_S))
            kind = message.WhichOneof("type")
            if kind == "page_info_changed":
                self._query = message.page_info_changed.query_string
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "chat_input":
                self._field = message.delta.new_element.chat_input.id
            yield message
            if kind == "script_finished" and message.script_finished == _WHOLE:
                return
