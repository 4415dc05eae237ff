"""Texts that would fetch or run something if a page took them for markup, and what notices it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from playwright.sync_api import Page

ELSEWHERE: Final = "http://e.example"
_PROBE: Final = """() => {
  const found = [];
  const fetching = /^(src|srcset|href|xlink:href|action|formaction|poster|data|ping)$/;
  const inert = /^(data:image\\/|blob:|about:blank|#|$)/;
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      for (const { name, value } of one.attributes) {
        if (/^on/.test(name)) found.push(`${one.localName} has ${name}`);
        if (!fetching.test(name) || inert.test(value)) continue;
        const url = new URL(value.split(/[ ,]/)[0], document.baseURI);
        if (url.origin !== location.origin) found.push(`${one.localName} ${name}=${value}`);
      }
      if (/url\\(\\s*["']?https?:/.test(one.getAttribute("style") ?? "")) {
        found.push(`${one.localName} is styled from elsewhere`);
      }
      if (one.localName === "script" && root !== document) found.push("script in a shadow root");
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document);
  if (window.__pwned !== undefined) found.push(`ran: ${window.__pwned}`);
  return found;
}"""


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A server that nothing has a reason to ask; ``asked`` is what did."""

    address: str
    asked: list[str] = field(default_factory=list)

    def payloads(self) -> tuple[str, ...]:
        """Images, scripts, links and templates, each of which would leave a trace."""
        return (
            f'<img src="{self.address}/i.png" onerror="window.__pwned=1">',
            "<script>window.__pwned=2</script>",
            f"![x]({self.address}/m.png)",
            f"![x]({ELSEWHERE}/m.png)",
            f"[x]({self.address}/l)",
            "[x](javascript:window.__pwned=3)",
            '<a href="javascript:window.__pwned=4">x</a>',
            f'<iframe src="{self.address}/f"></iframe>',
            '<svg onload="window.__pwned=5"></svg>',
            "{{7*7}}",
        )


@contextmanager
def canary() -> Iterator[Canary]:
    """A canary on loopback, until the block ends."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Canary(address=f"http://127.0.0.1:{server.server_port}", asked=asked)
        finally:
            server.shutdown()
            thread.join()


def harm_in(page: Page) -> list[str]:
    """What the page as it stands would fetch from elsewhere or has run, shadow roots included."""
    found: list[str] = page.evaluate(_PROBE)
    return found
