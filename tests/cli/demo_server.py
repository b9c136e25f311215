"""The cloud of the command-line tests: demo_server.py FOLDER.

Things live in memory.  The file FOLDER/rules scripts what else it says: a line is `METHOD PATH
STATUS BODY` (PATH is compared by its beginning; STATUS 0 closes the connection without an answer);
the first that fits is the answer.  The port is written to FOLDER/port, each request to FOLDER/log.
"""
import http.server
import json
import os
import sys

FOLDER = sys.argv[1]
things = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b""):
        if status == 0:
            self.close_connection = True
            return
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def rule(self):
        try:
            with open(FOLDER + "/rules") as f:
                lines = f.read().splitlines()
        except FileNotFoundError:
            return None
        for line in lines:
            method, path, status, *body = line.split(" ", 3)
            if method == self.command and self.path.startswith(path):
                return int(status), (body[0] if body else "").encode()
        return None

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(size)) if size else {}
        with open(FOLDER + "/log", "a") as f:
            f.write(f"{self.command} {self.path}\n")
        rule = self.rule()
        if rule:
            return self.answer(*rule)
        key = self.path.split("?")[0].split("/")[-1]
        if self.command == "POST":
            things[sent["thingName"]] = {"state": "ready", **sent}
            return self.answer(201, things[sent["thingName"]])
        if self.path.split("?")[0] == "/things":
            return self.answer(200, {"items": list(things.values())})
        if key not in things:
            return self.answer(404, {"message": "no such thing"})
        if self.command == "PATCH":
            things[key].update(sent)
        if self.command == "DELETE":
            return self.answer(200, things.pop(key))
        return self.answer(200, things[key])

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_any


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # many connect at once


server = Server(("127.0.0.1", 0), Handler)
with open(FOLDER + "/port.new", "w") as port:
    port.write(str(server.server_port))
os.rename(FOLDER + "/port.new", FOLDER + "/port")
server.serve_forever()
