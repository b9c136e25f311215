#!/usr/bin/env python3
"""Cuts the model slices schemas/aws/*.model out of botocore's models.

    schemas/slice.py            writes every slice
    schemas/slice.py --check    fails when a slice on disk is not what botocore says

A slice holds the operations that a schema file names and all structures below them: member
names, how they travel, enums, required members, tokens.  It needs botocore (pip install
botocore); a build needs neither, because the slices are committed.  The notation is that of
the schemas; compiler/schema/model_load.c reads it and says what each word means.
"""
import gzip
import json
import os
import re
import sys

ENUM_MAX = 80  # longer enums (instance types) change weekly and are not checked
SERVICES = {"ec2": "ec2", "s3": "s3", "iam": "iam", "sts": "sts"}
SCALARS = {
    "string": "string", "character": "string", "integer": "int", "long": "int",
    "float": "float", "double": "float", "boolean": "bool", "blob": "blob",
}
FORMATS = {"iso8601": "timestamp", "unixTimestamp": "unix", "rfc822": "rfc822"}
PLACES = {"header": "header", "querystring": "query", "uri": "uri", "statusCode": "status",
          "headers": "headers"}


def load_model(service):
    import botocore
    folder = os.path.join(os.path.dirname(botocore.__file__), "data", service)
    version = sorted(os.listdir(folder))[-1]
    with gzip.open(os.path.join(folder, version, "service-2.json.gz")) as f:
        return json.load(f), version


def quote(text):
    return json.dumps(text, ensure_ascii=False).replace("${", "\\${")


class Slice:
    def __init__(self, model):
        self.model = model
        self.protocol = model["metadata"]["protocol"]
        self.done = {}
        self.namespaces = {}

    def type_of(self, name, place):
        """Returns the word for a shape, and writes the shape if it is no scalar."""
        shape = self.model["shapes"][name]
        kind = shape["type"]
        if kind == "timestamp":
            default = "rfc822" if place == "header" else "iso8601"
            return FORMATS[shape.get("timestampFormat", default)]
        if kind == "string" and shape.get("enum") and len(shape["enum"]) <= ENUM_MAX:
            self.done.setdefault(name, "enum %s %s" % (
                name, " ".join(quote(v) for v in sorted(shape["enum"]))))
            return name
        if kind in SCALARS:
            return SCALARS[kind]
        if name not in self.done:
            self.done[name] = ""
            self.done[name] = getattr(self, "write_" + kind)(name, shape)
        return name

    def wires(self, name, member):
        """How a member is named in requests and in answers."""
        read = member.get("locationName", name)
        if self.protocol != "ec2":
            return read, read
        if "queryName" in member:
            return member["queryName"], read
        if "locationName" in member:
            return read[:1].upper() + read[1:], read
        return name, read

    def write_structure(self, name, shape):
        payload = shape.get("payload")
        lines = []
        for key, member in shape.get("members", {}).items():
            place = member.get("location")
            namespace = member.get("xmlNamespace", {}).get("uri")
            if namespace:
                self.namespaces[member["shape"]] = namespace
            write, read = self.wires(key, member)
            names = key
            if write != key or read != key:
                names += " " + quote(write)
            if read != write:
                names += " " + quote(read)
            words = [self.type_of(member["shape"], place)]
            if place:
                words.append(PLACES[place])
            if key in shape.get("required", []):
                words.append("required")
            if member.get("idempotencyToken"):
                words.append("token")
            if member.get("xmlAttribute"):
                words.append("attribute")
            if member.get("sensitive") or self.model["shapes"][member["shape"]].get("sensitive"):
                words.append("sensitive")
            if key == payload:
                words.append("payload")
            lines.append("  %s: %s" % (names, " ".join(words)))
        return "struct %s {\n%s\n}" % (name, "\n".join(lines)) if lines else "struct %s {}" % name

    def write_list(self, name, shape):
        member = shape["member"]
        is_flat = shape.get("flattened") or False
        wire = member.get("locationName", "member")
        if is_flat and "locationName" not in member:
            return "list %s flat: %s" % (name, self.type_of(member["shape"], None))
        return "list %s %s%s: %s" % (
            name, quote(wire), " flat" if is_flat else "", self.type_of(member["shape"], None))

    def write_map(self, name, shape):
        return "map %s %s %s%s: %s" % (
            name, quote(shape["key"].get("locationName", "key")),
            quote(shape["value"].get("locationName", "value")),
            " flat" if shape.get("flattened") else "",
            self.type_of(shape["value"]["shape"], None))

    def write_operation(self, name):
        op = self.model["operations"][name]
        ends = []
        for side in ("input", "output"):
            ends.append(self.type_of(op[side]["shape"], None) if side in op else "none")
        text = "operation %s %s %s: %s -> %s" % (
            name, op["http"]["method"], quote(op["http"]["requestUri"]), ends[0], ends[1])
        if "resultWrapper" in op.get("output", {}):
            text += " wrapper " + quote(op["output"]["resultWrapper"])
        if "locationName" in op.get("input", {}):
            text += " element " + quote(op["input"]["locationName"])
        checksum = op.get("httpChecksum", {})
        if op.get("httpChecksumRequired") or checksum.get("requestChecksumRequired"):
            text += " checksum"
        return text

    def text(self, header, operations):
        ops = [self.write_operation(name) for name in sorted(operations)]
        shapes = []
        for name, text in sorted(self.done.items()):
            if name in self.namespaces:
                text = text.replace(" {", " namespace %s {" % quote(self.namespaces[name]), 1)
            shapes.append(text)
        return "\n".join([header] + ops + shapes) + "\n"


def named_operations(path, model):
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"(?m)^\s*##.*$", "", f.read())
    words = set(re.findall(r"[A-Z][A-Za-z0-9]+", text))
    return words & set(model["operations"])


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    is_check = sys.argv[1:] == ["--check"]
    failed = False
    for name, service in sorted(SERVICES.items()):
        model, version = load_model(service)
        schema = os.path.join(here, "aws", name + ".schema")
        header = "# Cut from botocore's model by schemas/slice.py; not to be edited.\n" \
            "model %s %s %s" % (quote("botocore:%s/%s" % (service, version)),
                                quote(model["metadata"]["protocol"]), quote(version))
        text = Slice(model).text(header, named_operations(schema, model))
        path = schema[:-len("schema")] + "model"
        if is_check:
            with open(path, encoding="utf-8") as f:
                if f.read() != text:
                    print("%s is not what botocore says" % os.path.relpath(path, here))
                    failed = True
        else:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
    sys.exit(1 if failed else 0)


main()
