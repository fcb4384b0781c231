"""Serve the built book on this machine: `python tools/serve.py _build/html 8000`."""

import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Quiet(SimpleHTTPRequestHandler):
    """Files as they are, never from the browser's cache, without a line per request."""

    # whatever the system's registry says of them
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def served(folder, port=0):
    """Serve `folder` in a thread of its own; gives the address.  Port 0: any that is free."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def main(folder, port):
    try:
        with served(folder, int(port)) as address:
            print(
                f"The book: {address.replace('127.0.0.1', 'localhost')}   (Ctrl-C stops it)",
                flush=True,
            )
            Event().wait()
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"Cannot serve on port {port} ({error}). Choose another: make book PORT=8001")
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(*sys.argv[1:])
