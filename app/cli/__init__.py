"""The commands: each door (``python -m rag``, ``-m ingest``, ``-m app``) has its file here."""
