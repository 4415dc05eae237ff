"""An OpenAI-compatible server on loopback that says what the samples of an electorate say.

Sample ``seed + k`` of a request is the electorate's sample of that number, for each of its ``n``
choices.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from benchmarks.voting.electorate import Electorate


class PollingServer:
    """The server in threads of this process; enter to start, leave to stop."""

    def __init__(self, electorate: Electorate) -> None:
        self._server = _Server(electorate)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, electorate: Electorate) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.electorate = electorate


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt, seed = asked["messages"][-1]["content"], int(asked.get("seed") or 0)
        events = []
        for choice in range(int(asked.get("n") or 1)):
            said = self.server.electorate.reply(prompt, seed + choice)
            events.append(_event(choice, {"content": said}, None))
            events.append(_event(choice, {}, "stop"))
        body = ("".join(events) + "data: [DONE]\n\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _event(choice: int, delta: dict[str, str], finish: str | None) -> str:
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "polled",
        "choices": [{"index": choice, "delta": delta, "finish_reason": finish}],
    }
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
