"""The door to ``python -m rag.models.convert_chatglm``; see ``app/cli/convert_chatglm.py``."""

from app.cli.convert_chatglm import app

app(prog_name="python -m rag.models.convert_chatglm")
