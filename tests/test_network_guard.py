"""The guard bites whatever library connects, and lets loopback through."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from tests.network_guard import NetworkGuard, NetworkRefused, is_local

ELSEWHERE = "192.0.2.1"  # reserved for documentation: nobody is there


def test_a_socket_to_another_machine_is_refused() -> None:
    with socket.socket() as one, pytest.raises(NetworkRefused, match="may not connect"):
        one.connect((ELSEWHERE, 80))
    with socket.socket() as one, pytest.raises(NetworkRefused):
        one.connect_ex((ELSEWHERE, 80))
    with socket.socket(socket.AF_INET6) as one, pytest.raises(NetworkRefused):
        one.connect(("2001:db8::1", 80, 0, 0))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        with pytest.raises(NetworkRefused):
            one.connect(("8.8.8.8", 1))
        with pytest.raises(NetworkRefused):
            one.sendto(b"x", 0, (ELSEWHERE, 53))


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefused, match="may not look up"):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(NetworkRefused):
        socket.gethostbyname("example.org")
    with pytest.raises(NetworkRefused):
        socket.create_connection(("example.org", 443), timeout=1)


def test_httpx_is_refused() -> None:
    with pytest.raises(httpx.ConnectError, match="may not"):
        httpx.get("http://example.org", trust_env=False)
    with pytest.raises(httpx.ConnectError, match="may not"):
        httpx.get(f"http://{ELSEWHERE}", trust_env=False)


def test_urllib_is_refused() -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.URLError, match="may not"):
        opener.open("http://example.org")


def test_loopback_and_unix_sockets_work(tmp_path: Path) -> None:
    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        answered = httpx.get(f"http://localhost:{server.server_port}", trust_env=False)
        thread.join()
    assert answered.text == "hello"

    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as one:
        listening.bind(str(tmp_path / "s"))
        listening.listen()
        one.connect(str(tmp_path / "s"))
        assert one.getpeername() == str(tmp_path / "s")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", b"localhost", ""])
def test_what_counts_as_this_machine(host: str | bytes) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.1", "10.0.0.1", "localhost.example.org", "::2", "[::1]"])
def test_what_counts_as_another(host: str) -> None:
    assert not is_local(host)


def test_leaving_the_guard_puts_everything_back() -> None:
    before = (socket.socket.connect, socket.getaddrinfo)
    with NetworkGuard():
        assert (socket.socket.connect, socket.getaddrinfo) != before
    assert (socket.socket.connect, socket.getaddrinfo) == before
