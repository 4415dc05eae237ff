"""Tokens into text as they come, so that no character shows before all of its tokens are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

_UNFINISHED: Final = "\ufffd"
_MOST_UNFINISHED: Final = 3
"""Marks that a character of four bytes can show before its last byte is there."""

_LONGEST_WAIT: Final = 32


class GrowingText:
    """The text of a growing list of tokens; it only ever grows.

    A Chinese character or an emoji is several tokens in many vocabularies, which by themselves
    decode to replacement marks. Marks at the end are held back until the next token tells what
    they are; bytes that are no character stay as marks.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self._decode = decode
        self._context: list[int] = []
        self._pending: list[int] = []
        self._told = 0
        self.text = ""

    def add(self, token: int) -> None:
        """Take the next token in."""
        self._pending.append(token)
        piece = self._piece()
        unfinished = len(piece) - len(piece.rstrip(_UNFINISHED))
        if unfinished and len(self._pending) < _LONGEST_WAIT:
            piece = piece[: len(piece) - min(unfinished, _MOST_UNFINISHED)]
            self._tell(piece)
        else:
            self._tell(piece)
            self._context, self._pending, self._told = self._pending, [], 0

    def whole(self) -> str:
        """The text with what is still held back."""
        return self.text + self._piece()[self._told :] if self._pending else self.text

    def _tell(self, piece: str) -> None:
        self.text += piece[self._told :]
        self._told = max(self._told, len(piece))

    def _piece(self) -> str:
        """What the pending tokens add to the text of those before them."""
        before = self._decode(self._context)
        after = self._decode([*self._context, *self._pending])
        return after[len(before) :] if after.startswith(before) else self._decode(self._pending)


def until(text: str, stop: str, *, growing: bool) -> tuple[str, bool]:
    """``text`` up to ``stop``, and whether that is in it; an empty ``stop`` is nowhere.

    While the text is ``growing``, an end that ``stop`` may begin with is left out.
    """
    if not stop:
        return text, False
    before, found, _ = text.partition(stop)
    if found or not growing:
        return before, bool(found)
    begun = next((n for n in range(len(stop) - 1, 0, -1) if text.endswith(stop[:n])), 0)
    return text[: len(text) - begun], False
