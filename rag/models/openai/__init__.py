"""Any OpenAI-compatible service, by base URL, through the openai client.

An endpoint is hostile weather: it may hang, drip, break off, or answer with a web page. Whatever it
does ends within the deadline as a reply that is complete, cut or failed, in words a reader
understands. Error texts of the service are not passed on: they repeat parts of the key.

LangChain's client is not used here: of several choices in an event it keeps the first, and it drops
what a model reasons.
"""

from rag.models.openai.chat import OpenAIChat

__all__ = ["OpenAIChat"]
