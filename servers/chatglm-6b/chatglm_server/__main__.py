"""``python -m chatglm_server FOLDER``: load the checkpoint, then serve it until interrupted."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path


def main() -> int:
    """Serve; the exit code is 1 when the folder holds no ChatGLM-6B."""
    parser = argparse.ArgumentParser(prog="python -m chatglm_server", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of a ChatGLM-6B with its own code")
    parser.add_argument("--name", default="chatglm-6b", help="what clients call the model")
    parser.add_argument("--host", default="127.0.0.1", help="anybody who reaches it may ask")
    parser.add_argument("--port", type=int, default=8006)
    given = parser.parse_args()
    folder = given.folder.expanduser().resolve()
    if not (folder / "config.json").is_file():
        print(f"error: there is no config.json in {folder}", file=sys.stderr)
        print("       Give the folder that the checkpoint was copied to.", file=sys.stderr)
        return 1
    os.environ["HF_HUB_OFFLINE"] = "1"
    from chatglm_server.model import ChatGLM
    from chatglm_server.service import Service

    print(f"loading {folder} with the code that came with it", flush=True)
    with Service((given.host, given.port), ChatGLM.load(folder), name=given.name) as service:
        print(f"{given.name} at http://{given.host}:{service.server_port}/v1", flush=True)
        with suppress(KeyboardInterrupt):
            service.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
