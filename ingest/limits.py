"""How much a process that reads a file may use, and how it is held to that.

A parser is the one part that runs on bytes a stranger wrote, so the kernel holds the limits, and
the process loses the network before it sees the first byte.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from typing import Final

from vectorstore.child_process import end_with_parent

_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
_PRIORITY: Final = 10
_GRACE_S: Final = 5
_MAPPED_PER_HELD: Final = 4
_REFUSED_EVENTS: Final = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may take.

    ``cpu_s`` is processor time, ``wall_s`` time by the clock, ``stall_s`` time without any
    processor time. ``memory_bytes`` is what the process may hold, ``written_bytes`` the largest
    file it may write. Where characters have to be recognised in pictures, it gets
    ``recognition_bytes`` and the whole of ``wall_s`` instead: a dense page takes seconds, and how
    many there are is not known before.
    """

    cpu_s: int = 60
    wall_s: float = 240.0
    stall_s: float = 45.0
    memory_bytes: int = 1_000_000_000
    recognition_bytes: int = 3_000_000_000
    written_bytes: int = 500_000_000

    @property
    def most_cpu_s(self) -> int:
        """Processor time where characters have to be recognised."""
        return max(self.cpu_s, int(self.wall_s))

    @property
    def most_memory_bytes(self) -> int:
        """Memory where characters have to be recognised."""
        return max(self.memory_bytes, self.recognition_bytes)


_confined: Final[list[Limits]] = []
"""What this process is held to, if it is."""


class Refused(OSError):
    """Code that reads a file tried to reach the network or to start a program."""


def confine(limits: Limits, *, parent: int) -> None:
    """Hold this process to ``limits`` from here on; it ends with ``parent``, which forked it.

    It can undo that no further than ``allow_recognition`` does. The memory it holds is counted, not
    the addresses it reserves: threads and mapped files reserve far more than they use. What it
    reserves may be four times as much.
    """
    _lower(resource.RLIMIT_CORE, 0, 0)
    _lower(resource.RLIMIT_CPU, limits.cpu_s, limits.most_cpu_s + _GRACE_S)
    _lower(resource.RLIMIT_DATA, limits.memory_bytes, limits.most_memory_bytes)
    _lower(
        resource.RLIMIT_AS,
        limits.memory_bytes * _MAPPED_PER_HELD,
        limits.most_memory_bytes * _MAPPED_PER_HELD,
    )
    _lower(resource.RLIMIT_FSIZE, limits.written_bytes, limits.written_bytes)
    os.nice(_PRIORITY)
    end_with_parent(parent)
    leave_network()
    _confined.append(limits)


def allow_recognition() -> None:
    """Let this process take what the recognition of characters needs, if it was confined."""
    for limits in _confined:
        _lower(resource.RLIMIT_CPU, limits.most_cpu_s, limits.most_cpu_s + _GRACE_S)
        for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (hard, hard))


def leave_network() -> None:
    """Give the network up: by the kernel where it allows that, and by Python everywhere."""
    if sys.platform == "linux":
        system = ctypes.CDLL(None, use_errno=True)
        if system.unshare(_NEW_NETWORK) != 0:
            system.unshare(_NEW_USER | _NEW_NETWORK)
    sys.addaudithook(_refuse)


def _lower(kind: int, soft: int, hard: int) -> None:
    """At ``soft`` the kernel refuses, or signals; at ``hard`` it kills, and ``soft`` ends there."""
    _, before = resource.getrlimit(kind)
    last = hard if before == resource.RLIM_INFINITY else min(hard, before)
    resource.setrlimit(kind, (min(soft, last), last))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise Refused(f"{event} is refused while a file is read")
