"""A confined process is held to its limits by the kernel and cannot reach the network."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.limits import Limits, allow_recognition

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import os
from ingest.limits import Limits, confine
confine(Limits(cpu_s=1, memory_bytes=200_000_000, written_bytes=1000), parent=os.getppid())
"""


def confined(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import socket\nsocket.create_connection(('127.0.0.1', int(sys.argv[1])))", "Refused"),
        ("import socket\nsocket.getaddrinfo('localhost', 80)", "Refused"),
        ("import subprocess\nsubprocess.run(['true'])", "Refused"),
        ("import os\nos.system('true')", "Refused"),
        ("import os\nos.execv('/bin/true', ['true'])", "Refused"),
        ("bytearray(300_000_000)", "MemoryError"),
        ("with open(sys.argv[2], 'wb') as f: f.write(bytes(2000))", "File too large"),
    ],
)
def test_what_a_parser_has_no_business_to_do_fails(code: str, said: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = confined(f"import sys\n{code}", port, str(tmp_path / "written"))
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]


def test_without_limits_the_same_works(tmp_path: Path) -> None:
    """The control: it is the limits that refuse."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import socket, sys, os\nsocket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
            "os.system('true')\nbytearray(300_000_000)\nopen(sys.argv[2], 'wb').write(bytes(2000))"
        )
        arguments = [str(server.getsockname()[1]), str(tmp_path / "written")]
        done = subprocess.run([sys.executable, "-c", code, *arguments], check=False)
    assert done.returncode == 0


def test_endless_work_is_ended() -> None:
    done = confined("while True: pass")
    assert done.returncode < 0


def test_code_that_knows_no_python_finds_no_network() -> None:
    """Native code does not ask Python: the kernel has taken the network away."""
    code = """
import ctypes, struct, sys
system = ctypes.CDLL(None, use_errno=True)
fd = system.socket(2, 1, 0)
port = struct.pack("!H", int(sys.argv[1]))
told = struct.pack("=H", 2) + port + bytes([127, 0, 0, 1]) + bytes(8)
print(system.connect(fd, told, len(told)))
"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = confined(code, str(server.getsockname()[1]))
    assert done.returncode == 0, done.stderr
    if done.stdout.strip() == "0":
        pytest.skip("this machine does not let a process give its network up")
    assert done.stdout.strip() == "-1"


def test_the_usual_limits() -> None:
    assert (Limits().cpu_s, Limits().memory_bytes) == (60, 1_000_000_000)


@pytest.mark.parametrize(("allowed", "said"), [("", "MemoryError"), ("allow_recognition()", "")])
def test_recognition_of_characters_may_take_more(allowed: str, said: str) -> None:
    code = f"from ingest.limits import allow_recognition\n{allowed}\nbytearray(300_000_000)"
    done = confined(code)
    assert (done.stderr.splitlines() or [""])[-1] == said


def test_recognition_is_bounded_too() -> None:
    code = "from ingest.limits import allow_recognition\nallow_recognition()\nbytearray(10**10)"
    assert confined(code).stderr.splitlines()[-1] == "MemoryError"


def test_where_nothing_was_confined_nothing_is_changed() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    allow_recognition()
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
