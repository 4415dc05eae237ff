"""An OpenAI-compatible server that misbehaves on demand: ``python -m tests.openai_server``.

The first part of the path says how: ``http://127.0.0.1:PORT/hang/v1/chat/completions``; anything
after a dash makes the path one of its own (``/flaky-7/v1``). ``GET /hang/log`` tells what was asked
there and how it ended. Replies come with log-probabilities where they are asked for. With
``--script FILE`` the mode ``scripted`` answers as ``tests/scripted_answers.py`` says, and
``nologprobs`` does so too but refuses to give log-probabilities. Binds to loopback only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.openai_behaviour import ANSWER, Behaviour
from tests.openai_wire import (
    ERRORS,
    USAGE,
    completion,
    error,
    logprobs_of,
    refusal_of,
    tokens,
    usage_of,
)
from tests.scripted_answers import Said, Script


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
        self.models_asked: Counter[str] = Counter()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what the tests are about."""


class _Handler(Behaviour, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as servers that stream do: a small event waits for no other
    server: _Server

    def do_GET(self) -> None:
        place = self.path.strip("/").split("/")[0]
        if self.path.endswith("/models"):
            known = ["scripted", "other"] if place.startswith("holds_two") else ["scripted"]
            with self.server.guard:
                self.server.models_asked[place] += 1
            told = {"object": "list", "data": [{"id": one, "object": "model"} for one in known]}
            self._whole(200, json.dumps(told).encode())
            return
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
            entry["models_asked"] = self.server.models_asked[place]
            before.append(entry)
        try:
            self._behave(mode, entry)
        except OSError:
            entry["ended"] = "client left"
        else:
            entry["ended"] = entry["ended"] or "answered"

    def _behave(self, mode: str, entry: dict[str, Any]) -> None:
        self.asked, self.said, self.usage = entry["body"], ANSWER, USAGE
        self.samples = [ANSWER]
        refused, not_taken, _ = mode.partition("_not_taken")
        if not_taken and refused in self.asked:
            self._whole(400, json.dumps(refusal_of(refused)).encode())
            return
        mode = "ignores_n" if not_taken else mode
        if mode == "flaky":
            mode = "answer" if entry["earlier"] else "server_error"
        self.logprobs = bool(entry["body"].get("logprobs")) and mode != "ignores_logprobs"
        if mode == "nologprobs":
            mode = "logprobs_refused" if self.logprobs else "scripted"
        if mode == "scripted" and not self._takes_up(entry["body"]["messages"]):
            mode = "server_error"
        if mode in ERRORS:
            status, body = error(mode, key=(entry["authorization"] or "")[-8:])
            pause = {"Retry-After": "600"} if mode == "busy_for_long" else {"Retry-After-Ms": "20"}
            self._whole(status, json.dumps(body).encode(), pause)
        elif mode in {"web_page", "error_page"}:
            page = b"<!doctype html><html><body>Please log in</body></html>"
            self._whole(503 if mode == "error_page" else 200, page, {"Content-Type": "text/html"})
        elif mode == "hang":
            self._wait_for_the_client_to_leave()
        elif mode == "reset_early":
            self._reset()
        else:
            self._speak_as(mode)

    def _speak_as(self, mode: str) -> None:
        behaviour: Callable[[], None] = getattr(self, f"_{mode}")
        if not self.asked.get("stream"):
            given = logprobs_of(tokens(self.said)) if self.logprobs else None
            body = completion(self.said, usage=self.usage, logprobs=given)
            self._whole(200, json.dumps(body).encode())
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        behaviour()
        self._raw(b"")

    def _takes_up(self, messages: Sequence[dict[str, str]]) -> bool:
        """Make up the replies by the script; false where they are to fail."""
        first, n = self.asked.get("seed", 0), self.asked.get("n", 1)
        said: list[Said] = [
            self.server.script.reply(messages, number=first + at) for at in range(n)
        ]
        time.sleep(max(one.delay_s for one in said))
        self.samples = [one.text or "" for one in said]
        self.said = self.samples[0]
        self.usage = usage_of("".join(one["content"] for one in messages), "".join(self.samples))
        return all(one.text is not None for one in said)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    planned = Script.read(Path(sys.argv[2])) if sys.argv[1:2] == ["--script"] else Script({})
    with _Server(planned) as serving, suppress(KeyboardInterrupt):
        print(serving.server_port, flush=True)
        serving.serve_forever(poll_interval=0.05)
