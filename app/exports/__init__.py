"""A conversation to take along: Markdown, Word and PDF, each sentence with its numbered sources."""
