"""aws.s3.bucket, with all that hangs on a bucket; checked with boto3."""

import json
import re

from botocore.exceptions import ClientError

from harness import Life, has
from recorder import Recorder

OWNER = "styx:owner"


def bucket_life(p, s3, address, name):
    def find():
        found = [b for b in s3.list_buckets()["Buckets"] if b["Name"] == name]
        return found[0] if found else None

    return Life(p, address, find, lambda b: b["CreationDate"])


def tags(s3, name):
    found = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    return {t["Key"]: t["Value"] for t in found if t["Key"] != OWNER}


def absent(call, **args):
    try:
        call(**args)
    except ClientError:
        return True
    return False


def test_bucket(p):
    s3 = p.use_aws()("s3")
    p.spec("""
        resource logs: aws.s3.bucket {
          bucket     = "live-logs"
          versioning = "Enabled"
          tags       = { stage = "one" }
        }

        output arn: string = logs.arn
        """)
    life = bucket_life(p, s3, "logs", "live-logs")
    has(p.run("plan"), r"arn = \"arn:aws:s3:::live-logs\"")
    life.begin()
    assert p.outputs() == {"arn": "arn:aws:s3:::live-logs"}
    assert tags(s3, "live-logs") == {"stage": "one"}
    assert s3.get_bucket_versioning(Bucket="live-logs")["Status"] == "Enabled"
    block = s3.get_public_access_block(Bucket="live-logs")["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4
    rule = s3.get_bucket_encryption(Bucket="live-logs")["ServerSideEncryptionConfiguration"]
    rule = rule["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule["SSEAlgorithm"] == "AES256"

    life.update('stage = "one"', 'stage = "two", team = "x"', "tags")
    assert tags(s3, "live-logs") == {"stage": "two", "team": "x"}
    life.update("tags       =", "public_access_block = { block_public_policy = false }\n  tags =",
                "public_access_block")
    block = s3.get_public_access_block(Bucket="live-logs")["PublicAccessBlockConfiguration"]
    assert block == {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False,
                     "RestrictPublicBuckets": True}
    life.update("public_access_block =", 'encryption = { sse_algorithm = "aws:kms" }\n'
                "  public_access_block =", "encryption")
    rule = s3.get_bucket_encryption(Bucket="live-logs")["ServerSideEncryptionConfiguration"]
    rule = rule["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule["SSEAlgorithm"] == "aws:kms"
    life.update("encryption =", 'object_ownership = "ObjectWriter"\n  encryption =',
                "object_ownership")
    found = s3.get_bucket_ownership_controls(Bucket="live-logs")["OwnershipControls"]["Rules"]
    assert found == [{"ObjectOwnership": "ObjectWriter"}]

    s3.put_bucket_versioning(Bucket="live-logs", VersioningConfiguration={"Status": "Suspended"})
    life.drift("versioning")
    assert s3.get_bucket_versioning(Bucket="live-logs")["Status"] == "Enabled"
    s3.put_bucket_tagging(Bucket="live-logs", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    life.drift("tags")
    assert tags(s3, "live-logs") == {"stage": "two", "team": "x"}
    s3.delete_public_access_block(Bucket="live-logs")
    life.drift("public_access_block")

    p.edit('versioning = "Enabled"', 'versioning = "Disabled"')
    has(p.run("plan", status=1), "E0421", "suspend it instead")
    p.edit('versioning = "Disabled"', 'versioning = "Enabled"')
    s3.delete_bucket(Bucket="live-logs")
    life.lost()
    assert tags(s3, "live-logs") == {"stage": "two", "team": "x"}
    life.end()


def test_bucket_that_says_nothing(p):
    """What a bucket is by default is kept, too."""
    s3 = p.use_aws()("s3")
    p.spec('resource logs: aws.s3.bucket { bucket = "live-quiet" }\n')
    life = bucket_life(p, s3, "logs", "live-quiet")
    life.begin()
    s3.delete_public_access_block(Bucket="live-quiet")
    life.drift("public_access_block")
    block = s3.get_public_access_block(Bucket="live-quiet")["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4
    s3.put_bucket_policy(Bucket="live-quiet", Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::live-quiet/*"}]}))
    life.drift("policy")
    assert absent(s3.get_bucket_policy, Bucket="live-quiet")
    s3.put_bucket_encryption(Bucket="live-quiet", ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    life.drift("encryption")
    s3.put_bucket_versioning(Bucket="live-quiet", VersioningConfiguration={"Status": "Enabled"})
    p.expect_drift("logs", "versioning")
    p.expect_empty_plan()
    p.apply()
    has(p.run("drift"), "nothing changed outside")
    p.edit('"live-quiet"', '"live-quiet", versioning = "Disabled"')
    has(p.run("plan", status=1), "E0421", "suspend it instead")
    life.update('versioning = "Disabled"', 'versioning = "Suspended"', "versioning")
    assert s3.get_bucket_versioning(Bucket="live-quiet")["Status"] == "Suspended"
    p.edit('versioning = "Suspended"', 'versioning = "Disabled"')
    has(p.run("plan", status=1), "E0421", "suspend it instead")
    p.edit(', versioning = "Disabled"', "")
    p.expect_empty_plan()
    life.end()


def test_bucket_policy(p):
    s3 = p.use_aws()("s3")
    p.spec("""
        resource site: aws.s3.bucket {
          bucket = "live-site"
          policy = {
            Statement = [{
              Sid       = "Read"
              Effect    = "Allow"
              Principal = { AWS = "arn:aws:iam::123456789012:root" }
              Action    = "s3:GetObject"
              Resource  = "arn:aws:s3:::live-site/*"
            }]
          }
        }
        """)
    life = bucket_life(p, s3, "site", "live-site")
    life.begin()

    def policy():
        return json.loads(s3.get_bucket_policy(Bucket="live-site")["Policy"])

    assert policy()["Version"] == "2012-10-17"
    assert policy()["Statement"][0]["Action"] in ("s3:GetObject", ["s3:GetObject"])
    p.edit('"s3:GetObject"', '["s3:GetObject"]')
    p.expect_empty_plan()
    text = policy()
    text["Statement"][0]["Action"] = ["s3:GetObject"]
    s3.put_bucket_policy(Bucket="live-site", Policy=json.dumps(text, indent=3))
    p.expect_empty_plan()
    life.update('["s3:GetObject"]', '["s3:PutObject", "s3:GetObject"]', "policy")
    assert sorted(policy()["Statement"][0]["Action"]) == ["s3:GetObject", "s3:PutObject"]
    text["Statement"][0]["Action"] = ["s3:GetObject", "s3:PutObject"]
    s3.put_bucket_policy(Bucket="live-site", Policy=json.dumps(text))
    p.expect_empty_plan()
    text["Statement"][0]["Effect"] = "Deny"
    s3.put_bucket_policy(Bucket="live-site", Policy=json.dumps(text))
    life.drift("policy")
    assert policy()["Statement"][0]["Effect"] == "Allow"
    s3.delete_bucket_policy(Bucket="live-site")
    life.drift("policy")
    p.spec('resource site: aws.s3.bucket { bucket = "live-site" }\n')
    p.expect_step("site", "update", "policy")
    p.apply()
    p.expect_empty_plan()
    assert absent(s3.get_bucket_policy, Bucket="live-site")
    life.end()


def test_bucket_of_another_region(p):
    s3 = p.use_aws()("s3")
    p.spec("""
        provider main: aws { region = "eu-west-1" }
        resource far: aws.s3.bucket { bucket = "live-far" }
        """)
    life = bucket_life(p, s3, "far", "live-far")
    life.begin()
    assert s3.get_bucket_location(Bucket="live-far")["LocationConstraint"] == "eu-west-1"
    life.end()


class Regions(Recorder):
    """S3 as it answers calls for a bucket that were sent to, and signed for, another region than the
    bucket's: with a redirect that names the right one."""

    def __init__(self, upstream, home):
        super().__init__(upstream)
        self.home = home  # bucket -> its region
        self.sent = []    # (method, region it was signed for, whether it was passed on)

    def judge(self, method, path, headers):
        bucket = path.lstrip("/").split("/")[0].split("?")[0]
        region = re.search(r"Credential=[^/]+/\d+/([^/]*)/s3/", headers["Authorization"])[1]
        right = self.home.get(bucket, region)
        self.sent.append((method, region, right == region))
        if right == region:
            return None
        told = [("x-amz-bucket-region", right)]
        if method == "HEAD":
            return 400 if len(self.sent) % 2 else 301, told, b""
        if method == "GET":
            return 301, told, (
                '<?xml version="1.0"?><Error><Code>PermanentRedirect</Code><Message>The bucket you '
                'are attempting to access must be addressed using the specified endpoint.</Message>'
                f'<Endpoint>{bucket}.s3.{right}.amazonaws.com</Endpoint><Bucket>{bucket}</Bucket>'
                '<RequestId>4442587FB7D0A2F9</RequestId></Error>').encode()
        return 400, [], (
            '<?xml version="1.0"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>The '
            f"authorization header is malformed; the region '{region}' is wrong; expecting "
            f"'{right}'</Message><Region>{right}</Region><RequestId>5AE0</RequestId></Error>"
        ).encode()


def test_bucket_that_a_redirect_leads_to(p):
    s3 = p.use_aws()("s3")
    home = {}
    with Regions(p.world.moto(), home) as server:
        p.env["AWS_ENDPOINT_URL"] = server.url
        p.spec("""
            resource far: aws.s3.bucket { bucket = "live-moved", tags = { stage = "one" } }
            """)
        p.apply()
        s3.delete_bucket(Bucket="live-moved")
        s3.create_bucket(Bucket="live-moved",
                         CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        home["live-moved"] = "eu-west-1"
        server.sent.clear()
        p.expect_drift("far", "bucket_region", "public_access_block")
        assert ("HEAD", "us-east-1", False) in server.sent, server.sent
        assert ("HEAD", "eu-west-1", True) in server.sent, server.sent
        p.expect_step("far", "update", "public_access_block")
        p.edit('"one"', '"two"')
        p.apply()
        assert tags(s3, "live-moved") == {"stage": "two"}
        assert all(s3.get_public_access_block(Bucket="live-moved")[
            "PublicAccessBlockConfiguration"].values())
        p.expect_empty_plan()
        p.spec("""
            lookup other: aws.s3.bucket { bucket = "live-moved" }
            output region: string = other.bucket_region
            """)
        p.run("state", "rm", "--auto-approve", "far")
        p.apply()
        assert p.outputs() == {"region": "eu-west-1"}

        # Its successor is made where the program says, and destroyed where it is.
        home["live-second"] = "ap-south-1"
        s3.create_bucket(Bucket="live-second",
                         CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        p.spec('lookup other: aws.s3.bucket { bucket = "live-second" }\n')
        p.plan()
        del home["live-second"]
        s3.delete_bucket(Bucket="live-second")
        p.spec('resource near: aws.s3.bucket { bucket = "live-second" }\n')
        p.apply()
        home["live-second"] = "us-west-2"
        server.sent.clear()
        p.destroy()
        assert ("DELETE", "us-west-2", True) in server.sent, server.sent
        # A server that sends us in a circle.
        home["live-round"] = "eu-west-1"
        server.judge = lambda method, path, headers: (
            400, [("x-amz-bucket-region", "us-east-1" if "/eu-west-1/" in headers["Authorization"]
                   else "eu-west-1")], b"")
        p.spec('lookup other: aws.s3.bucket { bucket = "live-round" }\n')
        has(p.run("plan", status=1), "E1302", "HTTP 400")


def test_bucket_with_objects(p):
    s3 = p.use_aws()("s3")
    p.spec("""
        resource full: aws.s3.bucket {
          bucket     = "live-full"
          versioning = "Enabled"
        }
        """)
    p.apply()
    for number in range(30):
        s3.put_object(Bucket="live-full", Key=f"o{number % 7} & <x>", Body=b"x")
    s3.delete_object(Bucket="live-full", Key="o1 & <x>")
    has(p.run("destroy", "--auto-approve", status=1), "E1312", "full", "BucketNotEmpty")
    assert list(p.record()) == ["full"]
    p.edit('versioning = "Enabled"', 'versioning = "Enabled"\n  force_destroy = true')
    p.apply()
    p.destroy()
    assert s3.list_buckets()["Buckets"] == []
    assert p.record() == {}


def test_bucket_of_somebody_else(p):
    s3 = p.use_aws()("s3")
    s3.create_bucket(Bucket="live-taken")
    p.spec('resource taken: aws.s3.bucket { bucket = "live-taken" }\n')
    has(p.run("apply", "--auto-approve", status=1), "E1311", "live-taken")
    s3.head_bucket(Bucket="live-taken")
    assert absent(s3.get_bucket_tagging, Bucket="live-taken")
