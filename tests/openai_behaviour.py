"""How the server of ``tests/openai_server.py`` behaves: a method a mode."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler
from itertools import zip_longest
from typing import Any, Final

from tests.openai_wire import chunk, logprobs_of, tokens

ANSWER: Final = "The pump weighs 4 kg. [1] It is blue. [2]"
ANSWER_ZH: Final = "水泵重 4 公斤。[1]它是蓝色的。[2]"
PARTIAL: Final = "The pump weighs 4 kg. [1]"
THOUGHT: Final = "Passage 1 tells the mass; 第二段说颜色。"
_PATIENCE_S: Final = 30.0
_DRIP_S: Final = 0.05
_DRIP_PIECES: Final = 40


def numbered(number: int) -> str:
    """What the sample of this number says; a different one in each language."""
    return f"Sample {number}: 4 kg. [1]" if number % 2 else f"样本 {number}：4 公斤。[1]"


class Behaviour(BaseHTTPRequestHandler):
    """Speaks on an open stream; ``asked`` is the body of the request."""

    asked: dict[str, Any]
    said: str
    samples: list[str]
    usage: dict[str, int]
    logprobs: bool

    def _samples(self) -> None:
        """As many choices as are asked for, their pieces in turn."""
        self._speak_all([numbered(at) for at in range(self.asked.get("n", 1))])

    def _reversed_samples(self) -> None:
        """The choices one after the other, the last one first."""
        n = self.asked.get("n", 1)
        for at in reversed(range(n)):
            self._event(chunk({"content": numbered(at)}, index=at))
            self._event(chunk({}, "length" if at == 0 else "stop", index=at))
        self._event({**chunk({}), "choices": [], "usage": self.usage})
        self._raw(b"data: [DONE]\n\n")

    def _ignores_n(self) -> None:
        """One choice, whatever is asked for; another one for another seed."""
        self._speak(numbered(self.asked.get("seed", 0)))

    def _samples_broken(self) -> None:
        """Two choices begin, and the connection ends."""
        for at in range(2):
            self._event(chunk({"content": PARTIAL}, index=at))

    def _reasoning_content(self) -> None:
        self._think("reasoning_content")

    def _reasoning(self) -> None:
        self._think("reasoning")

    def _both_reasonings(self) -> None:
        for piece in tokens(THOUGHT):
            self._event(chunk({"reasoning": piece, "reasoning_content": piece}))
        self._speak(ANSWER)

    def _think(self, name: str) -> None:
        for piece in tokens(THOUGHT):
            self._event(chunk({name: piece, "content": None}))
        self._speak(ANSWER)

    def _reasoning_stall(self) -> None:
        self._event(chunk({"reasoning": THOUGHT}))
        self._wait_for_the_client_to_leave()

    def _think_tags(self) -> None:
        self._speak(f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}")

    def _think_end(self) -> None:
        self._speak(f"{THOUGHT}\n</think>\n\n{ANSWER_ZH}")

    def _think_on(self) -> None:
        self._speak(f"<think>{THOUGHT}", finish="length")

    def _think_on_apart(self) -> None:
        for piece in tokens(THOUGHT):
            self._event(chunk({"reasoning_content": piece}))
        self._speak("", finish="length")

    def _refuses_to_speak(self) -> None:
        self._event(chunk({"refusal": "I will not."}))
        self._speak("")

    def _scripted(self) -> None:
        self._speak_all(self.samples)

    def _answer(self) -> None:
        self._speak(ANSWER)

    def _ignores_logprobs(self) -> None:
        self._speak(ANSWER)

    def _bad_logprobs(self) -> None:
        for told in ({"content": [{"token": "a", "logprob": -1.0}]}, {"content": [{"token": "b"}]}):
            self._event(chunk({"content": "ab "}, logprobs=told))
        self._event(chunk({}, "stop", logprobs={"content": None}))
        self._raw(b"data: [DONE]\n\n")

    def _answer_zh(self) -> None:
        self._speak(ANSWER_ZH)

    def _refusal(self) -> None:
        self._speak("NOT_IN_DOCUMENTS")

    def _length(self) -> None:
        self._speak(PARTIAL, finish="length")

    def _filter(self) -> None:
        self._speak(PARTIAL, finish="content_filter")

    def _empty(self) -> None:
        self._speak("")

    def _null(self) -> None:
        self._event(chunk({"role": "assistant", "content": None}))
        self._event(chunk({}, "stop"))
        self._raw(b"data: [DONE]\n\n")

    def _no_choices(self) -> None:
        self._event({**chunk({}), "choices": []})
        self._raw(b"data: [DONE]\n\n")

    def _quiet_end(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)

    def _stall(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)
        self._wait_for_the_client_to_leave()

    def _keep_alive(self) -> None:
        for _ in range(_DRIP_PIECES):
            self._raw(b": keep-alive\n\n")
            self._pause()

    def _drip(self) -> None:
        for number in range(_DRIP_PIECES):
            self._event(chunk({"content": f"{number} "}))
            self._pause()

    def _drip_on(self) -> None:
        """Words until the client leaves, for as long as any test would wait."""
        for number in range(int(_PATIENCE_S / _DRIP_S)):
            self._event(chunk({"content": f"{number} "}))
            self._pause()

    def _reset_late(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)
        time.sleep(0.1)
        self._reset()

    def _error_event(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)
        self._event({"error": {"message": "overloaded", "code": "overloaded"}})

    def _bad_json(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)
        self._raw(b'data: {"id": "x", "choices": [{"delta"\n\n')

    def _bad_utf8(self) -> None:
        self._speak(PARTIAL, finish=None, done=False)
        self._raw(b'data: {"id": "x", "choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')

    def _wrong_shape(self) -> None:
        self._raw(b'data: ["not", "an", "object"]\n\n')
        self._raw(b"data: [DONE]\n\n")

    def _speak(self, text: str, *, finish: str | None = "stop", done: bool = True) -> None:
        self._speak_all([text], finish=finish, done=done)

    def _speak_all(
        self, texts: list[str], *, finish: str | None = "stop", done: bool = True
    ) -> None:
        for at in range(len(texts)):
            self._event(chunk({"role": "assistant", "content": ""}, index=at))
        for pieces in zip_longest(*(tokens(text) for text in texts)):
            for at, piece in enumerate(pieces):
                if piece is not None:
                    given = logprobs_of([piece]) if self.logprobs else None
                    self._event(chunk({"content": piece}, logprobs=given, index=at))
        if finish:
            for at in range(len(texts)):
                self._event(chunk({}, finish, index=at))
            self._event({**chunk({}), "choices": [], "usage": self.usage})
        if done:
            self._raw(b"data: [DONE]\n\n")

    def _event(self, value: dict[str, Any]) -> None:
        self._raw(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())

    def _raw(self, data: bytes) -> None:
        """One chunk of the body; an empty one ends it."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _whole(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _wait_for_the_client_to_leave(self) -> None:
        readable, _, _ = select.select([self.connection], [], [], _PATIENCE_S)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError("the client left")

    def _pause(self) -> None:
        readable, _, _ = select.select([self.connection], [], [], _DRIP_S)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError("the client left")

    def _reset(self) -> None:
        """Close with a TCP reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        raise ConnectionResetError("on purpose")
