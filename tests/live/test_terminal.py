"""What a person sees on a terminal while the world is read."""

import http.server
import os
import pty
import re
import subprocess
import threading

from harness import has

PAGE = """
    lookup page: std.http {{ url = "{url}" }}
    output status: int = page.status_code
    """


class Gate:
    """A server whose answers wait until it is opened."""

    def __enter__(self):
        gate = self
        self.opened = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                assert gate.opened.wait(60)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *ignored):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        return self

    def __exit__(self, *ignored):
        self.opened.set()
        self.server.shutdown()
        self.server.server_close()


def on_terminal(p, gate, *args):
    """Runs styx on a terminal; opens the gate once the status line was seen."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([p.world.styx, *args], cwd=p.dir, env={**p.env, "TERM": "xterm"},
                             stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
        if b"reading: " in seen:
            gate.opened.set()
    os.close(ours)
    assert child.wait(60) == 0, seen
    return seen.decode()


def test_status_while_reading(p):
    with Gate() as gate:
        p.spec(PAGE.format(url=gate.url))
        text = on_terminal(p, gate, "plan")
        has(text, r"reading: 0 of 1 object \(\d+ s\) std.http")
        left = re.sub(r"[^\n]*\r\x1b\[K", "", text)
        assert "reading" not in left, f"the line was not cleared: {text!r}"
        has(left, "to change")
        assert "reading" not in p.run("plan"), "a pipe shows no status"
