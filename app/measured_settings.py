"""Which settings a measured result can depend on; a run is known by those that are not usual."""

from __future__ import annotations

from typing import Final

RETRIEVAL_SETTINGS: Final = (
    "chunk_tokens",
    "embedding_backend",
    "embedding_model",
    "lexical_weight",
    "max_file_mb",
    "query_expansion",
    "read_deadline_s",
    "reranker",
)
"""What a retrieval result can depend on."""

ANSWER_SETTINGS: Final = (
    *RETRIEVAL_SETTINGS,
    "context_tokens",
    "entailment_model",
    "local_adapters",
    "local_deadline_s",
    "local_device",
    "local_model",
    "local_quantisation",
    "max_question_chars",
    "openai_base_url",
    "openai_logprobs",
    "openai_model",
    "openai_temperature",
    "provider",
    "reply_tokens",
    "sample_temperature",
    "samples",
    "strategy",
    "top_k",
    "window_tokens",
)
"""What an answer can depend on."""
