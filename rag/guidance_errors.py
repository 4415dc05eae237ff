"""Why a collection's guidance cannot be kept; ``rag/errors.py`` has the rest of the tree.

GuidanceError
    InstructionsTooLong     over the limit
    ExampleNotUsable        an example lacks something, or says too much
"""

from __future__ import annotations

from rag.errors import QuorumError


class GuidanceError(QuorumError):
    """What a collection adds to a prompt cannot be kept."""


class InstructionsTooLong(GuidanceError):
    """Over the limit."""

    message_template = "The instructions have {length} characters; the limit is {limit}."
    hint_template = "Shorten them: every question over this collection carries them."


class ExampleNotUsable(GuidanceError):
    """An example lacks something, or says too much."""

    message_template = "Example {number} cannot be used: {expected}."
    hint_template = (
        "An example is a question, the passages it is answered from, and an answer whose sentences "
        "end with their passages' numbers, such as [1]; or the word NOT_IN_DOCUMENTS as its answer."
    )
