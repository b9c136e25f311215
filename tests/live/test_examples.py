"""Every example runs as it stands: apply, an empty plan, drift, destroy; checked with other clients."""

from harness import has


def test_hello(p):
    p.copy("hello")
    has(p.run("plan"), r"greeting", r"card\[\"ada\"\]")
    p.apply()
    text = (p.dir / "out/hello.txt").read_text()
    has(text, r"^Hello, world!\nThis is card number [0-9a-f]{8}\.\n$")
    assert (p.dir / "out/cards/grace.txt").exists()
    p.expect_empty_plan()
    has(p.run("drift"), "no drift|nothing")
    (p.dir / "out/hello.txt").write_text("changed by hand\n")
    p.run("drift", status=2)
    p.apply()
    assert (p.dir / "out/hello.txt").read_text() == text
    (p.dir / "out/cards/ada.txt").unlink()
    p.expect_plan({'card["ada"]': "create", "summary": "update"})
    has(p.run("plan"), "summary.*may change")
    p.apply()
    p.expect_empty_plan()
    p.run("destroy", "--auto-approve")
    assert not (p.dir / "out/hello.txt").exists()
    p.expect_plan({'card["ada"]': "create", 'card["grace"]': "create", "greeting": "create",
                   "serial": "create", "summary": "create"})


def test_docker_web(p):
    p.use_docker()
    p.copy("docker-web")
    p.apply()
    assert p.docker("inspect", "-f", "{{.State.Health.Status}}", "styx-web") == "healthy"
    has(p.docker("exec", "styx-visitor", "wget", "-q", "-O", "-", "http://styx-web:8080/"),
        "Hello from Styx")
    p.expect_empty_plan()
    p.docker("rm", "-f", "styx-visitor")
    has(p.run("drift", status=2), "visitor")
    p.expect_plan({"visitor": "create"})
    p.apply()
    assert p.docker("inspect", "-f", "{{.State.Running}}", "styx-visitor") == "true"
    p.expect_empty_plan()
    p.run("destroy", "--auto-approve")
    assert p.docker("container", "ls", "-aq") == ""
    assert p.docker("volume", "ls", "-q") == ""


def test_aws_network(p):
    client = p.use_aws()
    p.copy("aws-network")
    p.apply()
    ec2 = client("ec2")
    out = p.outputs()
    vpc = ec2.describe_vpcs(VpcIds=[out["vpc"]])["Vpcs"][0]
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [out["vpc"]]}])["Subnets"]
    assert sorted(s["CidrBlock"] for s in subnets) == ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
    assert all({"Key": "project", "Value": "styx-demo"} in s["Tags"] for s in subnets)
    groups = ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["styx-demo-web"]}])["SecurityGroups"]
    assert sorted(r["FromPort"] for r in groups[0]["IpPermissions"]) == [80, 443]
    s3 = client("s3")
    assert s3.get_bucket_versioning(Bucket="styx-demo-logs")["Status"] == "Enabled"
    iam = client("iam")
    profile = iam.get_instance_profile(InstanceProfileName="styx-demo-web")["InstanceProfile"]
    assert profile["Roles"][0]["RoleName"] == "styx-demo-web"
    found = ec2.describe_instances()["Reservations"][0]["Instances"][0]
    assert found["State"]["Name"] == "running"
    assert found["PrivateIpAddress"] == out["address"]
    p.expect_empty_plan()
    has(p.run("drift"), "no drift|nothing")

    s3.delete_bucket_policy(Bucket="styx-demo-logs")
    s3.put_bucket_versioning(Bucket="styx-demo-logs",
                             VersioningConfiguration={"Status": "Suspended"})
    has(p.run("drift", status=2), "logs", "versioning")
    p.expect_plan({"logs": "update"})
    p.apply()
    assert s3.get_bucket_versioning(Bucket="styx-demo-logs")["Status"] == "Enabled"
    p.expect_empty_plan()

    s3.put_object(Bucket="styx-demo-logs", Key="a", Body=b"x")
    p.run("destroy", "--auto-approve")
    assert s3.list_buckets()["Buckets"] == []
    left = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    assert left == []
