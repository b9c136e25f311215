"""A server of loopback for what AWS offers beside its APIs: it passes API calls on to moto and notes
with which key each was signed, and it plays the container and the instance metadata endpoints."""

import datetime
import http.client
import http.server
import json
import re
import threading
import urllib.parse


class Recorder:
    """`signed`: (service, access key, has a session token) of each call that was passed on;
    `actions`: what was asked of services that name it in the body."""

    def __init__(self, upstream):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.signed = []
        self.paths = []
        self.actions = []
        self.answers = {}
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *ignored):
                pass

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("connection", "transfer-encoding", "content-length",
                                            "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                recorder.paths.append((self.command, self.path))
                recorder.actions += urllib.parse.parse_qs(body.decode("latin-1")).get("Action", [])
                answer = recorder.answers.get((self.command, self.path))
                if answer:
                    status, text = answer(self.headers)
                    self.reply(status, [("Content-Type", "application/json")], text.encode())
                else:
                    recorder.note(self.headers)
                    self.reply(*recorder.judge(self.command, self.path, self.headers) or
                               recorder.forward(self.command, self.path, self.headers, body))

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def note(self, headers):
        match = re.search(r"Credential=([^/]+)/\d+/([^/]*)/([^/]*)/",
                          headers.get("Authorization", ""))
        if match:
            self.signed.append((match[3], match[1], "X-Amz-Security-Token" in headers))

    def judge(self, method, path, headers):
        """What it says itself to a call of an API: (status, headers, body); None: it is passed on."""
        return None

    def forward(self, method, path, headers, body):
        to = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port, timeout=60)
        passed = {k: v for k, v in headers.items() if k.lower() != "connection"}
        to.request(method, path, body, passed)
        answer = to.getresponse()
        text = answer.read()
        to.close()
        return answer.status, answer.getheaders(), text

    def keys(self, service="ec2"):
        """The access keys that calls of this service were signed with."""
        return {key for name, key, _ in self.signed if name == service}

    def offer(self, method, path, answer):
        """Answers a path: `answer` is a text, or a function of the headers to (status, text)."""
        self.answers[method, path] = answer if callable(answer) else lambda h: (200, answer)

    def credentials(self, key):
        """Temporary credentials as the metadata endpoints write them."""
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        return json.dumps({"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": key,
                           "SecretAccessKey": "secret", "Token": "token",
                           "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")})
