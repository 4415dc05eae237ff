"""LangChain's plain chain: ``create_retrieval_chain`` over stuffed documents, as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from langchain_classic.chains.combine_documents import create_stuff_documents_chain
from langchain_classic.chains.retrieval import create_retrieval_chain
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

_RULES: Final = (
    "Use the given context to answer the question. If you don't know the answer, say so.\n\n"
    "Context: {context}"
)


class FoundElsewhere(BaseRetriever):
    """Gives the texts that ``search`` finds."""

    search: Callable[[str], Sequence[str]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [Document(page_content=text) for text in self.search(query)]


def plain_chain(
    search: Callable[[str], Sequence[str]], base_url: str
) -> Callable[[str], Iterator[str]]:
    """Its way to ask: a question to the pieces of the answer as they come."""
    model = ChatOpenAI(model="paced", base_url=base_url, api_key=SecretStr("none"), temperature=0)
    prompt = ChatPromptTemplate.from_messages([("system", _RULES), ("human", "{input}")])
    answer = create_stuff_documents_chain(model, prompt)
    chain = create_retrieval_chain(FoundElsewhere(search=search), answer)

    def ask(question: str) -> Iterator[str]:
        for piece in chain.stream({"input": question}):
            if piece.get("answer"):
                yield piece["answer"]

    return ask
