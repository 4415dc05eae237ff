"""The HTTP part: chat completions, the list of models, health. Python's own server, in threads."""

from __future__ import annotations

import json
import select
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from chatglm_server.completions import (
    CompletionRequest,
    RequestError,
    Said,
    Writer,
    safe_length,
)
from chatglm_server.model import Speaker

_LARGEST_BODY_BYTES: Final = 4_000_000
_MOST_WAITING: Final = 32
_PATIENCE_S: Final = 60


class Service(ThreadingHTTPServer):
    """Serves ``speaker`` under ``name`` at ``address`` (host and port; port 0 takes a free one)."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], speaker: Speaker, *, name: str) -> None:
        super().__init__(address, _Handler)
        self.speaker = speaker
        self.name = name
        self.places = threading.BoundedSemaphore(_MOST_WAITING)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE_S
    server: Service

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].rstrip("/")
        model = {"id": self.server.name, "object": "model", "owned_by": "THUDM"}
        if path == "/health":
            self._send(200, {"status": "ok", "model": self.server.name})
        elif path == "/v1/models":
            self._send(200, {"object": "list", "data": [model]})
        elif path == f"/v1/models/{self.server.name}":
            self._send(200, model)
        else:
            self._refuse(_no_such_place(self.path))

    def do_POST(self) -> None:
        self._started = False
        try:
            self._complete()
        except RequestError as error:
            self._refuse(error)
        except OSError:  # the client has gone
            self.close_connection = True
        except Exception:  # noqa: BLE001 - whatever the checkpoint's own code raises
            traceback.print_exc()
            message = "The model failed; the server's output says why."
            self._refuse(RequestError(message, status=500, code="model_failed"))

    def _complete(self) -> None:
        body = self._body()
        if self.path.partition("?")[0].rstrip("/") != "/v1/chat/completions":
            raise _no_such_place(self.path)
        request = CompletionRequest.of(body, model=self.server.name)
        if not self.server.places.acquire(blocking=False):
            message = "Too many requests are waiting; try again soon."
            raise RequestError(message, status=429, code="rate_limit_exceeded")
        try:
            self._answer(request)
        finally:
            self.server.places.release()

    def _answer(self, request: CompletionRequest) -> None:
        speaker = self.server.speaker
        ids = speaker.encode(request.messages)
        if len(ids) >= speaker.window:
            message = f"The prompt has {len(ids)} tokens; the model reads {speaker.window}."
            raise RequestError(message, code="context_length_exceeded", param="messages")
        writer = Writer(self.server.name, len(ids))
        with closing(speaker.speak(ids, request)) as spoken:
            if request.stream:
                self._stream(spoken, request, writer)
            else:
                ended = {said.choice: said for said in self._listened(spoken)}
                self._send(200, writer.whole([ended[number] for number in sorted(ended)]))

    def _stream(self, spoken: Iterator[Said], request: CompletionRequest, writer: Writer) -> None:
        sent = dict.fromkeys(range(request.choices), 0)
        ended: list[Said] = []
        for said in self._listened(spoken):
            if not self._started:
                self._start_stream()
                for number in sent:
                    self._event(writer.piece(number, {"role": "assistant", "content": ""}))
            until = len(said.text) if said.finish else safe_length(said.text, request.stop)
            if until > sent[said.choice]:
                new = said.text[sent[said.choice] : until]
                self._event(writer.piece(said.choice, {"content": new}))
                sent[said.choice] = until
            if said.finish:
                self._event(writer.piece(said.choice, {}, said.finish))
                ended.append(said)
        if request.usage_in_stream:
            self._event(writer.last(ended))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _listened(self, spoken: Iterator[Said]) -> Iterator[Said]:
        """What is spoken while the client is still there. Raises ConnectionResetError."""
        for said in spoken:
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError("the client has gone")
            yield said

    def _body(self) -> Any:
        """The JSON body. Raises RequestError, and then the connection is not used again."""
        self.close_connection = True
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise RequestError("Content-Length is missing.", status=411, code="length_required")
        if int(length) > _LARGEST_BODY_BYTES:
            message = f"The body has {length} bytes; the limit is {_LARGEST_BODY_BYTES}."
            raise RequestError(message, status=413, code="too_large")
        if self.headers.get_content_type() != "application/json":
            message = "Content-Type must be application/json."
            raise RequestError(message, status=415, code="unsupported_media_type")
        data = self.rfile.read(int(length))
        try:
            body = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise RequestError("The body is not JSON.", code="invalid_json") from error
        self.close_connection = False
        return body

    def _refuse(self, error: RequestError) -> None:
        """Say the error as a response, or inside a stream that has begun."""
        try:
            if getattr(self, "_started", False):
                self._event(error.body())
                self._chunk(b"")
                self.close_connection = True
            else:
                self._send(error.status, error.body())
        except OSError:
            self.close_connection = True

    def _send(self, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def _start_stream(self) -> None:
        self._started = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _event(self, value: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def version_string(self) -> str:
        """Say no version in the Server header."""
        return "chatglm-6b"

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a line would repeat what was asked for."""


def _no_such_place(path: str) -> RequestError:
    message = f"There is no {path[:200]!r}; there are /v1/chat/completions, /v1/models, /health."
    return RequestError(message, status=404, code="not_found")
