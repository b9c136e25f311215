"""Every type of aws.ec2, from its first apply to its destroy; checked with boto3."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from harness import Life, has
from recorder import Recorder

OWNER = "styx:owner"


def tags(found):
    return {t["Key"]: t["Value"] for t in found.get("Tags", []) if t["Key"] != OWNER}


def by_tag(client, call, items, **tag):
    """A function that finds the one object with this Name tag."""

    def find():
        answer = getattr(client, call)(Filters=[{"Name": "tag:Name", "Values": [tag["name"]]}])
        found = answer[items]
        assert len(found) <= 1, f"there are {len(found)} named {tag['name']}"
        return found[0] if found else None

    return find


def attribute(ec2, vpc, name):
    answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)
    return answer[name[0].upper() + name[1:]]["Value"]


def test_vpc(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        provider main: aws { default_tags = { project = "live" } }

        resource net: aws.ec2.vpc {
          cidr_block = "10.0.0.0/16"
          tags       = { Name = "net", stage = "one" }
        }

        output group: string = net.default_security_group_id
        output table: string = net.main_route_table_id
        output owner: string = net.owner_id
        """)
    life = Life(p, "net", by_tag(ec2, "describe_vpcs", "Vpcs", name="net"), lambda v: v["VpcId"])
    vpc = life.begin()
    assert vpc["CidrBlock"] == "10.0.0.0/16"
    assert tags(vpc) == {"Name": "net", "stage": "one", "project": "live"}
    out = p.outputs()
    own = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    assert out["group"] == ec2.describe_security_groups(Filters=own)["SecurityGroups"][0]["GroupId"]
    assert out["table"] == ec2.describe_route_tables(Filters=own)["RouteTables"][0]["RouteTableId"]
    assert out["owner"] == "123456789012"

    life.update('stage = "one"', 'stage = "two"', "tags")
    assert tags(life.now())["stage"] == "two"
    life.update(', stage = "two"', "", "tags")
    assert tags(life.now()) == {"Name": "net", "project": "live"}
    life.update('project = "live"', 'project = "next"', "tags")
    assert tags(life.now()) == {"Name": "net", "project": "next"}
    life.update("cidr_block =", "enable_dns_hostnames = true\n  cidr_block =",
                "enable_dns_hostnames")
    assert attribute(ec2, vpc["VpcId"], "enableDnsHostnames") is True
    life.update("enable_dns_hostnames = true", "enable_dns_hostnames = true, "
                "enable_dns_support = false".replace(", ", "\n  "), "enable_dns_support")
    assert attribute(ec2, vpc["VpcId"], "enableDnsSupport") is False

    ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], EnableDnsHostnames={"Value": False})
    life.drift("enable_dns_hostnames")
    assert attribute(ec2, vpc["VpcId"], "enableDnsHostnames") is True
    ec2.create_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "by-hand", "Value": "x"}])
    life.drift("tags")
    assert "by-hand" not in tags(life.now())

    vpc = life.replace('"10.0.0.0/16"', '"10.1.0.0/16"', "cidr_block")
    assert vpc["CidrBlock"] == "10.1.0.0/16"
    ec2.delete_vpc(VpcId=vpc["VpcId"])
    life.lost()
    life.end()


def test_subnet(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }

        resource part: aws.ec2.subnet {
          vpc_id            = net.id
          cidr_block        = "10.0.1.0/24"
          availability_zone = "us-east-1b"
          tags              = { Name = "part" }
        }
        """)
    life = Life(p, "part", by_tag(ec2, "describe_subnets", "Subnets", name="part"),
                lambda s: s["SubnetId"])
    subnet = life.begin()
    assert subnet["AvailabilityZone"] == "us-east-1b"
    life.update("cidr_block        =", "map_public_ip_on_launch = true\n  cidr_block =",
                "map_public_ip_on_launch")
    assert life.now()["MapPublicIpOnLaunch"] is True
    ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": False})
    life.drift("map_public_ip_on_launch")
    assert life.now()["MapPublicIpOnLaunch"] is True
    subnet = life.replace('"us-east-1b"', '"us-east-1c"', "availability_zone")
    assert subnet["AvailabilityZone"] == "us-east-1c"
    subnet = life.replace('"10.0.1.0/24"', '"10.0.2.0/24"', "cidr_block")
    ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    life.lost()
    life.end()


def test_subnet_outside_its_network(p):
    p.use_aws()
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
        resource part: aws.ec2.subnet { vpc_id = net.id, cidr_block = "10.1.1.0/24" }
        """)
    has(p.run("plan", status=1), "E0421", "inside its VPC", "main.styx:3")


def test_defaults_that_cost_a_call_of_their_own(p):
    """Written or not, a value at its default is put right when it was changed outside."""
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource quiet: aws.ec2.vpc { cidr_block = "10.0.0.0/16", tags = { Name = "quiet" } }

        resource loud: aws.ec2.vpc {
          cidr_block           = "10.1.0.0/16"
          enable_dns_support   = true
          enable_dns_hostnames = false
          tags                 = { Name = "loud" }
        }
        """)
    p.apply()
    p.expect_empty_plan()
    for name in ("quiet", "loud"):
        life = Life(p, name, by_tag(ec2, "describe_vpcs", "Vpcs", name=name), lambda v: v["VpcId"])
        vpc = life.now()["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})
        life.drift("enable_dns_support")
        found = ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsSupport")
        assert found["EnableDnsSupport"]["Value"] is True
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        life.drift("enable_dns_hostnames")
        found = ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")
        assert found["EnableDnsHostnames"]["Value"] is False
    p.destroy()


def test_internet_gateway(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource a: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
        resource b: aws.ec2.vpc { cidr_block = "10.1.0.0/16" }

        resource door: aws.ec2.internet_gateway {
          vpc_id = a.id
          tags   = { Name = "door" }
        }

        output a: string = a.id
        output b: string = b.id
        """)
    life = Life(p, "door", by_tag(ec2, "describe_internet_gateways", "InternetGateways",
                                  name="door"), lambda g: g["InternetGatewayId"])

    def attached():
        return [a["VpcId"] for a in life.now()["Attachments"]]

    door = life.begin()["InternetGatewayId"]
    out = p.outputs()
    assert attached() == [out["a"]]
    life.update("vpc_id = a.id", "vpc_id = b.id", "vpc_id")
    assert attached() == [out["b"]]
    ec2.detach_internet_gateway(InternetGatewayId=door, VpcId=out["b"])
    life.drift("vpc_id")
    assert attached() == [out["b"]]
    life.update("vpc_id = b.id", "vpc_id = null", "vpc_id")
    assert attached() == []
    ec2.delete_internet_gateway(InternetGatewayId=door)
    life.lost()
    life.update("vpc_id = null", "vpc_id = a.id", "vpc_id")
    life.end()


def test_route_table(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
        resource door: aws.ec2.internet_gateway { vpc_id = net.id }
        resource other: aws.ec2.vpc { cidr_block = "10.9.0.0/16" }

        resource part: aws.ec2.subnet for name, number in { a = 1, b = 2 } {
          vpc_id     = net.id
          cidr_block = cidr_subnet(net.cidr_block, 8, number)
        }

        resource table: aws.ec2.route_table {
          vpc_id     = net.id
          subnet_ids = [part["a"].id]
          routes     = [{ destination_cidr_block = "0.0.0.0/0", gateway_id = door.id }]
          tags       = { Name = "table" }
        }

        output parts: map<string, string> = { for k, s in part => [k] = s.id }
        """)
    life = Life(p, "table", by_tag(ec2, "describe_route_tables", "RouteTables", name="table"),
                lambda t: t["RouteTableId"])

    def routes():
        return sorted(r["DestinationCidrBlock"] for r in life.now()["Routes"]
                      if r["GatewayId"] != "local")

    def subnets():
        return sorted(a["SubnetId"] for a in life.now()["Associations"] if "SubnetId" in a)

    table = life.begin()["RouteTableId"]
    parts = p.outputs()["parts"]
    assert routes() == ["0.0.0.0/0"] and subnets() == [parts["a"]]
    life.update("gateway_id = door.id }]", "gateway_id = door.id }, "
                '{ destination_cidr_block = "192.0.2.0/24", gateway_id = door.id }]', "routes")
    assert routes() == ["0.0.0.0/0", "192.0.2.0/24"]
    life.update('[part["a"].id]', '[part["b"].id]', "subnet_ids")
    assert subnets() == [parts["b"]]
    life.update('[part["b"].id]', '[for k, s in part => s.id]', "subnet_ids")
    assert subnets() == sorted(parts.values())

    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24")
    life.drift("routes")
    assert routes() == ["0.0.0.0/0", "192.0.2.0/24"]
    link = next(a for a in life.now()["Associations"] if a.get("SubnetId") == parts["a"])
    ec2.disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
    life.drift("subnet_ids")
    assert subnets() == sorted(parts.values())
    life.replace("vpc_id     = net.id\n  subnet_ids = [for k, s in part => s.id]\n"
                 "  routes     = [{ destination_cidr_block = \"0.0.0.0/0\", gateway_id = door.id }, "
                 "{ destination_cidr_block = \"192.0.2.0/24\", gateway_id = door.id }]",
                 "vpc_id = other.id", "vpc_id")
    ec2.delete_route_table(RouteTableId=life.now()["RouteTableId"])
    life.lost()
    life.end()


def rules(ec2, group, is_egress=False):
    found = ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return sorted((r["IpProtocol"], r["FromPort"],
                   r.get("CidrIpv4") or r.get("ReferencedGroupInfo", {}).get("GroupId"))
                  for r in found if r["IsEgress"] == is_egress)


def test_security_group(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }

        resource web: aws.ec2.security_group {
          group_name = "web"
          vpc_id     = net.id
          tags       = { Name = "web" }
          ingress    = [
            { ip_protocol = "tcp", from_port = 80, to_port = 80, cidr_ipv4 = "0.0.0.0/0" }
            { ip_protocol = "6", from_port = 443, to_port = 443, cidr_ipv4 = "10.0.0.0/8" }
          ]
        }
        """)
    life = Life(p, "web", by_tag(ec2, "describe_security_groups", "SecurityGroups", name="web"),
                lambda g: g["GroupId"])
    group = life.begin()["GroupId"]
    assert life.now()["Description"] == "managed by styx"
    assert rules(ec2, group) == [("tcp", 80, "0.0.0.0/0"), ("tcp", 443, "10.0.0.0/8")]
    assert rules(ec2, group, True) == [("-1", -1, "0.0.0.0/0")]

    life.update('from_port = 80, to_port = 80, cidr_ipv4 = "0.0.0.0/0" }',
                'from_port = 80, to_port = 80, cidr_ipv4 = "0.0.0.0/0", description = "all" }',
                "ingress")
    found = life.now()["IpPermissions"]
    assert [r["Description"] for x in found for r in x["IpRanges"] if "Description" in r] == ["all"]
    life.update('cidr_ipv4 = "10.0.0.0/8" }', 'cidr_ipv4 = "10.0.0.0/8" }\n    '
                '{ ip_protocol = "udp", from_port = 53, to_port = 53, cidr_ipv4 = "10.0.0.0/8" }',
                "ingress")
    assert len(rules(ec2, group)) == 3
    life.update("ingress    =", "egress = []\n  ingress    =", "egress")
    assert rules(ec2, group, True) == []

    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22,
                                         CidrIp="0.0.0.0/0")
    life.drift("ingress")
    assert ("tcp", 22, "0.0.0.0/0") not in rules(ec2, group) and len(rules(ec2, group)) == 3
    ec2.revoke_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80,
                                      CidrIp="0.0.0.0/0")
    life.drift("ingress")
    assert ("tcp", 80, "0.0.0.0/0") in rules(ec2, group)

    life.replace("egress = []", 'description = "of the web"\n  egress = []', "description")
    assert life.now()["Description"] == "of the web" and len(rules(ec2, life.now()["GroupId"])) == 3
    ec2.delete_security_group(GroupId=life.now()["GroupId"])
    life.lost()
    life.end()


def peers(ec2, group):
    """The groups that rules of a group let in, and the first ports."""
    answer = ec2.describe_security_groups(GroupIds=[group])
    return sorted((pair["GroupId"], rule["FromPort"])
                  for rule in answer["SecurityGroups"][0]["IpPermissions"]
                  for pair in rule["UserIdGroupPairs"])


def groups(ec2):
    """Our groups, by name."""
    found = ec2.describe_security_groups()["SecurityGroups"]
    return {g["GroupName"]: g["GroupId"] for g in found if g["GroupName"] != "default"}


PAIR = """
    resource web: aws.ec2.security_group {
      group_name = "web"
      ingress    = [
        { ip_protocol = "tcp", from_port = 80, to_port = 80, group_id = app.id }
        { ip_protocol = "tcp", from_port = 81, to_port = 81, cidr_ipv4 = "10.0.0.0/8" }
      ]
    }

    resource app: aws.ec2.security_group {
      group_name = "app"
      ingress    = [{ ip_protocol = "tcp", from_port = 90, to_port = 90, group_id = web.id }]
    }
    """


def test_security_groups_that_name_each_other(p):
    ec2 = p.use_aws()("ec2")
    p.spec(PAIR)
    has(p.run("plan"), r"\+ app", r"\+ web", r"\(after web\.id\)", "plan: 2 to create")
    has(p.run("graph"), "style = dashed")
    p.run("plan", "--out", "saved.plan", status=0)
    p.run("apply", "saved.plan")
    ids = groups(ec2)
    assert set(ids) == {"web", "app"}
    assert peers(ec2, ids["web"]) == [(ids["app"], 80)] and len(rules(ec2, ids["web"])) == 2
    assert peers(ec2, ids["app"]) == [(ids["web"], 90)]
    p.expect_empty_plan()

    p.edit("from_port = 90, to_port = 90", "from_port = 91, to_port = 91")
    p.expect_step("app", "update", "ingress")
    p.apply()
    assert peers(ec2, ids["app"]) == [(ids["web"], 91)] and groups(ec2) == ids

    # One is replaced by another of its name: the other lets go of it first, and turns to the new.
    p.edit('group_name = "app"', 'group_name = "app"\n      description = "new"')
    text = p.run("plan")
    has(text, r"-/\+ app", "~ web", r"\(after app\.id\)", "plan: 1 to update, 1 to replace")
    assert "warning" not in text, text
    with Recorder(p.world.moto()) as calls:
        moto, p.env["AWS_ENDPOINT_URL"] = p.env["AWS_ENDPOINT_URL"], calls.url
        p.apply()
        p.env["AWS_ENDPOINT_URL"] = moto
    changes = [a for a in calls.actions if not a.startswith("Describe")]
    assert changes[:3] == ["RevokeSecurityGroupIngress", "DeleteSecurityGroup",
                           "CreateSecurityGroup"], changes
    new = groups(ec2)
    assert set(new) == {"web", "app"} and new["web"] == ids["web"] and new["app"] != ids["app"]
    assert peers(ec2, new["web"]) == [(new["app"], 80)] and len(rules(ec2, ids["web"])) == 2
    assert peers(ec2, new["app"]) == [(new["web"], 91)]
    p.expect_empty_plan()

    # With another name it is made first: the other turns to the new one, then the old one goes.
    p.edit('group_name = "app"', 'group_name = "app2"')
    has(p.run("plan"), r"\+/- app", "`web` uses it", "~ web", "plan: 1 to update, 1 to replace")
    p.apply()
    after = groups(ec2)
    assert set(after) == {"web", "app2"} and after["web"] == ids["web"]
    assert peers(ec2, after["web"]) == [(after["app2"], 80)] and len(rules(ec2, ids["web"])) == 2
    assert peers(ec2, after["app2"]) == [(after["web"], 91)]
    p.expect_empty_plan()

    # One goes: the other forgets it first.
    text = PAIR[:PAIR.index("resource app")]
    p.spec(text.replace("{ ip_protocol = \"tcp\", from_port = 80, to_port = 80, "
                        "group_id = app.id }", ""))
    p.apply()
    assert groups(ec2) == {"web": ids["web"]} and peers(ec2, ids["web"]) == []
    p.expect_empty_plan()

    p.spec(PAIR)
    p.apply("--target", "app")
    both = groups(ec2)
    assert peers(ec2, both["app"]) == [(both["web"], 90)]
    assert peers(ec2, both["web"]) == [(both["app"], 80)]
    p.expect_empty_plan()
    # EC2 keeps a group that another one's rule names: moto does not.
    with Recorder(p.world.moto()) as calls:
        p.env["AWS_ENDPOINT_URL"] = calls.url
        p.destroy()
    changes = [a for a in calls.actions if not a.startswith("Describe")]
    assert changes == ["RevokeSecurityGroupIngress"] + 2 * ["DeleteSecurityGroup"], changes
    assert groups(ec2) == {}


def test_security_group_that_names_itself(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource own: aws.ec2.security_group {
          group_name = "own"
          ingress    = [{ ip_protocol = "tcp", from_port = 80, to_port = 80, group_id = own.id }]
        }
        """)
    has(p.run("plan"), r"\(after own\.id\)", "plan: 1 to create")
    p.apply()
    group = groups(ec2)["own"]
    assert peers(ec2, group) == [(group, 80)]
    p.expect_empty_plan()
    p.edit('group_name = "own"', 'group_name = "owner"')
    p.expect_step("own", "replace", "group_name")
    p.apply()
    assert set(groups(ec2)) == {"owner"}
    assert peers(ec2, groups(ec2)["owner"]) == [(groups(ec2)["owner"], 80)]
    p.expect_empty_plan()
    p.destroy()


def public_key(comment):
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    text = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{text.decode()} {comment}"


def test_key_pair(p):
    ec2 = p.use_aws()("ec2")
    first, second = public_key("ada@example.com"), public_key("ada@example.com")
    p.spec(f"""
        resource key: aws.ec2.key_pair {{
          key_name   = "ada"
          public_key = "{first}"
          tags       = {{ Name = "ada" }}
        }}

        output id: string = key.id
        """)
    life = Life(p, "key", by_tag(ec2, "describe_key_pairs", "KeyPairs", name="ada"),
                lambda k: k["KeyPairId"])
    assert life.begin()["KeyName"] == "ada"
    assert p.outputs() == {"id": "ada"}
    p.edit("ada@example.com", "grace@example.com")
    p.expect_empty_plan()
    life.update('{ Name = "ada" }', '{ Name = "ada", team = "x" }', "tags")
    assert tags(life.now()) == {"Name": "ada", "team": "x"}
    ec2.delete_tags(Resources=[life.now()["KeyPairId"]], Tags=[{"Key": "team"}])
    life.drift("tags")
    life.replace(first.split()[1], second.split()[1], "public_key")
    found = ec2.describe_key_pairs(KeyNames=["ada"], IncludePublicKey=True)["KeyPairs"][0]
    assert found["PublicKey"].split()[1] == second.split()[1]
    ec2.delete_key_pair(KeyName="ada")
    life.lost()
    life.end()


def test_volume(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource disk: aws.ec2.volume {
          availability_zone = "us-east-1a"
          size              = 10GiB
          volume_type       = "gp2"
          tags              = { Name = "disk" }
        }
        """)
    life = Life(p, "disk", by_tag(ec2, "describe_volumes", "Volumes", name="disk"),
                lambda v: v["VolumeId"])
    assert life.begin()["Size"] == 10
    life.update("10GiB", "20GiB", "size")
    assert life.now()["Size"] == 20
    life.update('"gp2"', '"gp3"', "volume_type")
    assert life.now()["VolumeType"] == "gp3"
    ec2.modify_volume(VolumeId=life.now()["VolumeId"], VolumeType="gp2")
    life.drift("volume_type")
    assert life.now()["VolumeType"] == "gp3"
    assert life.replace("20GiB", "15GiB", "size")["Size"] == 15
    ec2.delete_volume(VolumeId=life.now()["VolumeId"])
    life.lost()
    life.end()


INSTANCE = """
    lookup linux: aws.ec2.image {
      owner_id     = "amazon"
      name         = "amzn2-ami-hvm-*"
      architecture = "x86_64"
    }

    resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
    resource part: aws.ec2.subnet { vpc_id = net.id, cidr_block = "10.0.1.0/24" }

    resource group: aws.ec2.security_group for name in ["a", "b"] {
      group_name = name
      vpc_id     = net.id
    }

    resource role: aws.iam.role for name in ["one", "two"] {
      role_name = name

      assume_role_policy_document = {
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "ec2.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      }
    }

    resource profile: aws.iam.instance_profile for name in ["one", "two"] {
      instance_profile_name = name
      role                  = role[name].id
    }

    resource box: aws.ec2.instance {
      image_id             = linux.id
      instance_type        = "t3.micro"
      subnet_id            = part.id
      security_group_ids   = [group["a"].id]
      iam_instance_profile = profile["one"].id
      user_data            = "#!/bin/sh\\necho one\\n"
      root_volume          = { size = 20GiB, type = "gp3" }
      tags                 = { Name = "box" }
    }

    output address: ip   = box.private_ip_address
    output state: string = box.state
    """


IN_USE = """
    resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
    resource part: aws.ec2.subnet { vpc_id = net.id, cidr_block = "10.0.1.0/24" }

    resource web: aws.ec2.security_group {
      description = "one"
      vpc_id      = net.id
    }

    resource named: aws.ec2.security_group {
      group_name  = "named"
      description = "one"
      vpc_id      = net.id
    }

    lookup linux: aws.ec2.image {
      owner_id     = "amazon"
      name         = "amzn2-ami-hvm-*"
      architecture = "x86_64"
    }

    resource box: aws.ec2.instance {
      image_id           = linux.id
      instance_type      = "t3.micro"
      subnet_id          = part.id
      security_group_ids = [web.id, named.id]
    }
    """


def test_group_in_use_is_replaced(p):
    """EC2 keeps a group that an instance uses: the new one is made first, where its name is free."""
    ec2 = p.use_aws()("ec2")
    p.spec(IN_USE)
    p.apply()
    box = p.record()["box"]

    def groups():
        found = ec2.describe_instances()["Reservations"][0]["Instances"][0]
        return sorted(g["GroupId"] for g in found["SecurityGroups"])

    before = groups()
    p.edit('web: aws.ec2.security_group {\n  description = "one"',
           'web: aws.ec2.security_group {\n  description = "two"')
    assert p.plan() == {"web": "replace", "box": "update"}
    step = next(s for s in p.steps() if s["address"] == "web")
    assert step["create_first"] and "`box` uses it" in step["order"] and "warning" not in step
    has(p.run("plan"), r"\+/- web", "the new one is made first, for `box` uses it")
    p.apply()
    after = groups()
    assert len(after) == 2 and len(set(after) & set(before)) == 1
    gone = (set(before) - set(after)).pop()
    assert gone not in [g["GroupId"] for g in ec2.describe_security_groups()["SecurityGroups"]]
    p.expect_empty_plan()

    p.edit('group_name  = "named"\n  description = "one"',
           'group_name  = "named"\n  description = "two"')
    step = next(s for s in p.steps() if s["address"] == "named")
    assert not step.get("create_first")
    has(step["warning"], "`box` still uses it", "`group_name` stays the same", "leave it out")
    p.edit('group_name  = "named"', 'group_name  = "other"')
    p.apply()
    p.expect_empty_plan()
    assert p.record()["box"] == box
    p.destroy()


def test_instance(p):
    client = p.use_aws()
    ec2 = client("ec2")
    p.spec(INSTANCE)

    def find():
        live = [i for r in ec2.describe_instances(
                    Filters=[{"Name": "tag:Name", "Values": ["box"]}])["Reservations"]
                for i in r["Instances"] if i["State"]["Name"] not in ("terminated", "shutting-down")]
        assert len(live) <= 1
        return live[0] if live else None

    def of(name):
        answer = ec2.describe_instance_attribute(InstanceId=life.now()["InstanceId"],
                                                 Attribute=name)
        return answer[name[0].upper() + name[1:]].get("Value")

    def root():
        return ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id",
                                              "Values": [life.now()["InstanceId"]]}])["Volumes"][0]

    life = Life(p, "box", find, lambda i: i["InstanceId"])
    box = life.begin()
    assert p.outputs() == {"address": box["PrivateIpAddress"], "state": "running"}
    assert box["IamInstanceProfile"]["Arn"].endswith("/one")
    assert [g["GroupName"] for g in box["SecurityGroups"]] == ["a"]
    assert base64.b64decode(of("userData")) == b"#!/bin/sh\necho one\n"
    assert root()["Size"] == 20 and root()["VolumeType"] == "gp3"
    assert b"echo one" not in p.state_bytes()

    assert life.update('"t3.micro"', '"t3.small"', "instance_type")["InstanceType"] == "t3.small"
    assert life.now()["State"]["Name"] == "running"
    life.update('group["a"].id', 'group["b"].id', "security_group_ids")
    assert [g["GroupName"] for g in life.now()["SecurityGroups"]] == ["b"]
    life.update('profile["one"]', 'profile["two"]', "iam_instance_profile")
    # moto goes on showing the old one in the instance itself.
    links = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    assert [x["IamInstanceProfile"]["Arn"].split("/")[-1] for x in links] == ["two"]
    life.update("size = 20GiB", "size = 30GiB", "root_volume")
    assert root()["Size"] == 30
    life.update('{ Name = "box" }', '{ Name = "box", role = "web" }', "tags")
    assert tags(life.now()) == {"Name": "box", "role": "web"}
    life.update("tags                 =", "disable_api_termination = true\n  tags =",
                "disable_api_termination")
    assert of("disableApiTermination") is True
    ec2.modify_instance_attribute(InstanceId=life.now()["InstanceId"],
                                  DisableApiTermination={"Value": False})
    life.drift("disable_api_termination")
    assert of("disableApiTermination") is True
    life.update("disable_api_termination = true", "disable_api_termination = false",
                "disable_api_termination")
    life.update("disable_api_termination = false", "source_dest_check = false",
                "source_dest_check")
    assert of("sourceDestCheck") is False


    box = life.replace("echo one", "echo two", "user_data")
    assert base64.b64decode(of("userData")) == b"#!/bin/sh\necho two\n"
    ec2.terminate_instances(InstanceIds=[box["InstanceId"]])
    life.lost()
    life.end()
    left = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    assert left == [] and client("iam").list_roles()["Roles"] == []


def test_elastic_ip(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        lookup linux: aws.ec2.image {
          owner_id     = "amazon"
          name         = "amzn2-ami-hvm-*"
          architecture = "x86_64"
        }

        resource box: aws.ec2.instance for name in ["a", "b"] {
          image_id      = linux.id
          instance_type = "t3.micro"
        }

        resource address: aws.ec2.elastic_ip {
          instance_id = box["a"].id
          tags        = { Name = "address" }
        }

        output ids: map<string, string> = { for k, b in box => [k] = b.id }
        output ip: ip                   = address.public_ip
        """)
    life = Life(p, "address", by_tag(ec2, "describe_addresses", "Addresses", name="address"),
                lambda a: a["AllocationId"])
    found = life.begin()
    out = p.outputs()
    assert found["InstanceId"] == out["ids"]["a"] and found["PublicIp"] == out["ip"]
    assert life.update('box["a"].id', 'box["b"].id', "instance_id")["InstanceId"] == out["ids"]["b"]
    ec2.disassociate_address(AssociationId=life.now()["AssociationId"])
    assert life.drift("instance_id")["InstanceId"] == out["ids"]["b"]
    assert not life.update('box["b"].id', "null", "instance_id").get("InstanceId")
    ec2.release_address(AllocationId=life.now()["AllocationId"])
    life.lost()
    life.end()


def test_lookups(p):
    client = p.use_aws()
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.5.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    ec2.import_key_pair(KeyName="k", PublicKeyMaterial=public_key("x").encode())
    volume = ec2.create_volume(AvailabilityZone="us-east-1c", Size=3)["VolumeId"]
    image = ec2.describe_images(Owners=["amazon"], Filters=[
        {"Name": "name", "Values": ["amzn2-ami-hvm-*"]}])["Images"]
    image = max(image, key=lambda i: i["CreationDate"])
    box = ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1, SubnetId=subnet,
                            InstanceType="t3.nano")["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")
    client("s3").create_bucket(Bucket="found-it")
    iam = client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument='{"Version": "2012-10-17", '
                    '"Statement": [{"Effect": "Allow", "Principal": {"Service": '
                    '"ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}')
    iam.create_instance_profile(InstanceProfileName="p")
    p.spec(f"""
        lookup image: aws.ec2.image {{ owner_id = "amazon", name = "amzn2-ami-hvm-*" }}
        lookup zone: aws.ec2.availability_zone {{ zone_name = "us-east-1b" }}
        lookup by_id: aws.ec2.vpc {{ id = "{vpc}" }}
        lookup vpc: aws.ec2.vpc {{ cidr_block = "10.5.0.0/16" }}
        lookup subnet: aws.ec2.subnet {{ vpc_id = vpc.id, cidr_block = "10.5.1.0/24" }}
        lookup gateway: aws.ec2.internet_gateway {{ vpc_id = vpc.id }}
        lookup table: aws.ec2.route_table {{ vpc_id = vpc.id }}
        lookup group: aws.ec2.security_group {{ vpc_id = vpc.id, group_name = "g" }}
        lookup key: aws.ec2.key_pair {{ key_name = "k" }}
        lookup volume: aws.ec2.volume {{ availability_zone = "us-east-1c", size = 3GiB }}
        lookup box: aws.ec2.instance {{ subnet_id = subnet.id }}
        lookup address: aws.ec2.elastic_ip {{ public_ip = "{address['PublicIp']}" }}
        lookup bucket: aws.s3.bucket {{ bucket = "found-it" }}
        lookup role: aws.iam.role {{ role_name = "r" }}
        lookup profile: aws.iam.instance_profile {{ instance_profile_name = "p" }}

        output ids: map<string, string> = {{
          image   = image.id
          zone    = zone.zone_id
          by_id   = by_id.cidr_block
          vpc     = vpc.id
          subnet  = subnet.id
          gateway = gateway.id
          table   = table.id
          group   = group.id
          key     = key.key_pair_id
          volume  = volume.id
          box     = box.instance_type
          address = address.id
          bucket  = bucket.arn
          role    = role.arn
          profile = profile.arn
        }}
        """)
    p.apply()
    zone = ec2.describe_availability_zones(ZoneNames=["us-east-1b"])["AvailabilityZones"][0]
    key = ec2.describe_key_pairs(KeyNames=["k"])["KeyPairs"][0]
    found, wanted = p.outputs()["ids"], {
        "image": image["ImageId"], "zone": zone["ZoneId"], "by_id": "10.5.0.0/16", "vpc": vpc,
        "subnet": subnet, "gateway": gateway, "table": table, "group": group,
        "key": key["KeyPairId"], "volume": volume, "box": "t3.nano",
        "address": address["AllocationId"], "bucket": "arn:aws:s3:::found-it",
        "role": "arn:aws:iam::123456789012:role/r",
        "profile": "arn:aws:iam::123456789012:instance-profile/p"}
    assert found == wanted, [(k, found.get(k), v) for k, v in wanted.items() if found.get(k) != v]
    p.expect_empty_plan()
    assert ec2.describe_instances(InstanceIds=[box])["Reservations"]

    p.spec('lookup v: aws.ec2.vpc { cidr_block = "10.77.0.0/16" }\noutput v: string = v.id\n')
    has(p.run("plan", status=1), "E1209", "main.styx:1", "10.77.0.0/16")
    p.spec('lookup v: aws.ec2.subnet { availability_zone = "us-east-1a" }\n'
           'resource w: aws.ec2.subnet { vpc_id = v.vpc_id, cidr_block = "172.31.200.0/24" }\n')
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.5.2.0/24", AvailabilityZone="us-east-1a")
    has(p.run("plan", status=1), "E1210", "main.styx:1")


def test_for_is_keyed(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }

        resource part: aws.ec2.subnet for name, number in { a = 1, b = 2, c = 3 } {
          vpc_id     = net.id
          cidr_block = cidr_subnet(net.cidr_block, 8, number)
          tags       = { Name = "part-${name}" }
        }
        """)
    p.apply()

    def ranges():
        found = ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["part-*"]}])
        return sorted(s["CidrBlock"] for s in found["Subnets"])

    assert ranges() == ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
    p.edit("c = 3", "c = 3, d = 4")
    p.expect_step('part["d"]', "create")
    p.apply()
    p.edit("a = 1, ", "")
    p.expect_step('part["a"]', "destroy")
    p.apply()
    assert ranges() == ["10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24"]
    p.expect_empty_plan()


def test_nat_gateway(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
        resource door: aws.ec2.internet_gateway { vpc_id = net.id }

        resource part: aws.ec2.subnet for name, number in { a = 1, b = 2 } {
          vpc_id     = net.id
          cidr_block = cidr_subnet(net.cidr_block, 8, number)
        }

        resource address: aws.ec2.elastic_ip for name in ["one", "two"] {
          tags = { Name = name }
        }

        resource out: aws.ec2.nat_gateway {
          subnet_id     = part["a"].id
          allocation_id = address["one"].id
          tags          = { Name = "out" }
        }

        resource inner: aws.ec2.route_table {
          vpc_id = net.id
          routes = [{ destination_cidr_block = "0.0.0.0/0", nat_gateway_id = out.id }]
          tags   = { Name = "inner" }
        }

        output ip: ip?           = out.public_ip
        output one: ip           = address["one"].public_ip
        output two: ip           = address["two"].public_ip
        output a: string         = part["a"].id
        output b: string         = part["b"].id
        """)

    def find():
        found = [n for n in ec2.describe_nat_gateways(
                     Filters=[{"Name": "tag:Name", "Values": ["out"]}])["NatGateways"]
                 if n["State"] not in ("deleted", "deleting")]
        assert len(found) <= 1
        return found[0] if found else None

    def route():
        table = by_tag(ec2, "describe_route_tables", "RouteTables", name="inner")()
        return [r["NatGatewayId"] for r in table["Routes"] if "NatGatewayId" in r]

    life = Life(p, "out", find, lambda n: n["NatGatewayId"])
    nat = life.begin()
    out = p.outputs()
    assert nat["SubnetId"] == out["a"] and nat["ConnectivityType"] == "public"
    assert nat["NatGatewayAddresses"][0]["PublicIp"] == out["ip"] == out["one"]
    assert route() == [nat["NatGatewayId"]]
    life.update('{ Name = "out" }', '{ Name = "out", team = "x" }', "tags")
    assert tags(life.now()) == {"Name": "out", "team": "x"}
    ec2.delete_tags(Resources=[nat["NatGatewayId"]], Tags=[{"Key": "team"}])
    life.drift("tags")
    assert tags(life.now()) == {"Name": "out", "team": "x"}

    def replaced(old, new, path):
        p.edit(old, new)
        rows = {r["address"]: r["action"] for r in p.steps()}
        assert rows == {"out": "replace", "inner": "update"}, rows
        has(p.run("plan"), path, "replaces|cannot be changed in place")
        before = life.now()["NatGatewayId"]
        p.apply()
        p.expect_empty_plan()
        assert life.now()["NatGatewayId"] != before and route() == [life.now()["NatGatewayId"]]
        return life.now()

    nat = replaced('address["one"].id', 'address["two"].id', "allocation_id")
    assert nat["NatGatewayAddresses"][0]["PublicIp"] == out["two"]
    nat = replaced('allocation_id = address["two"].id', 'connectivity_type = "private"',
                   "connectivity_type")
    assert nat["ConnectivityType"] == "private"
    # moto keeps an address that was given to a gateway, so this comes after the addresses.
    nat = replaced('part["a"].id\n  conn', 'part["b"].id\n  conn', "subnet_id")
    assert nat["SubnetId"] == out["b"]
    p.edit('connectivity_type = "private"', 'connectivity_type = "public"')
    has(p.run("plan", status=1), "E0421", "a public one needs an address")
    p.edit('connectivity_type = "public"', 'connectivity_type = "private"')
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    assert find() is None
    p.expect_drift("out", "was destroyed outside")
    rows = {r["address"]: r["action"] for r in p.steps()}
    assert rows == {"out": "create", "inner": "update"}, rows
    p.apply()
    p.expect_empty_plan()
    assert route() == [life.now()["NatGatewayId"]]

    p.write("other/main.styx", f"""
lookup nat: aws.ec2.nat_gateway {{ subnet_id = "{out['b']}", state = "available" }}
output id: string = nat.id
""")
    has(p.run("apply", "--auto-approve", "other"), life.now()["NatGatewayId"])
    life.end()
