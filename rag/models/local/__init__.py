"""A language model in this process, through transformers: its own weights, or with a LoRA adapter.

It never fetches anything, reads no pickled weights, and runs no code that comes with a checkpoint.
"""

from rag.models.local.chat import LocalChat
from rag.models.local.model import LocalModel

__all__ = ["LocalChat", "LocalModel"]
