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
import subprocess
import sys
import tempfile
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
        """The address of a Docker Engine: DOCKER_HOST's if that is set, else one started here."""
        if self.docker_socket:
            return self.docker_socket
        d = self.dir
        sock = f"unix://{d}/sock"
        child = self.spawn(
            ["dockerd", "--data-root", f"{d}/data", "--exec-root", f"{d}/exec", "-p", f"{d}/pid",
             "-H", sock, "--storage-driver=vfs", "--iptables=false", "--bridge=none"],
            "dockerd.log")

        def answers():
            assert child.poll() is None, open(f"{d}/dockerd.log").read()[-2000:]
            run = subprocess.run(["docker", "-H", sock, "version"], capture_output=True)
            return run.returncode == 0

        wait_for("the Docker Engine", answers)
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

    def outputs(self):
        self.run("output", "--json")
        return json.loads(self.stdout)


def has(text, *parts):
    for part in parts:
        assert re.search(part, text), f"`{part}` is not in:\n{text}"
