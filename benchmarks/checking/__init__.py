"""How well the checker tells true claims from false ones, on pairs made from real sentences."""
