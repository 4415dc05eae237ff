"""What a person touches: pages, commands, and the one place that chooses concrete classes."""
