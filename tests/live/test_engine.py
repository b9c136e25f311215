"""The engine from outside: saved plans, choices, guards, failures, leases, interrupts, the record."""

import json
import os
import signal
import sqlite3
import subprocess

from harness import has, wait_for

CHAIN = """
    param word: string = "one"

    resource a: local.file { path = "a", content = word }
    resource b: local.file { path = "b", content = "${a.sha256}" }
    resource c: local.file { path = "c", content = "still" }
    """


def test_saved_plan(p):
    p.spec(CHAIN)
    p.run("plan", "--out", "today.plan")
    p.run("show", "today.plan")
    p.run("apply", "today.plan")
    assert (p.dir / "a").read_text() == "one"
    has(p.run("apply", "today.plan", status=1), "E1201")
    p.run("plan", "--out", "next.plan", "-p", "word=two")
    p.apply("-p", "word=three")
    has(p.run("apply", "next.plan", status=1), "E1201")
    assert (p.dir / "a").read_text() == "three"
    p.write("junk.plan", "not a plan")
    has(p.run("apply", "junk.plan", status=1), "E1202")
    p.expect_step("a", "update", "content") if p.plan() == {"a": "update"} else None


def test_target_and_replace(p):
    p.spec(CHAIN)
    p.apply("--target", "b")
    assert (p.dir / "a").exists() and (p.dir / "b").exists() and not (p.dir / "c").exists()
    p.expect_plan({"c": "create"})
    p.apply()
    rows = p.steps("--replace", "c")
    assert [(r["address"], r["action"]) for r in rows] == [("c", "replace")]
    has(p.run("plan", "--replace", "c"), "asked for")
    has(p.run("plan", "--target", "cc", status=1), "E1204")
    p.run("destroy", "--auto-approve", "--target", "c")
    assert not (p.dir / "c").exists() and (p.dir / "a").exists()


def test_protect(p):
    p.spec('resource a: local.file { path = "a", content = "x", @protect = true }\n')
    p.apply()
    has(p.run("destroy", "--auto-approve", status=1), "E1203", "`a`")
    p.edit('path = "a"', 'path = "b"')
    has(p.run("plan", status=1), "E1203", "replaced")
    p.spec("")
    has(p.run("apply", "--auto-approve", status=1), "E1203")
    assert (p.dir / "a").exists()
    p.spec('resource a: local.file { path = "a", content = "x", @protect = false }\n')
    p.apply()
    p.destroy()
    assert not (p.dir / "a").exists()


def test_order(p):
    p.spec("""
        param word: string = "1"

        resource first: local.command {
          create   = 'echo +first >>log'
          destroy  = 'echo -first >>log'
          triggers = { word = word }
          @after   = [second]
        }

        resource second: local.command {
          create   = 'echo +second >>log'
          destroy  = 'echo -second >>log'
        }

        resource swap: local.command {
          create        = 'echo +swap >>log'
          destroy       = 'echo -swap >>log'
          triggers      = { word = word }
          @create_first = true
        }
        """)
    p.apply("--parallelism", "1")
    log = p.dir / "log"
    lines = log.read_text().split()
    assert lines.index("+second") < lines.index("+first")
    log.write_text("")
    p.apply("-p", "word=2")
    lines = log.read_text().split()
    assert sorted(lines) == ["+first", "+swap", "-first", "-swap"]
    assert lines.index("+swap") < lines.index("-swap")
    assert lines.index("-first") < lines.index("+first")
    log.write_text("")
    p.run("destroy", "--auto-approve", "-p", "word=2")
    lines = log.read_text().split()
    assert lines.index("-first") < lines.index("-second")


def test_failure_skips_dependents_only(p):
    p.spec("""
        resource wrong: local.command {
          create = 'test -e good || { echo not yet >&2; exit 7; }'
        }

        resource after: local.file { path = "after", content = wrong.stdout_sha256 }
        resource other: local.file { path = "other", content = "x" }
        """)
    out = p.run("apply", "--auto-approve", status=1)
    has(out, "not yet", "wrong", "skipped after", "1 failed, 1 skipped")
    assert (p.dir / "other").exists() and not (p.dir / "after").exists()
    assert list(p.record()) == ["other"]
    p.write("good", "")
    p.expect_plan({"wrong": "create", "after": "create"})
    p.apply()
    p.expect_empty_plan()


SLOW = """
    resource slow: local.command {
      create  = 'touch started; while [ ! -e go ]; do sleep 0.05; done; echo done >>log'
      destroy = 'true'
    }

    resource later: local.file { path = "later", content = slow.stdout_sha256 }
    """


def test_lease(p):
    p.spec(SLOW)
    child = p.start("apply", "--auto-approve")
    try:
        wait_for("the slow step", (p.dir / "started").exists)
        out = p.run("apply", "--auto-approve", status=1)
        has(out, "E1102", str(child.pid), "apply")
        p.run("state", "list")
    finally:
        p.write("go", "")
        out, _ = child.communicate(timeout=60)
    assert child.returncode == 0, out
    assert (p.dir / "log").read_text() == "done\n" and (p.dir / "later").exists()
    p.expect_empty_plan()


def test_lease_of_the_dead(p):
    p.spec(SLOW)
    child = p.start("apply", "--auto-approve")
    wait_for("the slow step", (p.dir / "started").exists)
    child.kill()
    child.communicate()
    p.write("go", "")
    # Nobody can tell what became of a command: the user is asked.
    has(p.run("apply", "--auto-approve", status=1), "E1207", "slow", "styx state rm")
    p.run("state", "rm", "--auto-approve", "slow")
    p.apply()
    p.expect_empty_plan()
    assert (p.dir / "later").exists()


def test_interrupt(p):
    p.spec(SLOW)
    child = p.start("apply", "--auto-approve")
    wait_for("the slow step", (p.dir / "started").exists)
    child.send_signal(signal.SIGINT)
    p.write("go", "")
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 3, (child.returncode, out)
    assert not (p.dir / "later").exists()
    assert list(p.record()) == ["slow"]
    p.expect_plan({"later": "create"})
    p.apply()
    assert (p.dir / "log").read_text() == "done\n"
    p.expect_empty_plan()


def test_interrupt_twice(p):
    p.spec(SLOW)
    child = p.start("apply", "--auto-approve")
    wait_for("the slow step", (p.dir / "started").exists)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 3, (child.returncode, out)
    p.write("go", "")
    p.apply()
    p.expect_empty_plan()


def test_state_commands(p):
    p.spec(CHAIN)
    has(p.run("state", "list", status=1), "E1110")
    p.apply()
    assert p.run("state", "list").split() == ["a", "b", "c"]
    row = json.loads(p.run("state", "show", "--json", "a"))
    assert row["address"] == "a" and row["type"] == "local.file"
    has(p.run("state", "show", "aa", status=1), "E1106")
    p.run("state", "mv", "c", "d")
    assert sorted(p.record()) == ["a", "b", "d"]
    has(p.run("state", "mv", "a", "b", status=1), "E1107")
    p.edit("resource c:", "resource d:")
    p.expect_empty_plan()
    p.run("state", "rm", "--auto-approve", "d")
    assert (p.dir / "c").exists() and sorted(p.record()) == ["a", "b"]


def test_removed_declarations_are_destroyed(p):
    p.spec(CHAIN)
    p.apply()
    p.spec('resource a: local.file { path = "a", content = "one" }\n')
    p.expect_plan({"b": "destroy", "c": "destroy"})
    has(p.run("plan", "--max-destroy", "1", status=1), "E1208")
    p.apply()
    assert sorted(os.listdir(p.dir))[-1] != "c" and not (p.dir / "b").exists()


def test_outputs(p):
    p.spec("""
        resource a: local.file { path = "a", content = "x" }
        output text: string            = a.path
        output map: map<string, int>   = { one = 1 }
        """)
    p.apply()
    assert p.run("output", "--raw", "text").strip() == "a"
    assert json.loads(p.run("output", "--json", "map")) == {"one": 1}
    assert p.outputs() == {"text": "a", "map": {"one": 1}}
    has(p.run("output", "txet", status=1), "E1007", "text")


def test_plan_json(p):
    p.spec(CHAIN)
    p.run("plan", "--json")
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    assert [r["kind"] for r in rows] == ["plan", "step", "step", "step", "summary"]
    assert rows[0]["format"] == 1
    assert {"action", "address", "type", "changes", "inputs"} <= set(rows[1])
    assert rows[-1]["counts"]["create"] == 3 and rows[-1]["is_empty"] is False


def test_graph(p):
    p.spec(CHAIN)
    dot = p.run("graph")
    has(dot, r"^digraph", r'label = "b', "n1 -> n0;")
    mermaid = p.run("graph", "--mermaid")
    has(mermaid, r"^(graph|flowchart) ", "-->")


def test_confirmation(p):
    p.spec(CHAIN)
    has(p.run("apply", status=1), "E1010|--auto-approve")
    assert not (p.dir / "a").exists()


def test_state_of_a_later_version(p):
    p.spec(CHAIN)
    p.apply()
    with sqlite3.connect(p.dir / ".styx/state.db") as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    has(p.run("plan", status=1), "E1103")


def test_corrupt_state(p):
    p.spec(CHAIN)
    p.apply()
    for extra in ("-wal", "-shm"):
        path = p.dir / f".styx/state.db{extra}"
        if path.exists():
            path.unlink()
    (p.dir / ".styx/state.db").write_bytes(b"this is no database, but long enough to be one" * 99)
    before = (p.dir / ".styx/state.db").read_bytes()
    has(p.run("apply", "--auto-approve", status=1), "E1104")
    assert (p.dir / ".styx/state.db").read_bytes() == before


def test_wrong_key(p):
    p.spec('resource w: std.random_password { length = 20 }\n')
    p.apply()
    keys = [f for f in (p.dir / ".styx").rglob("*key*") if f.is_file()]
    assert keys and all(f.stat().st_mode & 0o077 == 0 for f in keys), keys
    keys[0].unlink()
    has(p.run("apply", "--auto-approve", status=1), "E1105")


def test_full_disk(p):
    limit = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", p.world.styx, "apply", "--auto-approve"],
        cwd=p.dir, env=p.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert limit.returncode != 0
