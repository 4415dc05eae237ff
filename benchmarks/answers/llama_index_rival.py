"""LlamaIndex's query engine in its default mode, streaming.

``llama-index-llms-openai-like`` 0.8.1 does not install beside openai 3 (it wants openai below 3),
so ``CompatibleLLM`` is a CustomLLM over the openai client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import openai
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.base.response.schema import StreamingResponse
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

_WINDOW_TOKENS: Final = 32_768


class CompatibleLLM(CustomLLM):
    """A model at an OpenAI-compatible address."""

    _client: openai.OpenAI = PrivateAttr()

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._client = openai.OpenAI(base_url=base_url, api_key="none")

    @property
    def metadata(self) -> LLMMetadata:
        """Its window and its name."""
        return LLMMetadata(context_window=_WINDOW_TOKENS, num_output=512, model_name="paced")

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The whole reply."""
        text = "".join(pieces_of(self._client, prompt))
        return CompletionResponse(text=text)

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """The growing reply."""

        def grow() -> CompletionResponseGen:
            text = ""
            for piece in pieces_of(self._client, prompt):
                text += piece
                yield CompletionResponse(text=text, delta=piece)

        return grow()


class FoundElsewhere(BaseRetriever):
    """Gives the texts that ``search`` finds."""

    def __init__(self, search: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._search = search

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(node=TextNode(text=text), score=1.0)
            for text in self._search(query_bundle.query_str)
        ]


def pieces_of(client: openai.OpenAI, prompt: str) -> Iterator[str]:
    """The pieces of the reply to ``prompt`` as the client gives them."""
    for chunk in client.chat.completions.create(
        model="paced", messages=[{"role": "user", "content": prompt}], temperature=0, stream=True
    ):
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


def query_engine(
    search: Callable[[str], Sequence[str]], base_url: str
) -> Callable[[str], Iterator[str]]:
    """Its way to ask: a question to the pieces of the answer as they come."""
    engine = RetrieverQueryEngine.from_args(
        FoundElsewhere(search), llm=CompatibleLLM(base_url), streaming=True
    )

    def ask(question: str) -> Iterator[str]:
        response = engine.query(question)
        assert isinstance(response, StreamingResponse)
        yield from response.response_gen

    return ask
