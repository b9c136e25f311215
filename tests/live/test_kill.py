"""Kill tests: SIGKILL at random moments of real applies against moto and a Docker Engine.

After each kill the next apply goes on; when one ends well, everything that the servers hold is
compared with the record: nothing twice, nothing lost, nothing that nobody owns.  The program then
changes (objects come, change, are replaced, go) and it begins again.  STYX_KILLS says how many kills
(25 else), STYX_SEED which moments.
"""

import os
import random
import subprocess
import time

from harness import has

PROGRAM = """
    param round: int = 0

    let parts = {{ for n in {parts} => [n] = {{ range = "10.0.${{n}}.0/24" }} }}

    resource net: aws.ec2.vpc {{ cidr_block = "10.0.0.0/16", tags = {{ Name = "kill" }} }}

    resource part: aws.ec2.subnet for n, p in parts {{
      vpc_id     = net.id
      cidr_block = p.range
      tags       = {{ Name = "kill-${{n}}", round = "{round}" }}
    }}

    resource door: aws.ec2.internet_gateway {{ vpc_id = net.id }}

    resource table: aws.ec2.route_table {{
      vpc_id     = net.id
      subnet_ids = [for n, p in part => p.id]
      routes     = [{{ destination_cidr_block = "0.0.0.0/0", gateway_id = door.id }}]
    }}

    resource group: aws.ec2.security_group {{
      group_name  = "kill"
      description = "{third}"
      vpc_id      = net.id
      ingress     = [
        {{ ip_protocol = "tcp", from_port = 80, to_port = 80, cidr_ipv4 = "10.{round}.0.0/16" }}
        {{ ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ipv4 = "10.{round}.0.0/16" }}
        {{ ip_protocol = "tcp", from_port = 22, to_port = 22, group_id = peer.id }}
      ]
    }}

    resource peer: aws.ec2.security_group {{
      group_name = "kill-peer-{third}"
      vpc_id     = net.id
      ingress    = [{{ ip_protocol = "tcp", from_port = 53, to_port = 53, group_id = group.id }}]
    }}

    lookup linux: aws.ec2.image {{
      owner_id     = "amazon"
      name         = "amzn2-ami-hvm-*"
      architecture = "x86_64"
    }}

    resource box: aws.ec2.instance for n in {boxes} {{
      image_id           = linux.id
      instance_type      = "t3.micro"
      subnet_id          = part[n].id
      security_group_ids = [group.id]
      user_data          = "{third}"
    }}

    resource bucket: aws.s3.bucket for n in {parts} {{
      bucket     = "kill-${{n}}"
      versioning = "Enabled"
      tags       = {{ round = "{round}" }}
    }}

    resource role: aws.iam.role {{
      role_name   = "kill"
      description = "round {round}"

      assume_role_policy_document = {{
        Statement = [{{
          Effect    = "Allow"
          Principal = {{ Service = "ec2.amazonaws.com" }}
          Action    = "sts:AssumeRole"
        }}]
      }}
    }}

    resource profile: aws.iam.instance_profile {{
      instance_profile_name = "kill"
      role                  = role.id
    }}

    resource link: docker.network {{ name = "kill" }}
    resource data: docker.volume for n in {parts} {{ name = "kill-${{n}}" }}

    resource worker: docker.container for n in {boxes} {{
      name        = "kill-${{n}}"
      image       = "busybox:latest"
      cmd         = ["sleep", "1000"]
      env         = {{ ROUND = "{third}" }}
      host_config = {{
        init         = true
        network_mode = link.name
        mounts       = [{{ type = "volume", source = data[n].name, target = "/data" }}]
      }}
    }}

    resource note: local.file for n in {parts} {{ path = "notes/${{n}}", content = "{round}" }}
    """


def program(number):
    """The program of a round: some objects come and go, some change, some are replaced."""
    parts = [str(10 + (number + i) % 5) for i in range(3)]
    return PROGRAM.format(parts=str(sorted(parts)).replace("'", '"'), round=number % 250,
                          third=f"third {number // 3}",
                          boxes=str(sorted(parts)[:2]).replace("'", '"'))


def held_by_aws(client):
    """Everything that is there, besides what an account begins with: type to identities."""
    ec2, s3, iam = client("ec2"), client("s3"), client("iam")
    vpcs = [v["VpcId"] for v in ec2.describe_vpcs(
        Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]]
    mine = [{"Name": "vpc-id", "Values": vpcs or ["vpc-none"]}]
    tables = ec2.describe_route_tables(Filters=mine)["RouteTables"]
    live = ["pending", "running", "stopping", "stopped"]
    return {
        "aws.ec2.vpc": vpcs,
        "aws.ec2.subnet": [s["SubnetId"] for s in ec2.describe_subnets(Filters=mine)["Subnets"]],
        "aws.ec2.internet_gateway": [g["InternetGatewayId"] for g in
                                     ec2.describe_internet_gateways()["InternetGateways"]],
        "aws.ec2.route_table": [t["RouteTableId"] for t in tables
                                if not any(a.get("Main") for a in t["Associations"])],
        "aws.ec2.security_group": [g["GroupId"] for g in
                                   ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
                                   if g["GroupName"] != "default"],
        "aws.ec2.instance": [i["InstanceId"] for r in ec2.describe_instances(
            Filters=[{"Name": "instance-state-name", "Values": live}])["Reservations"]
            for i in r["Instances"]],
        "aws.s3.bucket": [b["Name"] for b in s3.list_buckets()["Buckets"]],
        "aws.iam.role": [r["RoleName"] for r in iam.list_roles()["Roles"]],
        "aws.iam.instance_profile": [f["InstanceProfileName"] for f in
                                     iam.list_instance_profiles()["InstanceProfiles"]],
    }


def held_by_docker(p):
    def ids(*args):
        return p.docker(*args).split()

    return {
        "docker.network": ids("network", "ls", "-q", "--no-trunc", "--filter", "type=custom"),
        "docker.volume": ids("volume", "ls", "-q"),
        "docker.container": ids("container", "ls", "-aq", "--no-trunc"),
    }


def expect_peers(ec2, record):
    """The two groups name each other and nobody else."""
    if not record:
        return
    ids = [record[name][2] for name in ("group", "peer")]
    for group, other in (ids, reversed(ids)):
        found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        named = [pair["GroupId"] for rule in found["IpPermissions"]
                 for pair in rule["UserIdGroupPairs"]]
        assert named == [other], f"{group} names {named}, not {other}"


def expect_as_recorded(p, client, number):
    held = {**held_by_aws(client), **held_by_docker(p)}
    record = {}
    for address, (kind, status, ident) in p.record().items():
        assert status == 0, f"round {number}: {address} is not live but {status}"
        record.setdefault(kind, []).append(ident)
    expect_peers(client("ec2"), p.record())
    for kind, found in held.items():
        assert sorted(found) == sorted(record.get(kind, [])), (
            f"round {number}, {kind}: there are {sorted(found)}, "
            f"recorded are {sorted(record.get(kind, []))}")
    notes = sorted(f.name for f in (p.dir / "notes").glob("*")) if record else []
    assert len(notes) == len(record.get("local.file", []))


def test_kill(p):
    kills = int(os.environ.get("STYX_KILLS", "25"))
    seed = int(os.environ.get("STYX_SEED", "1"))
    dice = random.Random(seed)
    client = p.use_aws()
    p.use_docker()
    number, killed = 0, 0
    p.spec(program(0))
    start = time.monotonic()
    while killed < kills:
        child = p.start("apply", "--auto-approve")
        try:
            out, _ = child.communicate(timeout=dice.uniform(0.02, 0.6))
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
            killed += 1
            if dice.random() < 0.75:
                continue
            out = p.apply()
        else:
            assert child.returncode == 0, f"seed {seed}, after {killed} kills:\n{out}"
        expect_as_recorded(p, client, number)
        p.expect_empty_plan()
        number += 1
        p.spec(program(number))
    p.apply()
    expect_as_recorded(p, client, number)
    p.expect_empty_plan()
    p.destroy()
    assert p.record() == {}
    expect_as_recorded(p, client, number)
    print(f"     {killed} kills, {number} rounds, {time.monotonic() - start:.0f} s")
