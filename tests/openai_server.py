"""An OpenAI-compatible server that misbehaves on demand: ``python -m tests.openai_server``.

The first part of the path says how: ``http://127.0.0.1:PORT/hang/v1/chat/completions``; anything
after a dash makes the path one of its own (``/flaky-7/v1``). ``GET /hang/log`` tells what was asked
there and how it ended. Replies come with log-probabilities where they are asked for. With
``--script FILE`` the mode ``scripted`` answers as ``tests/scripted_answers.py`` says, and
``nologprobs`` does so too but refuses to give log-probabilities. Binds to loopback only.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tests.openai_wire import ERRORS, USAGE, chunk, completion, error, logprobs_of, tokens, usage_of
from tests.scripted_answers import Said, Script

ANSWER: Final = "The pump weighs 4 kg. [1] It is blue. [2]"
ANSWER_ZH: Final = "水泵重 4 公斤。[1]它是蓝色的。[2]"
PARTIAL: Final = "The pump weighs 4 kg. [1]"
_PATIENCE_S: Final = 30.0
_DRIP_S: Final = 0.05
_DRIP_PIECES: Final = 40


class ServerProcess:
    """The server in a process of its own, with a script if given; enter to start, leave to stop."""

    def __init__(self, script: Path | None = None) -> None:
        self._arguments = ["--script", str(script)] if script else []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.openai_server", *self._arguments],
            cwd=Path(__file__).resolve().parents[1],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def url(self, mode: str) -> str:
        """The base URL under which the server behaves as ``mode`` says."""
        return f"http://127.0.0.1:{self.port}/{mode}/v1"

    def log(self, mode: str) -> list[dict[str, Any]]:
        """What was asked under ``mode``, oldest first, and whether each was heard to its end."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{mode}/log") as answered:
            found: list[dict[str, Any]] = json.load(answered)
        return found


ServeScript = Callable[[Mapping[str, Any]], ServerProcess]
"""Starts a server with a script; the fixture ``scripted_server``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.guard = threading.Lock()
        self.logs: dict[str, list[dict[str, Any]]] = {}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        place = self.path.strip("/").split("/")[0]
        with self.server.guard:
            body = json.dumps(self.server.logs.get(place, [])).encode()
        self._whole(200, body)

    def do_POST(self) -> None:
        place = self.path.strip("/").split("/")[0]
        mode = place.partition("-")[0]
        length = int(self.headers.get("Content-Length", 0))
        entry: dict[str, Any] = {
            "body": json.loads(self.rfile.read(length)),
            "authorization": self.headers.get("Authorization"),
            "ended": None,
        }
        with self.server.guard:
            before = self.server.logs.setdefault(place, [])
            entry["earlier"] = len(before)
            before.append(entry)
        try:
            self._behave(mode, entry)
        except OSError:
            entry["ended"] = "client left"
        else:
            entry["ended"] = entry["ended"] or "answered"

    def _behave(self, mode: str, entry: dict[str, Any]) -> None:
        self._said, self._usage = ANSWER, USAGE
        if mode == "flaky":
            mode = "answer" if entry["earlier"] else "server_error"
        self._logprobs = bool(entry["body"].get("logprobs")) and mode != "ignores_logprobs"
        if mode == "nologprobs":
            mode = "logprobs_refused" if self._logprobs else "scripted"
        if mode == "scripted" and not self._takes_up(entry["body"]["messages"]):
            mode = "server_error"
        if mode in ERRORS:
            status, body = error(mode, key=(entry["authorization"] or "")[-8:])
            self._whole(status, json.dumps(body).encode(), {"Retry-After-Ms": "20"})
        elif mode == "web_page":
            page = b"<!doctype html><html><body>Please log in</body></html>"
            self._whole(200, page, {"Content-Type": "text/html"})
        elif mode == "hang":
            self._wait_for_the_client_to_leave()
        elif mode == "reset_early":
            self._reset()
        else:
            behaviour: Callable[[], None] = getattr(self, f"_{mode}")
            if not entry["body"].get("stream"):
                given = logprobs_of(tokens(self._said)) if self._logprobs else None
                body = completion(self._said, usage=self._usage, logprobs=given)
                self._whole(200, json.dumps(body).encode())
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            behaviour()
            self._raw(b"")

    def _takes_up(self, messages: Sequence[dict[str, str]]) -> bool:
        """Make up the reply by the script; false where it is to fail."""
        said: Said = self.server.script.reply(messages)
        time.sleep(said.delay_s)
        self._said = said.text or ""
        self._usage = usage_of("".join(one["content"] for one in messages), self._said)
        return said.text is not None

    def _scripted(self) -> None:
        self._speak(self._said)

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
        self._event(chunk({"role": "assistant", "content": ""}))
        for piece in tokens(text):
            given = logprobs_of([piece]) if self._logprobs else None
            self._event(chunk({"content": piece}, logprobs=given))
        if finish:
            self._event(chunk({}, finish))
            self._event({**chunk({}), "choices": [], "usage": self._usage})
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

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    planned = Script.read(Path(sys.argv[2])) if sys.argv[1:2] == ["--script"] else Script({})
    with _Server(planned) as serving, suppress(KeyboardInterrupt):
        print(serving.server_port, flush=True)
        serving.serve_forever(poll_interval=0.05)
