"""Attributes of the Docker types that the lives of the objects do not touch; checked with the docker
command."""

import json

from harness import Life


def finder(p, kind, name):
    def find():
        names = p.docker(kind, "ls", *(["-a"] if kind == "container" else []),
                         "--format", "{{.Names}}" if kind == "container" else "{{.Name}}")
        return json.loads(p.docker(kind, "inspect", name))[0] if name in names.split() else None

    return find


def test_container_options(p):
    p.use_docker()
    p.spec("""
        resource box: docker.container {
          name        = "box"
          image       = "busybox:latest"
          entrypoint  = ["/bin/busybox", "sh"]
          cmd         = ["-c", "sleep 100000"]
          working_dir = "/tmp"
          host_config = { network_mode = "host" }
        }
        """)
    life = Life(p, "box", finder(p, "container", "box"), lambda c: c["Id"])
    box = life.begin()
    assert box["Config"]["Entrypoint"] == ["/bin/busybox", "sh"]
    assert box["Config"]["WorkingDir"] == "/tmp"
    box = life.replace('working_dir = "/tmp"', 'working_dir = "/etc"', "working_dir")
    assert box["Config"]["WorkingDir"] == "/etc"
    box = life.replace('["/bin/busybox", "sh"]', '["/bin/sh"]', "entrypoint")
    assert box["Config"]["Entrypoint"] == ["/bin/sh"]
    # Unset, what was computed stays.
    p.edit('  working_dir = "/etc"\n', "")
    p.apply()
    p.expect_empty_plan()
    life.end()


def test_volume_and_network_options(p):
    p.use_docker()
    p.spec("""
        resource data: docker.volume {
          name        = "data"
          driver_opts = { type = "tmpfs", device = "tmpfs", o = "size=1m" }
        }

        resource net: docker.network {
          name    = "net"
          options = { "com.docker.network.driver.mtu" = "1400" }
        }
        """)
    data = Life(p, "data", finder(p, "volume", "data"), lambda v: v["Options"])
    net = Life(p, "net", finder(p, "network", "net"), lambda n: n["Id"])
    assert data.begin()["Options"]["o"] == "size=1m"
    assert net.now()["Options"] == {"com.docker.network.driver.mtu": "1400"}
    assert data.replace("size=1m", "size=2m", "driver_opts")["Options"]["o"] == "size=2m"
    found = net.replace('"1400"', '"1300"', "options")
    assert found["Options"] == {"com.docker.network.driver.mtu": "1300"}
    p.destroy()
    assert net.find() is None and data.find() is None
