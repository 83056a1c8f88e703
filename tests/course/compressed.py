"""A server that compresses what it sends, as the hosts of static sites do: what a page weighs depends on it."""

from __future__ import annotations

import gzip
import sys
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TEXTS = {".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"}


class Compressed(SimpleHTTPRequestHandler):
    """Sends the files of a folder, texts compressed; a page that is not there is the site's own for that."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, status = Path(self.translate_path(self.path)), 200
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            path, status = Path(self.directory) / "404.html", 404
        body = compress(path) if path.suffix in TEXTS else path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")  # as GitHub Pages says
        if path.suffix in TEXTS:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at the pages."""


@cache
def compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=sys.argv[1])) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
