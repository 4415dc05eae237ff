"""An OpenAI-compatible server that speaks at a fixed pace: ``python -m benchmarks.answers.server``.

``http://127.0.0.1:PORT/several/v1`` gives ``n`` choices at once where it is asked for them, as vLLM
does; ``/single/v1`` silently gives one, as ``transformers serve`` and llama.cpp's server do.
Requests run in parallel. Every choice has its first piece ``first_token_s`` after the request was
read, and each later one ``piece_s`` after the one before. Binds to loopback only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

SEVERAL: Final = "several"
SINGLE: Final = "single"

REPLY: Final = "The passage says so in as many words. [1] 原文就是这样写的。[2]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast the server speaks; ``pieces`` is the length of a reply."""

    first_token_s: float = 0.1
    piece_s: float = 0.02
    pieces: int = 40


class PacedServer:
    """The server in a process of its own; enter to start, leave to stop."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def __enter__(self) -> Self:
        pace = (self._pace.first_token_s, self._pace.piece_s, self._pace.pieces)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.answers.server", *map(str, pace)],
            cwd=Path(__file__).resolve().parents[2],
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

    def url(self, place: str) -> str:
        """The base URL of ``SEVERAL`` or ``SINGLE``."""
        return f"http://127.0.0.1:{self.port}/{place}/v1"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, pace: Pace) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pace = pace

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may leave before the end."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = json.loads(self.rfile.read(length))
        read_at = time.perf_counter()
        place = self.path.strip("/").split("/")[0]
        choices = int(asked.get("n") or 1) if place == SEVERAL else 1
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at_s, piece in self._spoken():
            time.sleep(max(0.0, read_at + at_s - time.perf_counter()))
            events = [_event(number, {"content": piece}) for number in range(choices)]
            self._write("".join(events))
        ends = [_event(number, {}, "stop") for number in range(choices)]
        self._write("".join(ends) + _usage(self.server.pace.pieces, choices) + "data: [DONE]\n\n")
        self._write("")

    def _spoken(self) -> Iterator[tuple[float, str]]:
        """The pieces of the reply, and when each is due, in seconds after the request."""
        pace = self.server.pace
        words = REPLY.split(" ")
        for number in range(pace.pieces):
            yield pace.first_token_s + number * pace.piece_s, words[number % len(words)] + " "

    def _write(self, text: str) -> None:
        """One chunk of the body; an empty one ends it."""
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _event(number: int, delta: dict[str, str], finish: str | None = None) -> str:
    return _data(choices=[{"index": number, "delta": delta, "finish_reason": finish}])


def _usage(pieces: int, choices: int) -> str:
    said = pieces * choices
    usage = {"prompt_tokens": 1, "completion_tokens": said, "total_tokens": 1 + said}
    return _data(choices=[], usage=usage)


def _data(**values: Any) -> str:
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "paced",
        **values,
    }
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"


if __name__ == "__main__":
    first_token_s, piece_s, pieces = sys.argv[1:]
    told = Pace(first_token_s=float(first_token_s), piece_s=float(piece_s), pieces=int(pieces))
    with _Server(told) as serving, suppress(KeyboardInterrupt):
        print(serving.server_port, flush=True)
        serving.serve_forever(poll_interval=0.05)
