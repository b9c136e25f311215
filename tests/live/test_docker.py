"""Every type of docker against a real engine; checked with the docker command."""

import json
import subprocess

from harness import Life, has
from registry import Registry


def inspect(p, kind, name):
    def find():
        run = subprocess.run(["docker", kind, "inspect", name], env=p.env, capture_output=True,
                             text=True)
        return json.loads(run.stdout)[0] if run.returncode == 0 else None

    return find


def root_tar(p):
    name = p.docker("create", "busybox:latest", "sh")
    try:
        return subprocess.run(["docker", "export", name], env=p.env, capture_output=True,
                              check=True).stdout
    finally:
        p.docker("rm", name)


def test_network(p):
    p.use_docker()
    p.spec("""
        resource net: docker.network {
          name   = "live-net"
          labels = { stage = "one" }
          ipam   = { config = [{ subnet = "172.28.0.0/16" }] }
        }

        output id: string = net.id
        """)
    life = Life(p, "net", inspect(p, "network", "live-net"), lambda n: n["Id"])
    net = life.begin()
    assert p.outputs() == {"id": net["Id"]}
    assert net["Labels"]["stage"] == "one" and "styx.owner" in net["Labels"]
    assert net["IPAM"]["Config"][0]["Subnet"] == "172.28.0.0/16"
    net = life.replace('stage = "one"', 'stage = "two"', "labels")
    assert net["Labels"]["stage"] == "two"
    assert life.replace("labels =", "internal = true\n  labels =", "internal")["Internal"] is True
    p.docker("network", "rm", "live-net")
    life.lost()
    p.docker("network", "rm", "live-net")
    p.docker("network", "create", "live-net")
    has(p.run("apply", "--auto-approve", status=1), "E1311", "live-net")
    p.docker("network", "rm", "live-net")
    p.apply()
    life.end()


def test_volume(p):
    p.use_docker()
    p.spec("""
        resource data: docker.volume {
          name   = "live-data"
          labels = { stage = "one" }
        }

        output mountpoint: path = data.mountpoint
        """)
    life = Life(p, "data", inspect(p, "volume", "live-data"),
                lambda v: v["Labels"]["styx.owner"])
    volume = life.begin()
    assert p.outputs() == {"mountpoint": volume["Mountpoint"]}
    assert life.replace('stage = "one"', 'stage = "two"', "labels")["Labels"]["stage"] == "two"
    p.docker("volume", "rm", "live-data")
    life.lost()
    life.end()


def test_image(p):
    p.use_docker()
    with Registry(root_tar(p)) as registry:
        one, two = f"{registry.address}/box:one", f"{registry.address}/box:two"
        p.spec(f"""
            resource box: docker.image {{ reference = "{one}" }}

            output digest: string = box.image_id
            output system: string = box.os
            """)
        life = Life(p, "box", inspect(p, "image", one), lambda i: i["RepoTags"])
        image = life.begin()
        assert p.outputs() == {"digest": registry.config_digest, "system": "linux"}
        assert image["Id"] == registry.config_digest
        p.docker("image", "rm", "-f", one)
        life.lost()
        life.find = inspect(p, "image", two)
        p.edit("box:one", "box:two")
        p.expect_step("box", "replace", "reference")
        p.apply()
        assert life.now() and not inspect(p, "image", one)()
        life.end()
        registry.missing.add("box")
        text = p.run("apply", "--auto-approve", status=1)
        has(text, "box:two")
        assert p.record() == {}, p.record()
        p.spec(f'resource box: docker.image {{ reference = "{one}", keep_locally = true }}\n')
        registry.missing.clear()
        p.apply()
        p.destroy()
        assert inspect(p, "image", one)()
        p.docker("image", "rm", "-f", one)


def test_image_of_an_archive(p):
    p.use_docker()
    (p.dir / "root.tar").write_bytes(root_tar(p))
    p.spec("""
        resource box: docker.image {
          reference = "live-box:1"
          archive   = "root.tar"
        }

        resource runner: docker.container {
          name  = "live-runner"
          image = box.id
          cmd   = ["sleep", "1000"]
        }
        """)
    p.apply()
    assert p.docker("exec", "live-runner", "echo", "here") == "here"
    p.expect_empty_plan()
    p.destroy()
    assert not inspect(p, "image", "live-box:1")()


CONTAINER = """
    resource net: docker.network { name = "live-net" }
    resource data: docker.volume { name = "live-data" }

    resource box: docker.container {
      name        = "live-box"
      image       = "busybox:latest"
      cmd         = ["sh", "-c", 'echo $GREETING >/data/out; exec sleep 1000']
      env         = { GREETING = "hello" }
      labels      = { stage = "one" }
      host_config = {
        init           = true
        memory         = 64MiB
        network_mode   = net.name
        restart_policy = { name = "on-failure", maximum_retry_count = 2 }
        mounts         = [{ type = "volume", source = data.name, target = "/data" }]
      }
    }

    output id: string = box.id
    """


def test_container(p):
    p.use_docker()
    p.spec(CONTAINER)
    life = Life(p, "box", inspect(p, "container", "live-box"), lambda c: c["Id"])
    box = life.begin()
    assert p.outputs() == {"id": box["Id"]}
    assert box["State"]["Running"] and box["HostConfig"]["Memory"] == 64 << 20
    assert "GREETING=hello" in box["Config"]["Env"] and box["Config"]["Labels"]["stage"] == "one"
    assert list(box["NetworkSettings"]["Networks"]) == ["live-net"]
    assert p.docker("exec", "live-box", "cat", "/data/out") == "hello"

    box = life.update("64MiB", "96MiB", "host_config.memory")
    assert box["HostConfig"]["Memory"] == 96 << 20
    box = life.update("maximum_retry_count = 2", "maximum_retry_count = 3",
                      "host_config.restart_policy")
    assert box["HostConfig"]["RestartPolicy"]["MaximumRetryCount"] == 3

    p.docker("update", "--memory", "80m", "--memory-swap", "160m", "live-box")
    life.drift("host_config.memory")
    assert life.now()["HostConfig"]["Memory"] == 96 << 20
    p.docker("kill", "live-box")
    assert life.drift("running")["State"]["Running"]
    box = life.update("labels      =", "running = false\n  labels =", "running")
    assert not box["State"]["Running"]
    box = life.update("running = false", "running = true", "running")
    assert box["State"]["Running"]

    box = life.replace('"hello"', '"goodbye"', "env")
    assert p.docker("exec", "live-box", "cat", "/data/out") == "goodbye"
    p.docker("rm", "-f", "live-box")
    life.lost()
    old = life.now()["Id"]
    p.edit('"live-box"', '"live-case"')
    p.expect_step("box", "update", "name")
    p.apply()
    p.expect_empty_plan()
    life.find = inspect(p, "container", "live-case")
    assert life.now()["Id"] == old
    life.end()
    assert p.docker("volume", "ls", "-q") == ""


def test_container_health(p):
    p.use_docker()
    p.spec("""
        resource box: docker.container {
          name  = "live-box"
          image = "busybox:latest"
          cmd   = ["sh", "-c", 'sleep 2; touch /ready; sleep 1000']

          healthcheck = {
            test     = ["CMD", "test", "-e", "/ready"]
            interval = 1s
            retries  = 10
          }
        }
        """)
    p.apply()
    assert p.docker("inspect", "-f", "{{.State.Health.Status}}", "live-box") == "healthy"
    p.expect_empty_plan()
    p.edit("/ready; sleep", "/other; sleep")
    p.edit("retries  = 10", "retries  = 2")
    has(p.run("apply", "--auto-approve", status=1), "E1316", "box", "in state `unhealthy`")
    p.edit("/other; sleep", "/ready; sleep")
    p.apply()
    assert p.docker("inspect", "-f", "{{.State.Health.Status}}", "live-box") == "healthy"
    p.destroy()
    assert p.docker("container", "ls", "-aq") == ""


def test_ports(p):
    p.use_docker()
    p.spec("""
        resource box: docker.container {
          name  = "live-box"
          image = "busybox:latest"
          cmd   = ["sleep", "1000"]
          ports = [{ container_port = "80/tcp", host_ip = "127.0.0.1", host_port = "48080" }]
        }
        """)
    life = Life(p, "box", inspect(p, "container", "live-box"), lambda c: c["Id"])
    box = life.begin()
    assert box["HostConfig"]["PortBindings"] == {
        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "48080"}]}
    life.replace('"48080"', '"48081"', "ports")
    life.end()


def test_image_that_is_not_there(p):
    p.use_docker()
    with Registry(root_tar(p)) as registry:
        p.spec(f"""
            resource box: docker.container {{
              name  = "live-box"
              image = "{registry.address}/pulled:1"
              cmd   = ["sleep", "1000"]
            }}
            """)
        registry.missing.add("pulled")
        text = p.run("apply", "--auto-approve", status=1)
        has(text, "pulled:1", "box")
        registry.missing.clear()
        p.apply()
        assert p.docker("inspect", "-f", "{{.Config.Image}}", "live-box").endswith("/pulled:1")
        p.expect_empty_plan()
        p.destroy()
        p.docker("image", "rm", "-f", f"{registry.address}/pulled:1")


def test_engine_down(p):
    p.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
    p.spec('resource net: docker.network { name = "live-net" }\n')
    text = p.run("apply", "--auto-approve", status=1)
    has(text, "E1301", "/nowhere/docker.sock", "net")
    assert text.count("error[") == 1, text
    p.spec('lookup net: docker.network { name = "bridge" }\noutput id: string = net.id\n')
    has(p.run("plan", status=1), "E1301")
