"""Follow-up questions made to stand by themselves, by rules or by a chat model."""
