"""One of the replies of a request as it grows, and its share of what the request took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.models.openai.faults import judge
from rag.reasoning import CLOSING, OPENING, split_reasoning
from rag.replies import Reply, Trouble

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat.chat_completion_chunk import Choice as ChoiceChunk


class Choice:
    """What came of one choice so far.

    Thoughts come in fields of their own or between marks in the content. Some chat templates open
    the thought in the prompt, so that only its end is heard: then all before it was thought, and
    this is the one case where text that was told is taken back.
    """

    def __init__(self) -> None:
        self._content = ""
        self._thought = ""
        self._tokens: list[Any] = []
        self._finish_reason: str | None = None
        self._declined = False

    def add(self, piece: ChoiceChunk) -> bool:
        """Take the next piece; whether there is more to tell than before."""
        before = self.reply()
        self._finish_reason = piece.finish_reason or self._finish_reason
        delta = piece.delta
        if delta is not None:
            self._thought += _text(delta, "reasoning_content") or _text(delta, "reasoning")
            self._content += _text(delta, "content")
            self._declined = self._declined or bool(_text(delta, "refusal"))
        given = piece.logprobs.content if piece.logprobs is not None else None
        self._tokens += given if isinstance(given, list) else []
        return self.reply() != before

    def reply(self, *, growing: bool = True) -> Reply:
        """What it says so far, without counts."""
        content = self._content
        closing = content.find(CLOSING)
        if closing >= 0 and OPENING not in content[:closing]:
            content = OPENING + content
        thought, text = split_reasoning(content, growing=growing)
        parts = (self._thought.strip(), thought)
        return Reply(
            text=text.lstrip() if any(parts) else text,
            reasoning="\n".join(part for part in parts if part),
        )

    def ended(self, trouble: Trouble | None) -> Reply:
        """The last reply, after ``trouble`` where the request had any; without counts."""
        reply = self.reply(growing=False)
        reason = "content_filter" if self._declined else self._finish_reason
        finish, trouble = judge(reply.text, reason, trouble)
        logprobs = _logprobs(self._tokens)
        return replace(reply, finish=finish, trouble=trouble, token_logprobs=logprobs)


def with_counts(replies: Sequence[Reply], usage: CompletionUsage | None) -> list[Reply]:
    """Each of a request's replies with its share of the tokens, which sum to the request's.

    The prompt, read once, counts for the first. Of the completion each has as many tokens as it
    has log-probabilities; where one has none, its share by the length of what it says and thinks.
    """
    if usage is None or not replies:
        return list(replies)
    if len(replies) == 1:
        shares = [usage.completion_tokens]
    else:
        shares = [len(reply.token_logprobs) for reply in replies]
        if not all(shares) or sum(shares) != usage.completion_tokens:
            lengths = [len(reply.text) + len(reply.reasoning) for reply in replies]
            shares = _divided(usage.completion_tokens, lengths)
    return [
        replace(
            reply,
            prompt_tokens=0 if number else usage.prompt_tokens,
            completion_tokens=share,
        )
        for number, (reply, share) in enumerate(zip(replies, shares, strict=True))
    ]


def _divided(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts as near to ``weights`` as may be, by the largest remainder."""
    whole = sum(weights) or len(weights)
    exact = [total * (weight if sum(weights) else 1) / whole for weight in weights]
    parts = [math.floor(one) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _text(delta: object, name: str) -> str:
    """A field that services may leave out, or fill with something else."""
    found = getattr(delta, name, None)
    return found if isinstance(found, str) else ""


def _logprobs(tokens: Sequence[Any]) -> tuple[float, ...]:
    """One natural logarithm a token, at most 0; none at all when one of them cannot be read."""
    found = []
    for token in tokens:
        value = getattr(token, "logprob", None)
        if not isinstance(value, int | float) or not math.isfinite(value):
            return ()
        found.append(min(0.0, float(value)))
    return tuple(found)
