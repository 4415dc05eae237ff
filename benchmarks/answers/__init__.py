"""How soon answers begin, and what several samples cost; see ``__main__``."""
