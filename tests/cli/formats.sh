# Diagnostics for machines, with odd names and texts: JSON lines, SARIF 2.1.0, workflow commands.
dir='a dir%é' && mkdir "$dir"
cat >"$dir/m,a:in.styx" <<'S'
resource x: local.file {
  path    = "x%\n,:.txt"
  contnet = "é 😀", mod = "1"
}
output o = nosuch
output p = "a" +
S
for f in json sarif github; do
	styx validate --format $f "$dir" >out.$f 2>err && exit 1
	[ ! -s err ]
done
mkdir abs && echo 'output o = nosuch' >abs/main.styx
styx validate --format sarif "$PWD/abs" >out.abs || true
styx plan --format sarif nowhere >out.nowhere || true
echo '# nothing' >abs/main.styx
styx validate --format sarif abs >out.none
cat >check.py <<'P'
import json, urllib.parse

FILE = "a dir%é/m,a:in.styx"
LINES = open(FILE, encoding="utf-8").read().split("\n")
rows = [json.loads(line) for line in open("out.json", encoding="utf-8")]
codes = sorted(r["code"] for r in rows)
assert codes == ["E0204", "E0301", "E0402", "E0402", "E0407"], codes
assert all(r["at"]["path"] == FILE for r in rows)


def region(r):
    assert set(r) == {"startLine", "startColumn", "endLine", "endColumn"}
    assert min(r.values()) >= 1
    assert (r["startLine"], r["startColumn"]) <= (r["endLine"], r["endColumn"])
    return LINES[r["startLine"] - 1][r["startColumn"] - 1:r["endColumn"] - 1]


def artifact(a):
    assert a["uri"].isascii() and " " not in a["uri"] and ":" not in a["uri"], a
    assert urllib.parse.unquote(a["uri"]) == FILE


def results(name):
    log = json.load(open(name, encoding="utf-8"))
    assert log["version"] == "2.1.0" and log["$schema"].startswith("https://")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for r in run["results"]:
        assert r["ruleId"] in rules and r["level"] in ("error", "warning", "note")
        assert r["message"]["text"]
    return run["results"]


fixed = {}
for r in results("out.sarif"):
    for place in r["locations"] + r["relatedLocations"]:
        artifact(place["physicalLocation"]["artifactLocation"])
        region(place["physicalLocation"]["region"])
    for fix in r.get("fixes", []):
        for change in fix["artifactChanges"]:
            artifact(change["artifactLocation"])
            for new in change["replacements"]:
                fixed[region(new["deletedRegion"])] = new["insertedContent"]["text"]
assert fixed == {"contnet": "content", "mod": "mode"}, fixed
(absolute,) = results("out.abs")
uri = absolute["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
assert uri.startswith("file:///") and uri.endswith("/abs/main.styx"), uri
(nowhere,) = results("out.nowhere")
assert nowhere["locations"] == []
assert results("out.none") == []
for line in open("out.github", encoding="utf-8"):
    properties = line.split("::")[1]
    assert properties.startswith("error file=a dir%25é/m%2Ca%3Ain.styx,line="), line
P
python3 check.py
