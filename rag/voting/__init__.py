"""How several samples of one answer are compared and counted, outside any chat model."""
