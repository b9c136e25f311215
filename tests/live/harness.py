"""What the live tests stand on: the servers, a working directory for each test, running styx.

Servers start when a test first asks for them and listen on loopback ports or sockets of their own;
they are stopped by process id at the end.  What styx did is checked with other clients: boto3 and
the docker command.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, holds, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come in {seconds} s")


class Skip(Exception):
    """This machine cannot run the test; says why."""


class World:
    """The servers that all tests share."""

    def __init__(self, styx):
        self.styx = os.path.abspath(styx)
        self.children = []
        self.moto_url = None
        self.docker_socket = None
        # A short path: a unix socket's is 108 bytes at most.
        self.dir = tempfile.mkdtemp(prefix="styx-live-")

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        for child in reversed(self.children):
            child.terminate()
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def spawn(self, argv, log):
        out = open(os.path.join(self.dir, log), "wb")
        child = subprocess.Popen(argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def moto(self):
        """The address of the AWS server."""
        if not self.moto_url:
            port = free_port()
            program = os.path.join(os.path.dirname(sys.executable), "moto_server")
            child = self.spawn([program, "-H", "127.0.0.1", "-p", str(port)], "moto.log")
            url = f"http://127.0.0.1:{port}"

            def answers():
                assert child.poll() is None, open(os.path.join(self.dir, "moto.log")).read()
                try:
                    return urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=2).status
                except OSError:
                    return False

            wait_for("moto", answers)
            self.moto_url = url
        return self.moto_url

    def docker(self):
        """The address of a Docker Engine for these tests alone: each test empties it.

        STYX_TEST_DOCKER_HOST names one that may be emptied; else one is started here, which needs
        root.  DOCKER_HOST is not used: what runs there is somebody's.
        """
        if self.docker_socket:
            return self.docker_socket
        d = self.dir
        sock = os.environ.get("STYX_TEST_DOCKER_HOST")
        if not sock:
            if os.geteuid() != 0:
                raise Skip("starting a Docker Engine needs root; STYX_TEST_DOCKER_HOST can name one"
                           " that the tests may empty")
            sock = f"unix://{d}/sock"
            self.start_docker(sock)
        root = f"{d}/root"
        os.makedirs(f"{root}/bin")
        busybox = shutil.which("busybox") or "/bin/busybox"
        shutil.copy(busybox, f"{root}/bin/busybox")
        for name in subprocess.run([busybox, "--list"], capture_output=True, text=True,
                                   check=True).stdout.split():
            if name != "busybox":
                os.symlink("busybox", f"{root}/bin/{name}")
        for extra in ("tmp", "etc", "dev", "proc", "sys"):
            os.makedirs(f"{root}/{extra}")
        tar = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
        subprocess.run(["docker", "-H", sock, "import", "-", "busybox:latest"], input=tar,
                       capture_output=True, check=True)
        self.docker_socket = sock
        return sock

    def start_docker(self, sock):
        d = self.dir
        program = shutil.which("dockerd") or "/usr/sbin/dockerd"
        child = self.spawn(
            [program, "--data-root", f"{d}/data", "--exec-root", f"{d}/exec", "-p", f"{d}/pid",
             "-H", sock, "--storage-driver=vfs", "--iptables=false", "--bridge=none"],
            "dockerd.log")

        def answers():
            assert child.poll() is None, open(f"{d}/dockerd.log").read()[-2000:]
            run = subprocess.run(["docker", "-H", sock, "version"], capture_output=True)
            return run.returncode == 0

        wait_for("the Docker Engine", answers)


class Place:
    """A directory of one test, and styx in it."""

    def __init__(self, world):
        self.world = world
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="t-", dir=world.dir))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.dir / "home")}
        (self.dir / "home").mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        shutil.rmtree(self.dir, ignore_errors=True)

    def use_aws(self):
        """Points styx and boto3 to the AWS server, emptied; returns a function that makes clients."""
        import boto3

        url = self.world.moto()
        request = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=30)
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": url}
        self.env.update(keys)
        return lambda service: boto3.client(
            service, region_name="us-east-1", endpoint_url=url, aws_access_key_id="test",
            aws_secret_access_key="test")

    def use_docker(self):
        """Points styx and the docker command to the engine, emptied."""
        self.env["DOCKER_HOST"] = self.world.docker()
        for kind, remove in (("container ls -aq", "container rm -f"), ("volume ls -q", "volume rm -f"),
                             ("network ls -q --filter type=custom", "network rm")):
            for name in self.docker(*kind.split()).split():
                self.docker(*remove.split(), name)

    def docker(self, *args):
        """Runs the docker command and returns what it printed."""
        run = subprocess.run(["docker", *args], env=self.env, capture_output=True, text=True)
        assert run.returncode == 0, f"docker {args}: {run.stderr}"
        return run.stdout.strip()

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def copy(self, example):
        """Copies a directory of examples/ here."""
        root = pathlib.Path(__file__).parent.parent.parent
        shutil.copytree(root / "examples" / example, self.dir, dirs_exist_ok=True)

    def run(self, *args, status=0, env=None, stdin=None, timeout=120):
        """Runs styx, checks its exit status, and returns what it printed (both streams)."""
        run = subprocess.run([self.world.styx, *args], cwd=self.dir, env={**self.env, **(env or {})},
                             input=stdin, stdin=None if stdin else subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=timeout)
        if status is not None:
            assert run.returncode == status, (
                f"styx {' '.join(args)}: exit status {run.returncode}, not {status}\n"
                f"{run.stdout}\n{run.stderr}")
        self.stdout, self.stderr, self.status = run.stdout, run.stderr, run.returncode
        return run.stdout + run.stderr

    def apply(self, *args):
        return self.run("apply", "--auto-approve", *args)

    def plan(self, *args):
        """Plans and returns the steps: a dict from address to action."""
        self.run("plan", "--json", *args)
        steps = {}
        for line in self.stdout.splitlines():
            row = json.loads(line)
            if row.get("kind") == "step":
                steps[row["address"]] = row["action"]
        return steps

    def expect_empty_plan(self):
        steps = self.plan()
        assert steps == {}, f"the plan is not empty: {steps}\n{self.run('plan')}"
        self.run("plan", "--exit-code")

    def expect_plan(self, wanted):
        steps = self.plan()
        assert steps == wanted, f"planned {steps}, not {wanted}\n{self.run('plan')}"

    def steps(self, *args):
        """Plans and returns the rows of the steps."""
        self.run("plan", "--json", *args)
        rows = [json.loads(line) for line in self.stdout.splitlines()]
        return [row for row in rows if row["kind"] == "step"]

    def expect_step(self, address, action, *paths):
        """The plan is exactly this step; it changes these paths, and its text names them."""
        rows = self.steps()
        text = self.run("plan", "--exit-code", status=2)
        assert [(r["address"], r["action"]) for r in rows] == [(address, action)], (
            f"not one {action} of {address}:\n{text}")
        changes = {change["path"]: change for change in rows[0]["changes"]}
        for path in paths:
            hits = [c for at, c in changes.items() if at == path or at.startswith((path + ".",
                    path + "["))]
            assert hits, f"{address} changes {list(changes)}, not `{path}`\n{text}"
            if action == "replace":
                assert any(c.get("replaces") for c in hits), f"`{path}` is no reason:\n{text}"
                has(text, "replaces|cannot be changed in place")
            assert path in text, f"`{path}` is not in:\n{text}"

    def expect_drift(self, address, *paths):
        text = self.run("drift", status=2)
        for part in (address, *paths):
            assert part in text, f"`{part}` is not in the drift:\n{text}"

    def destroy(self, *args):
        return self.run("destroy", "--auto-approve", *args)

    def spec(self, text):
        """Writes the program."""
        self.write("main.styx", textwrap.dedent(text))

    def edit(self, old, new):
        """Changes one place of the program."""
        path = self.dir / "main.styx"
        text = path.read_text()
        assert text.count(old) == 1, f"`{old}` is {text.count(old)} times in:\n{text}"
        path.write_text(text.replace(old, new))

    def start(self, *args, env=None):
        """Starts styx in the background; its output goes through pipes."""
        return subprocess.Popen([self.world.styx, *args], cwd=self.dir,
                                env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def record(self):
        """What the state holds: address to (type, status, id); read with another client."""
        with sqlite3.connect(f"file:{self.dir}/.styx/state.db?mode=ro", uri=True) as db:
            rows = db.execute("SELECT address, type, status, ident FROM object").fetchall()
        return {row[0]: row[1:] for row in rows}

    def state_bytes(self):
        """Everything that lies in the state's directory."""
        return b"".join(p.read_bytes() for p in (self.dir / ".styx").rglob("*") if p.is_file())

    def outputs(self):
        self.run("output", "--json")
        return json.loads(self.stdout)


class Life:
    """The life of one object: each step is checked with `find`, which reads it with another client
    (None when it does not exist); `key` says what tells the object from its successor."""

    def __init__(self, place, address, find, key):
        self.place, self.address, self.find, self.key = place, address, find, key

    def begin(self):
        self.place.apply()
        self.place.expect_empty_plan()
        return self.now()

    def now(self):
        found = self.find()
        assert found is not None, f"{self.address} does not exist"
        return found

    def update(self, old, new, *paths):
        """A change of the program that is made in place."""
        before = self.key(self.now())
        self.place.edit(old, new)
        self.place.expect_step(self.address, "update", *paths)
        self.place.apply()
        self.place.expect_empty_plan()
        assert self.key(self.now()) == before, f"{self.address} is another object now"
        return self.now()

    def replace(self, old, new, *paths):
        before = self.key(self.now())
        self.place.edit(old, new)
        self.place.expect_step(self.address, "replace", *paths)
        self.place.apply()
        self.place.expect_empty_plan()
        assert self.key(self.now()) != before, f"{self.address} is still the same object"
        return self.now()

    def drift(self, *paths):
        """After a change behind Styx's back: it shows, and apply puts it right."""
        self.place.expect_drift(self.address, *paths)
        self.place.expect_step(self.address, "update", *paths)
        self.place.apply()
        self.place.expect_empty_plan()
        return self.now()

    def lost(self):
        """After it was deleted behind Styx's back: drift says so, apply makes it again."""
        assert self.find() is None
        self.place.expect_drift(self.address)
        self.place.expect_step(self.address, "create")
        self.place.apply()
        self.place.expect_empty_plan()
        return self.now()

    def end(self):
        self.place.destroy()
        assert self.find() is None, f"{self.address} is left: {self.find()}"
        assert self.place.record() == {}


def has(text, *parts):
    for part in parts:
        assert re.search(part, text), f"`{part}` is not in:\n{text}"
