"""A stand-in for HashiCorp Vault: as much of the KV version 2 API as reading a value needs, over real HTTP.

with StandInVault({"kv/app": {"password": "x"}}) as vault: … vault.url, vault.token
"""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StandInVault:
    """`values` maps `mount/path` to fields. Anything else is a 404, another token a 403, as Vault has it."""

    def __init__(self, values: Mapping[str, Mapping[str, Any]], token: str = "the-token") -> None:
        self.token = token
        self.asked: list[str] = []
        self.answering = threading.Event()
        self.answering.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, values))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "StandInVault":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(vault: StandInVault, values: Mapping[str, Mapping[str, Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            vault.asked.append(path)
            vault.answering.wait()
            mount, _, rest = path.removeprefix("/v1/").partition("/data/")
            found = values.get(f"{mount}/{rest}")
            if self.headers["X-Vault-Token"] != vault.token:
                self._answer(403, {"errors": ["permission denied"]})
            elif found is None:
                self._answer(404, {"errors": []})
            else:
                self._answer(200, {"data": {"data": found, "metadata": {"version": 1}}})

        def _answer(self, status: int, body: Mapping[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """The test's output is not ours."""

    return Handler
