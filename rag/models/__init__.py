"""What can speak: one file a technology, all behind the protocols of ``rag/protocols.py``."""
