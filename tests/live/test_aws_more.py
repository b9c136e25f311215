"""Attributes of the AWS types that the lives of the objects do not touch: set, changed, unset, found
changed outside; checked with boto3."""

import base64

import time

from harness import wait_for, Life
from test_aws_ec2 import by_tag, tags

IMAGE = """
    lookup linux: aws.ec2.image {
      owner_id     = "amazon"
      name         = "amzn2-ami-hvm-*"
      architecture = "x86_64"
    }
    """


def boxes(ec2):
    def find():
        live = [i for r in ec2.describe_instances(
                    Filters=[{"Name": "tag:Name", "Values": ["box"]}])["Reservations"]
                for i in r["Instances"] if i["State"]["Name"] not in ("terminated", "shutting-down")]
        return live[0] if live else None

    return find


def test_instance_options(p):
    ec2 = p.use_aws()("ec2")
    p.spec(IMAGE + """
    resource box: aws.ec2.instance {
      image_id         = linux.id
      instance_type    = "t3.micro"
      user_data_base64 = "aGVsbG8="
      monitoring       = true
      metadata_options = { http_put_response_hop_limit = 2 }
      tags             = { Name = "box" }
    }
    """)
    life = Life(p, "box", boxes(ec2), lambda i: i["InstanceId"])
    box = life.begin()

    def of(name):
        return ec2.describe_instance_attribute(
            InstanceId=life.now()["InstanceId"], Attribute=name)[name[0].upper() + name[1:]]["Value"]

    assert base64.b64decode(of("userData")) == b"hello"
    assert box["Monitoring"]["State"] in ("enabled", "pending")
    assert box["MetadataOptions"]["HttpTokens"] == "required"
    assert box["MetadataOptions"]["HttpPutResponseHopLimit"] == 2
    box = life.update("hop_limit = 2 }", 'hop_limit = 3, http_tokens = "optional" }',
                      "metadata_options")
    assert box["MetadataOptions"]["HttpTokens"] == "optional"
    assert box["MetadataOptions"]["HttpPutResponseHopLimit"] == 3
    ec2.modify_instance_metadata_options(InstanceId=box["InstanceId"], HttpTokens="required")
    assert life.drift("metadata_options")["MetadataOptions"]["HttpTokens"] == "optional"
    box = life.update("metadata_options =", "# metadata_options =", "metadata_options")
    assert box["MetadataOptions"]["HttpTokens"] == "required"
    # moto has neither MonitorInstances nor UnmonitorInstances, so `monitoring` stays as it is.
    life.replace('"aGVsbG8="', '"aGVsbG8h"', "user_data_base64")
    assert base64.b64decode(of("userData")) == b"hello!"
    life.end()


def test_volume_options(p):
    ec2 = p.use_aws()("ec2")
    first = ec2.create_volume(AvailabilityZone="us-east-1a", Size=5)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=first)["SnapshotId"]
    p.spec(f"""
        resource disk: aws.ec2.volume {{
          availability_zone = "us-east-1a"
          snapshot_id       = "{snapshot}"
          size              = 10GiB
          volume_type       = "gp3"
          iops              = 4000
          throughput        = 200
          encrypted         = true
          tags              = {{ Name = "disk" }}
        }}
        """)
    life = Life(p, "disk", by_tag(ec2, "describe_volumes", "Volumes", name="disk"),
                lambda v: v["VolumeId"])
    disk = life.begin()
    assert disk["SnapshotId"] == snapshot and disk["Encrypted"] is True
    assert disk["Iops"] == 4000 and disk["Throughput"] == 200
    disk = life.update("4000", "5000", "iops")
    assert disk["Iops"] == 5000
    disk = life.update("= 200", "= 250", "throughput")
    assert disk["Throughput"] == 250
    # Unset, both are as they are.
    p.edit("  iops              = 5000\n", "")
    p.expect_empty_plan()
    disk = life.replace("encrypted         = true", "encrypted         = false", "encrypted")
    assert disk["Encrypted"] is False
    life.replace('"us-east-1a"', '"us-east-1b"', "availability_zone")
    life.end()


def test_network_options(p):
    ec2 = p.use_aws()("ec2")
    p.spec("""
        resource net: aws.ec2.vpc {
          cidr_block = "10.0.0.0/16"
          tags       = { Name = "net" }
        }

        resource part: aws.ec2.subnet {
          vpc_id                  = net.id
          cidr_block              = "10.0.1.0/24"
          map_public_ip_on_launch = true
          tags                    = { Name = "part" }
        }
        """)
    life = Life(p, "part", by_tag(ec2, "describe_subnets", "Subnets", name="part"),
                lambda s: s["SubnetId"])
    life.begin()
    part = life.update("map_public_ip_on_launch = true",
                       "map_public_ip_on_launch = true\n  assign_ipv6_address_on_creation = true",
                       "assign_ipv6_address_on_creation")
    assert part["AssignIpv6AddressOnCreation"] is True
    part = life.update("  assign_ipv6_address_on_creation = true", "",
                       "assign_ipv6_address_on_creation")
    assert part["AssignIpv6AddressOnCreation"] is False
    part = life.update("map_public_ip_on_launch = true", "", "map_public_ip_on_launch")
    assert part["MapPublicIpOnLaunch"] is False
    ec2.modify_subnet_attribute(SubnetId=part["SubnetId"], MapPublicIpOnLaunch={"Value": True})
    assert life.drift("map_public_ip_on_launch")["MapPublicIpOnLaunch"] is False
    life.update('tags                    = { Name = "part" }', 'tags = { Name = "part", a = "b" }',
                "tags")
    assert tags(life.now()) == {"Name": "part", "a": "b"}
    p.edit("tags       =", 'instance_tenancy = "dedicated"\n  tags =')
    rows = {r["address"]: r["action"] for r in p.steps()}
    assert rows == {"net": "replace", "part": "replace"}, rows
    p.apply()
    p.expect_empty_plan()
    net = by_tag(ec2, "describe_vpcs", "Vpcs", name="net")()
    assert net["InstanceTenancy"] == "dedicated"
    life.end()


def test_address_of_an_interface(p):
    ec2 = p.use_aws()("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    cards = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
             for _ in range(2)]
    p.spec(f"""
        resource address: aws.ec2.elastic_ip {{
          network_interface_id = "{cards[0]}"
          tags                 = {{ Name = "address" }}
        }}
        """)
    life = Life(p, "address", by_tag(ec2, "describe_addresses", "Addresses", name="address"),
                lambda a: a["AllocationId"])
    assert life.begin()["NetworkInterfaceId"] == cards[0]
    found = life.update(cards[0], cards[1], "network_interface_id")
    assert found["NetworkInterfaceId"] == cards[1]
    ec2.disassociate_address(AssociationId=found["AssociationId"])
    assert life.drift("network_interface_id")["NetworkInterfaceId"] == cards[1]
    life.end()


def test_role_boundary(p):
    iam = p.use_aws()("iam")
    p.spec("""
        resource limit: aws.iam.policy for name in ["one", "two"] {
          policy_name     = name
          policy_document = {
            Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
          }
        }

        resource worker: aws.iam.role {
          role_name            = "worker"
          permissions_boundary = limit["one"].id

          assume_role_policy_document = {
            Statement = [{
              Effect    = "Allow"
              Principal = { Service = "ec2.amazonaws.com" }
              Action    = "sts:AssumeRole"
            }]
          }
        }
        """)

    def find():
        found = [r for r in iam.list_roles()["Roles"] if r["RoleName"] == "worker"]
        return iam.get_role(RoleName="worker")["Role"] if found else None

    def bound(role):
        arn = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "/")
        return arn.split("/")[-1]

    life = Life(p, "worker", find, lambda r: r["RoleId"])
    assert bound(life.begin()) == "one"
    assert bound(life.update('limit["one"]', 'limit["two"]', "permissions_boundary")) == "two"
    iam.delete_role_permissions_boundary(RoleName="worker")
    assert bound(life.drift("permissions_boundary")) == "two"
    assert bound(life.update('permissions_boundary = limit["two"].id', "",
                             "permissions_boundary")) == ""
    life.end()


def test_bucket_options(p):
    s3 = p.use_aws()("s3")
    p.spec("""
        resource logs: aws.s3.bucket {
          bucket          = "live-options"
          lifecycle_rules = [{
            ID         = "old"
            Status     = "Enabled"
            Filter     = { Prefix = "logs/" }
            Expiration = { Days = 30 }
          }]
        }
        """)

    def find():
        found = [b for b in s3.list_buckets()["Buckets"] if b["Name"] == "live-options"]
        return found[0] if found else None

    def days():
        found = s3.get_bucket_lifecycle_configuration(Bucket="live-options")["Rules"]
        return [r["Expiration"]["Days"] for r in found]

    life = Life(p, "logs", find, lambda b: b["CreationDate"])
    life.begin()
    assert days() == [30]
    life.update("Days = 30", "Days = 60", "lifecycle_rules")
    assert days() == [60]
    s3.delete_bucket_lifecycle(Bucket="live-options")
    life.drift("lifecycle_rules")
    assert days() == [60]
    p.spec('resource logs: aws.s3.bucket { bucket = "live-options" }\n')
    p.expect_step("logs", "update", "lifecycle_rules")
    p.apply()
    p.expect_empty_plan()
    made = int(time.time())  # a bucket is told from its successor by a date in seconds
    wait_for("the next second", lambda: int(time.time()) > made)
    life.replace('"live-options"', '"live-options", object_lock_enabled_for_bucket = true',
                 "object_lock_enabled_for_bucket")
    found = s3.get_object_lock_configuration(Bucket="live-options")["ObjectLockConfiguration"]
    assert found["ObjectLockEnabled"] == "Enabled"
    assert s3.get_bucket_versioning(Bucket="live-options")["Status"] == "Enabled"
    life.end()
