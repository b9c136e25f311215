"""aws.iam role, policy and instance_profile; checked with boto3."""

from botocore.exceptions import ClientError

from harness import Life

READ = "arn:aws:iam::123456789012:policy/read"
FULL = "arn:aws:iam::123456789012:policy/full"
ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def finder(call, member, **args):
    def find():
        try:
            return call(**args)[member]
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchEntity", error
            return None

    return find


def tags(found):
    return {t["Key"]: t["Value"] for t in found.get("Tags", []) if t["Key"] != "styx:owner"}


def test_role(p):
    iam = p.use_aws()("iam")
    for name in ("read", "full"):
        iam.create_policy(PolicyName=name, PolicyDocument=ALL)
    p.spec(f"""
        resource worker: aws.iam.role {{
          role_name   = "worker"
          description = "first"
          tags        = {{ stage = "one" }}

          assume_role_policy_document = {{
            Statement = [{{
              Effect    = "Allow"
              Principal = {{ Service = "ec2.amazonaws.com" }}
              Action    = "sts:AssumeRole"
            }}]
          }}

          policies = {{
            logs = {{ Statement = [{{ Effect = "Allow", Action = "s3:Put*", Resource = "*" }}] }}
          }}

          managed_policy_arns = ["{READ}"]
        }}

        output arn: string = worker.arn
        """)
    life = Life(p, "worker", finder(iam.get_role, "Role", RoleName="worker"),
                lambda r: r["RoleId"])

    def inline(name):
        return iam.get_role_policy(RoleName="worker", PolicyName=name)["PolicyDocument"]

    def managed():
        found = iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]
        return sorted(f["PolicyArn"] for f in found)

    role = life.begin()
    assert p.outputs() == {"arn": role["Arn"]}
    assert role["Description"] == "first" and role["MaxSessionDuration"] == 3600
    statement = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert inline("logs")["Statement"][0]["Action"] in ("s3:Put*", ["s3:Put*"])
    assert managed() == [READ] and tags(role) == {"stage": "one"}
    p.edit('"s3:Put*"', '["s3:Put*"]')
    p.expect_empty_plan()

    assert life.update('"first"', '"second"', "description")["Description"] == "second"
    role = life.update("description =", "max_session_duration = 2h\n  description =",
                       "max_session_duration")
    assert role["MaxSessionDuration"] == 7200
    role = life.update('"ec2.amazonaws.com"', '["ec2.amazonaws.com", "ecs.amazonaws.com"]',
                       "assume_role_policy_document")
    services = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    assert sorted(services) == ["ec2.amazonaws.com", "ecs.amazonaws.com"]
    life.update(f'["{READ}"]', f'["{FULL}"]', "managed_policy_arns")
    assert managed() == [FULL]
    life.update("policies = {", "policies = {\n    more = { Statement = [{ Effect = \"Deny\", "
                "Action = \"ec2:*\", Resource = \"*\" }] }", "policies")
    assert inline("more")["Statement"][0]["Effect"] == "Deny"
    life.update('stage = "one"', 'step = "two"', "tags")
    assert tags(life.now()) == {"step": "two"}

    iam.detach_role_policy(RoleName="worker", PolicyArn=FULL)
    life.drift("managed_policy_arns")
    assert managed() == [FULL]
    iam.delete_role_policy(RoleName="worker", PolicyName="logs")
    life.drift("policies")
    assert inline("logs")
    iam.update_role(RoleName="worker", Description="by hand", MaxSessionDuration=7200)
    assert life.drift("description")["Description"] == "second"

    life.replace("description =", 'path = "/live/"\n  description =', "path")
    assert life.now()["Path"] == "/live/" and managed() == [FULL]
    for name in ("logs", "more"):
        iam.delete_role_policy(RoleName="worker", PolicyName=name)
    iam.detach_role_policy(RoleName="worker", PolicyArn=FULL)
    iam.delete_role(RoleName="worker")
    life.lost()
    life.end()


def test_instance_profile(p):
    iam = p.use_aws()("iam")
    p.spec("""
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

        resource pass: aws.iam.instance_profile {
          instance_profile_name = "pass"
          role                  = role["one"].id
          tags                  = { stage = "one" }
        }
        """)
    life = Life(p, "pass", finder(iam.get_instance_profile, "InstanceProfile",
                                  InstanceProfileName="pass"), lambda f: f["InstanceProfileId"])

    def roles():
        return [r["RoleName"] for r in life.now()["Roles"]]

    life.begin()
    assert roles() == ["one"] and tags(life.now()) == {"stage": "one"}
    life.update('role["one"].id', 'role["two"].id', "role")
    assert roles() == ["two"]
    iam.remove_role_from_instance_profile(InstanceProfileName="pass", RoleName="two")
    life.drift("role")
    assert roles() == ["two"]
    life.update('stage = "one"', 'stage = "two"', "tags")
    assert tags(life.now()) == {"stage": "two"}
    life.update('role["two"].id', "null", "role")
    assert roles() == []
    life.update("                  = null", "                  = role[\"one\"].id", "role")
    life.replace("tags                  =", 'path = "/live/"\n  tags =', "path")
    assert roles() == ["one"]
    iam.remove_role_from_instance_profile(InstanceProfileName="pass", RoleName="one")
    iam.delete_instance_profile(InstanceProfileName="pass")
    life.lost()
    life.end()
    assert iam.list_roles()["Roles"] == []


def test_policy(p):
    iam = p.use_aws()("iam")
    p.spec("""
        resource read: aws.iam.policy {
          policy_name     = "read-logs"
          tags            = { stage = "one" }
          policy_document = {
            Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }]
          }
        }

        resource worker: aws.iam.role {
          role_name           = "worker"
          managed_policy_arns = [read.id]

          assume_role_policy_document = {
            Statement = [{
              Effect    = "Allow"
              Principal = { Service = "ec2.amazonaws.com" }
              Action    = "sts:AssumeRole"
            }]
          }
        }

        output arn: string = read.id
        """)

    def find():
        found = [f for f in iam.list_policies(Scope="Local")["Policies"]
                 if f["PolicyName"] == "read-logs"]
        return iam.get_policy(PolicyArn=found[0]["Arn"])["Policy"] if found else None

    life = Life(p, "read", find, lambda f: f["PolicyId"])

    def document():
        now = life.now()
        found = iam.get_policy_version(PolicyArn=now["Arn"], VersionId=now["DefaultVersionId"])
        return found["PolicyVersion"]["Document"]["Statement"][0]

    def versions():
        return iam.list_policy_versions(PolicyArn=life.now()["Arn"])["Versions"]

    def attached():
        found = iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]
        return [f["PolicyArn"] for f in found]

    arn = life.begin()["Arn"]
    assert p.outputs() == {"arn": arn} and attached() == [arn]
    assert tags(life.now()) == {"stage": "one"} and document()["Action"] in ("s3:Get*", ["s3:Get*"])
    p.edit('"s3:Get*"', '["s3:Get*"]')
    p.expect_empty_plan()
    for number in range(6):
        action = f"s3:List{number}*"
        life.update('Action = ["s3:', f'Action = ["{action}", "s3:', "policy_document")
        assert action in document()["Action"] and len(versions()) == 1
    life.update('stage = "one"', 'step = "two"', "tags")
    assert tags(life.now()) == {"step": "two"}
    life.update('tags            = { step = "two" }', "", "tags")
    assert tags(life.now()) == {}

    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "who", "Value": "else"}])
    life.drift("tags")
    assert tags(life.now()) == {}
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALL, SetAsDefault=True)
    life.drift("policy_document")
    assert len(document()["Action"]) == 7

    # A policy that a role holds cannot be deleted (moto does it and leaves the role with it).
    p.edit("= [read.id]", "= []")
    p.apply()
    assert attached() == []
    found = life.replace('"read-logs"', '"read-logs"\n  description = "reads"', "description")
    assert found["Description"] == "reads"
    found = life.replace("description =", 'path = "/live/"\n  description =', "path")
    arn = found["Arn"]
    assert arn.endswith("policy/live/read-logs")
    iam.delete_policy(PolicyArn=arn)
    arn = life.lost()["Arn"]
    p.edit("= []", "= [read.id]")
    p.apply()
    assert attached() == [arn]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALL, SetAsDefault=False)
    p.expect_empty_plan()
    life.end()


def test_policy_lookup(p):
    iam = p.use_aws()("iam")
    arn = iam.create_policy(PolicyName="shared", PolicyDocument=ALL)["Policy"]["Arn"]
    iam.create_policy(PolicyName="other", PolicyDocument=ALL)
    p.spec(f"""
        lookup by_arn: aws.iam.policy {{ id = "{arn}" }}
        lookup by_name: aws.iam.policy {{ policy_name = "shared" }}
        output ids: list<string> = [by_arn.id, by_name.id]
        output allows: string = by_name.policy_document.Statement[0].Effect
        """)
    p.apply()
    assert p.outputs() == {"ids": [arn, arn], "allows": "Allow"}
