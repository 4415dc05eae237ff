"""The formats of question sets: one file each; ``loading.py`` tells them apart."""
