"""An image registry of loopback, enough for `docker pull`: one image of one layer."""

import gzip
import hashlib
import http.server
import json
import threading

TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    """Serves the root file system `tar` under every name and tag but those in `missing`."""

    def __init__(self, tar):
        layer = gzip.compress(tar, mtime=0)
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Cmd": ["sh"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(tar)]}}).encode()
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": TYPE,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                       "size": len(config), "digest": digest(config)},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                        "size": len(layer), "digest": digest(layer)}]}).encode()
        blobs = {digest(config): config, digest(layer): layer}
        self.missing = set()
        self.config_digest = digest(config)
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *ignored):
                pass

            def find(self):
                parts = self.path.strip("/").split("/")
                if parts == ["v2"]:
                    return b"{}", "application/json"
                if len(parts) == 4 and parts[2] == "manifests" and parts[1] not in registry.missing:
                    return manifest, TYPE
                if len(parts) == 4 and parts[2] == "blobs" and parts[3] in blobs:
                    return blobs[parts[3]], "application/octet-stream"
                return None, None

            def do_GET(self):
                body, kind = self.find()
                status = 200 if body is not None else 404
                body = body if body is not None else json.dumps(
                    {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "unknown"}]}).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind or "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Docker-Content-Digest", digest(body))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
