"""Where AWS credentials come from, which endpoint is called, and what goes wrong; a recording server
between Styx and moto sees what each call was signed with."""

import datetime
import ipaddress
import json
import os
import ssl
import subprocess
import sys
import urllib.request

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from harness import free_port, has, wait_for
from recorder import Recorder

SPEC = 'lookup zone: aws.ec2.availability_zone { zone_name = "us-east-1a" }\n' \
       'output zone: string = zone.id\n'
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_REGION")


def recording(p):
    """Points Styx to a recorder, without any credentials."""
    p.use_aws()
    recorder = Recorder(p.world.moto())
    for name in KEYS:
        del p.env[name]
    p.env.update({"AWS_ENDPOINT_URL": recorder.url, "AWS_REGION": "us-east-1",
                  "AWS_EC2_METADATA_DISABLED": "true"})
    p.write("main.styx", SPEC)
    return recorder


def shared_files(p, credentials="", config=""):
    p.write("home/.aws/credentials", credentials)
    p.write("home/.aws/config", config)


def test_environment(p):
    with recording(p) as r:
        p.env.update({"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s",
                      "AWS_SESSION_TOKEN": "t"})
        p.run("plan")
        assert set(r.signed) == {("ec2", "AKENV", True)}, r.signed


def test_shared_files(p):
    with recording(p) as r:
        shared_files(p, "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n"
                     "[team]\naws_access_key_id = AKTEAM\naws_secret_access_key = s\n",
                     "[default]\nregion = us-east-1\n[profile work]\nregion = us-east-1\n"
                     "aws_access_key_id = AKWORK\naws_secret_access_key = s\n")
        del p.env["AWS_REGION"]
        p.run("plan")
        assert r.keys() == {"AKDEFAULT"}
        r.signed.clear()
        p.run("plan", env={"AWS_PROFILE": "work"})
        assert r.keys() == {"AKWORK"}
        r.signed.clear()
        p.spec('provider main: aws { region = "us-east-1", profile = "team" }\n' + SPEC)
        p.run("plan")
        assert r.keys() == {"AKTEAM"}
        p.write("other", "[default]\naws_access_key_id = AKOTHER\naws_secret_access_key = s\n")
        p.spec(SPEC)
        r.signed.clear()
        p.run("plan", env={"AWS_SHARED_CREDENTIALS_FILE": str(p.dir / "other"),
                           "AWS_REGION": "us-east-1"})
        assert r.keys() == {"AKOTHER"}
        has(p.run("plan", env={"AWS_PROFILE": "wrok", "AWS_REGION": "us-east-1"}, status=1), "E1304", "wrok")


def test_assume_role(p):
    with recording(p) as r:
        shared_files(p, "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n",
                     "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n"
                     "source_profile = base\nregion = us-east-1\n"
                     "[profile chain]\nrole_arn = arn:aws:iam::123456789012:role/second\n"
                     "source_profile = role\nregion = us-east-1\n")
        p.run("plan", env={"AWS_PROFILE": "role"})
        assert r.keys("sts") == {"AKBASE"}
        (key,) = r.keys()
        assert key.startswith("ASIA") and ("ec2", key, True) in r.signed
        r.signed.clear()
        p.run("plan", env={"AWS_PROFILE": "chain"})
        assert len([s for s in r.signed if s[0] == "sts"]) == 2 and "AKBASE" not in r.keys()


def test_web_identity(p):
    with recording(p) as r:
        p.write("token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")
        p.run("plan", env={"AWS_WEB_IDENTITY_TOKEN_FILE": str(p.dir / "token"),
                           "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
                           "AWS_ROLE_SESSION_NAME": "pod"})
        (key,) = r.keys()
        assert key.startswith("ASIA") and r.keys("sts") == set()
        has(p.run("plan", env={"AWS_WEB_IDENTITY_TOKEN_FILE": str(p.dir / "missing"),
                               "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"}, status=1),
            "missing")


def test_container(p):
    with recording(p) as r:
        def creds(headers):
            if headers.get("Authorization") != "Bearer abc":
                return 401, "{}"
            return 200, r.credentials("AKCONTAINER")

        r.offer("GET", "/creds", creds)
        env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{r.url}/creds"}
        p.run("plan", env={**env, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer abc"})
        assert set(r.signed) == {("ec2", "AKCONTAINER", True)}
        p.write("authorization", "Bearer abc")
        p.run("plan", env={**env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE":
                           str(p.dir / "authorization")})
        has(p.run("plan", env=env, status=1), "E130[45]", "401")


def test_instance_metadata(p):
    with recording(p) as r:
        del p.env["AWS_EC2_METADATA_DISABLED"]

        def token(headers):
            ok = headers.get("X-aws-ec2-metadata-token-ttl-seconds")
            return (200, "tkn") if ok else (400, "")

        def needs_token(text):
            return lambda h: (200, text) if h.get("X-aws-ec2-metadata-token") == "tkn" else (401, "")

        base = "/latest/meta-data/iam/security-credentials/"
        r.offer("PUT", "/latest/api/token", token)
        r.offer("GET", base, needs_token("web"))
        r.offer("GET", base + "web", needs_token(r.credentials("AKMACHINE")))
        p.run("plan", env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": r.url})
        assert set(r.signed) == {("ec2", "AKMACHINE", True)}
        assert r.paths[0] == ("PUT", "/latest/api/token")


def test_credential_process(p):
    with recording(p) as r:
        p.write("keys.json", json.dumps({"Version": 1, "AccessKeyId": "AKPROCESS",
                                         "SecretAccessKey": "s", "SessionToken": "t"}))
        shared_files(p, config=f"[default]\ncredential_process = cat \"{p.dir}/keys.json\"\n")
        p.run("plan")
        assert set(r.signed) == {("ec2", "AKPROCESS", True)}
        shared_files(p, config="[default]\ncredential_process = sh -c 'echo no luck >&2; exit 3'\n")
        has(p.run("plan", status=1), "E13|E1009", "no luck")


def test_endpoints(p):
    with recording(p) as r:
        p.env.update({"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s",
                      "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
                      "AWS_ENDPOINT_URL_EC2": r.url})
        p.run("plan")
        assert r.keys() == {"AKENV"}
        del p.env["AWS_ENDPOINT_URL_EC2"]
        text = p.run("plan", status=1)
        has(text, "E1301", p.env["AWS_ENDPOINT_URL"].split("//")[1])
        assert text.count("error[") == 1, text


def test_no_credentials(p):
    with recording(p):
        text = p.run("plan", status=1)
        has(text, "E1304", "AWS_ACCESS_KEY_ID")
        assert text.count("error[") == 1, text


def test_wrong_credentials(p):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = os.path.join(os.path.dirname(os.sys.executable), "moto_server")
    # Three calls are let in to make a user; from then on keys and policies count.
    os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
    try:
        child = p.world.spawn([program, "-H", "127.0.0.1", "-p", str(port)], "strict.log")
    finally:
        del os.environ["INITIAL_NO_AUTH_ACTION_COUNT"]

    def answers():
        try:
            return urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=2).status
        except OSError:
            return False

    wait_for("moto", answers)
    iam = boto3.client("iam", region_name="us-east-1", endpoint_url=url, aws_access_key_id="x",
                       aws_secret_access_key="x")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}))
    p.env.update({"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1",
                  "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                  "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]})
    p.write("main.styx", SPEC)
    p.run("plan")
    for wrong in ({"AWS_SECRET_ACCESS_KEY": "wrong"}, {"AWS_ACCESS_KEY_ID": "AKIAWRONG"}):
        text = p.run("plan", env=wrong, status=1)
        has(text, "E1305")
        assert text.count("error[") == 1 and "wrong" not in text, text
    p.write("main.styx", 'resource net: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }\n')
    text = p.run("apply", "--auto-approve", status=1)
    has(text, "E1306", "CreateVpc", "net")
    assert p.record() == {}, p.record()
    child.terminate()
    child.wait()


def test_order_is_botocores(p):
    """Each mix of sources gives the keys that botocore takes in the same environment."""
    with recording(p) as r:
        p.write("token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")
        r.offer("GET", "/creds", r.credentials("AKCONTAINER"))
        p.write("keys.json", json.dumps({"Version": 1, "AccessKeyId": "AKPROCESS",
                                         "SecretAccessKey": "s", "SessionToken": "t"}))
        shared_files(p, "[default]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n"
                     "[half]\naws_access_key_id = AKHALF\naws_secret_access_key = s\n",
                     "[default]\naws_access_key_id = AKCONFIG\naws_secret_access_key = s\n"
                     "[profile config]\naws_access_key_id = AKCONFIG2\naws_secret_access_key = s\n"
                     "[profile half]\naws_access_key_id = AKOTHER\naws_secret_access_key = s\n"
                     f"[profile process]\ncredential_process = cat {p.dir}/keys.json\n"
                     "aws_access_key_id = AKIGNORED\naws_secret_access_key = s\n"
                     "[profile empty]\nregion = us-east-1\n"
                     "[profile env]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
                     "credential_source = Environment\n"
                     "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
                     "source_profile = half\n")
        keys = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"}
        web = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(p.dir / "token"),
               "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"}
        box = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{r.url}/creds"}
        script = ("import botocore.session as b; s = b.get_session();"
                  "s.create_client('ec2').describe_availability_zones()")
        mixes = [{**keys, **web, **box}, {**web, **box}, box, {}, {**keys, "AWS_PROFILE": "config"}]
        mixes += [{"AWS_PROFILE": name, **extra} for name in ("config", "half", "process", "role")
                  for extra in ({}, web, box)]
        mixes += [{"AWS_PROFILE": "empty", **box}, {"AWS_PROFILE": "empty", **web, **box}]
        for mix in mixes:
            env = {**p.env, "AWS_DEFAULT_REGION": "us-east-1", **mix}
            seen = []
            for run in (lambda: p.run("plan", env=env),
                        lambda: subprocess.run([sys.executable, "-c", script], env=env, check=True,
                                               capture_output=True)):
                r.signed.clear()
                run()
                seen.append(sorted((service, "ASIA" if key.startswith("ASIA") else key)
                                   for service, key, _ in set(r.signed)))
            assert seen[0] == seen[1], (mix, seen)


def test_credentials_that_take_a_person_or_are_half(p):
    with recording(p) as r:
        shared_files(p, "[half]\naws_access_key_id = AKHALF\n"
                     "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n",
                     "[profile people]\nsso_session = corp\nsso_account_id = 123456789012\n"
                     "sso_role_name = admin\n"
                     "[profile old]\nsso_start_url = https://example.com/start\n"
                     "[profile code]\nrole_arn = arn:aws:iam::123456789012:role/x\n"
                     "source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n")
        for name in ("people", "old"):
            has(p.run("plan", env={"AWS_PROFILE": name}, status=1), "E1304", name, "browser",
                f"export-credentials --profile {name}")
        has(p.run("plan", env={"AWS_PROFILE": "code"}, status=1), "E1304", "MFA",
            "export-credentials --profile code")
        has(p.run("plan", env={"AWS_PROFILE": "half"}, status=1), "E1304", "half",
            "secret access key")
        has(p.run("plan", env={"AWS_ACCESS_KEY_ID": "AKENV"}, status=1), "E1304",
            "the environment has only one half", "secret access key")
        assert r.signed == []


def test_certificates(p):
    """A server whose certificate the system does not trust: refused, unless AWS_CA_BUNDLE says so."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256()))
    p.write("cert.pem", cert.public_bytes(serialization.Encoding.PEM).decode())
    p.write("key.pem", key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode())
    p.use_aws()
    p.write("main.styx", SPEC)
    recorder = Recorder(p.world.moto())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(p.dir / "cert.pem", p.dir / "key.pem")
    recorder.server.socket = context.wrap_socket(recorder.server.socket, server_side=True)
    with recorder as r:
        p.env["AWS_ENDPOINT_URL"] = r.url.replace("http:", "https:")
        text = p.run("plan", status=1)
        has(text, "E1315", "certificate")
        assert text.count("error[") == 1, text
        bundle = str(p.dir / "cert.pem")
        p.run("plan", env={"AWS_CA_BUNDLE": bundle})
        assert r.keys() == {"test"}
        shared_files(p, config=f"[default]\nca_bundle = {bundle}\n")
        p.run("plan")
        has(p.run("plan", env={"AWS_CA_BUNDLE": str(p.dir / "none.pem")}, status=1), "E1315")


def test_answers_that_are_wrong(p):
    with recording(p) as r:
        p.env.update({"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"})

        def plan(status, body, *parts):
            r.judge = lambda method, path, headers: (status, [], body)
            text = p.run("plan", status=1)
            has(text, *parts)
            assert text.count("error[") == 1, text

        plan(200, b"<DescribeAvailabilityZonesResponse><availabilityZoneInfo>", "E1303")
        plan(200, b"{}", "E1303")
        plan(403, b"<html>The proxy says no</html>", "E130[26]", "403")
        plan(400, b"<Response><Errors><Error><Code>RequestExpired</Code><Message>too old</Message>"
             b"</Error></Errors></Response>", "E1305", "too old", "renew")
        for body in ("nonsense", "{}", "[]", '{"AccessKeyId": "a"}'):
            r.offer("GET", "/creds", body)
            text = p.run("plan", env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
                                      "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{r.url}/creds"},
                         status=1)
            has(text, "E130[35]|E10", "container")
            assert text.count("error[") == 1, text
