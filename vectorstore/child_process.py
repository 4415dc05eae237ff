"""What a process of ours does so that it never outlives the one it works for."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PARENT_DEATH_SIGNAL: Final = 1


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when ``parent``, which started it, is gone.

    However that one went; this process ends here where it is gone already.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
