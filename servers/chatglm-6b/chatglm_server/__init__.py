"""The first ChatGLM-6B behind an OpenAI-compatible address; knows nothing of the product."""
