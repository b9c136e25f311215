"""Every type of local and std; checked by reading plain files, and a server of loopback."""

import http.server
import json
import os
import stat
import threading

from harness import has


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_file(p):
    p.spec("""
        resource note: local.file {
          path    = "out/deep/note.txt"
          content = "one\\n"
          mode    = "0640"
        }

        output sum: string = note.sha256
        """)
    p.apply()
    path = p.dir / "out/deep/note.txt"
    assert path.read_text() == "one\n" and mode(path) == 0o640
    p.expect_empty_plan()
    p.edit("one", "two")
    p.expect_step("note", "update", "content")
    p.apply()
    assert path.read_text() == "two\n"
    p.edit('"0640"', '"0600"')
    p.expect_step("note", "update", "mode")
    p.apply()
    assert mode(path) == 0o600
    p.expect_empty_plan()
    path.chmod(0o644)
    p.expect_drift("note", "mode")
    p.apply()
    assert mode(path) == 0o600
    path.write_text("by hand")
    p.expect_drift("note", "content")
    p.apply()
    assert path.read_text() == "two\n"
    path.unlink()
    p.expect_step("note", "create")
    p.apply()
    p.edit("note.txt", "other.txt")
    p.expect_step("note", "replace", "path")
    p.apply()
    assert not path.exists() and (p.dir / "out/deep/other.txt").read_text() == "two\n"
    p.destroy()
    assert list((p.dir / "out").rglob("*.txt")) == [] and p.record() == {}


def test_secret_file(p):
    p.spec("""
        secret word = env("WORD")

        resource key: local.file {
          path           = "key"
          secret_content = word
          mode           = "0600"
        }
        """)
    word = "correct-horse-battery"
    has(p.run("plan", status=1), "E1212", "WORD")
    env = {"WORD": word}
    out = p.run("plan", env=env) + p.run("apply", "--auto-approve", env=env)
    assert word not in out and (p.dir / "key").read_text() == word
    has(p.run("plan", "--exit-code", env=env), "nothing to do")
    assert word.encode() not in p.state_bytes() and b"battery" not in p.state_bytes()
    out = p.run("plan", "--exit-code", env={"WORD": "staple-" + word}, status=2)
    has(out, "secret_content", "secret, changed")
    assert word not in out + p.run("show") + p.run("state", "show", "key")
    (p.dir / "key").write_text("by hand")
    has(p.run("drift", env=env, status=2), "key", "secret_content")
    p.run("apply", "--auto-approve", env=env)
    assert (p.dir / "key").read_text() == word


def test_directory(p):
    p.spec("""
        resource box: local.directory {
          path = "box"
          mode = "0750"
        }
        """)
    p.apply()
    assert mode(p.dir / "box") == 0o750
    p.expect_empty_plan()
    p.edit('"0750"', '"0700"')
    p.expect_step("box", "update", "mode")
    p.apply()
    assert mode(p.dir / "box") == 0o700
    (p.dir / "box/mine").write_text("x")
    has(p.run("destroy", "--auto-approve", status=1), "box", "force_destroy")
    assert (p.dir / "box/mine").exists()
    p.edit('"0700"', '"0700"\n  force_destroy = true')
    p.apply()
    p.destroy()
    assert not (p.dir / "box").exists()


def test_command(p):
    p.spec("""
        param version: string = "1"

        resource job: local.command {
          create   = 'echo "ran $WHO" >>log; echo "$WHO"'
          destroy  = 'echo gone >>log'
          triggers = { version = version }

          environment = { WHO = "ada" }
        }

        output said: string = job.stdout
        """)
    p.apply()
    log = p.dir / "log"
    assert log.read_text() == "ran ada\n" and p.outputs() == {"said": "ada\n"}
    p.expect_empty_plan()
    assert log.read_text() == "ran ada\n"
    rows = p.steps("-p", "version=2")
    assert [(r["address"], r["action"]) for r in rows] == [("job", "replace")], rows
    p.apply("-p", "version=2")
    assert log.read_text().count("ran ada") == 2
    p.run("destroy", "--auto-approve", "-p", "version=2")
    assert log.read_text().splitlines()[-1] == "gone"
    p.spec("resource job: local.command { create = ['sh', '-c', 'echo oops >&2; exit 3'] }\n")
    has(p.run("apply", "--auto-approve", status=1), "E1009", "oops", "3")
    assert p.record() == {}


def test_data_and_chance(p):
    p.spec("""
        param version: string = "1"

        resource id: std.random_id {
          byte_length = 6
          prefix      = "app-"
          keepers     = { version = version }
        }

        resource data: std.data { input = { id = id.hex, list = [1, true, null] } }
        resource word: std.random_password { length = 20, special = false }
        resource file: local.file { path = "word", secret_content = word.result }

        output id: string          = id.hex
        output data: json          = data.output
        output word: secret string = word.result
        """)
    out = p.run("apply", "--auto-approve")
    word = (p.dir / "word").read_text()
    assert len(word) == 20 and word.isalnum()
    first = p.outputs()
    has(first["id"], "^app-[0-9a-f]{12}$")
    assert first["data"]["id"] == first["id"] and "word" not in first
    for text in (out, p.run("show"), p.run("show", "--json"), p.run("output"), p.run("plan"),
                 p.run("plan", "--json"), p.run("state", "show", "word")):
        assert word not in text
    assert word.encode() not in p.state_bytes()
    assert p.run("output", "--raw", "--show-secrets", "word").strip() == word
    p.expect_empty_plan()
    p.apply("-p", "version=2")
    second = p.outputs()
    assert second["id"] != first["id"] and second["data"]["id"] == second["id"]
    assert (p.dir / "word").read_text() == word
    p.run("destroy", "--auto-approve")
    assert p.record() == {}


def test_http(p):
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *ignored):
            pass

        def do_GET(self):
            body = json.dumps({"path": self.path, "who": self.headers.get("X-Who")}).encode()
            self.send_response(404 if self.path == "/missing" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        p.spec(f"""
            lookup page: std.http {{
              url             = "{url}/a?b=c"
              request_headers = {{ "X-Who" = "ada" }}
            }}

            output status: int  = page.status_code
            output body: string = page.response_body
            output kind: string = page.response_headers["content-type"]
            """)
        p.apply()
        out = p.outputs()
        assert out["status"] == 200 and out["kind"] == "application/json"
        assert json.loads(out["body"]) == {"path": "/a?b=c", "who": "ada"}
        p.expect_empty_plan()
        p.edit("/a?b=c", "/missing")
        p.apply()
        assert p.outputs()["status"] == 404
    finally:
        server.shutdown()
        server.server_close()
    has(p.run("plan", status=1), "E1301", "page")
