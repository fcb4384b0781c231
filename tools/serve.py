"""Serve the built book on this machine: `python tools/serve.py _build/html 8000`."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Quiet(SimpleHTTPRequestHandler):
    """Files as they are, never from the browser's cache, without a line per request."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *args):
        pass


def main(folder, port):
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), partial(Quiet, directory=folder))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"Cannot serve on port {port} ({error}). Choose another: make book PORT=8001")
    print(f"The book: http://localhost:{server.server_port}   (Ctrl-C stops it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(*sys.argv[1:])
