#!/usr/bin/env python3
"""Mutation tests: mutate.py STYX [COUNT [SEED]].

Takes programs that are right (the examples, the twins of the mistakes), misspells one name or changes
one unit, and wants at least one error that points into the changed line, or, where the name was
declared there, one that misses the name.  COUNT mutants are drawn by SEED.  Names that their author
chose and nobody reads are left alone.  Ends with 'mutate: N passed, N failed'.
"""
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STYX = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 150
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
UNIT = re.compile(r"(?<![\w.\"])(\d+)(GiB|MiB|KiB|GB|MB|min|ms|s|h|d)\b")
DECLARES = {"param", "let", "type", "fn", "output", "provider", "resource", "lookup", "secret",
            "module", "for", "import"}


def is_free(line, start):
    """Says whether a name is chosen by its author and not read by anybody else: a declaration's, or
    a key of a map."""
    before = re.findall(r"\w+|[^\w\s]", line[:start])
    return bool(before) and before[-1] in DECLARES or line[:start].rstrip().endswith("as")


def code_of(line):
    """The line with texts and comments blanked out, keeping columns."""
    line = re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: " " * len(m.group()), line)
    return re.sub(r"#.*", lambda m: " " * len(m.group()), line)


def mutants(path):
    """(line number, new line, what, name), of one file."""
    with open(path) as f:
        lines = f.read().split("\n")
    whole = "\n".join(lines)
    depth_of_map = 0
    is_block = False
    for i, line in enumerate(lines):
        code = code_of(line)
        if line.count('"""') % 2 or line.count("'''") % 2:
            is_block = not is_block
        if is_block:
            continue
        opens_map = re.search(r"[=>(,]\s*\{\s*$", code)
        if opens_map or depth_of_map:
            depth_of_map += code.count("{") - code.count("}")
            continue
        for m in NAME.finditer(code):
            word = m.group()
            inside_map = re.search(r"=\s*\{[^}]*$", code[:m.start()])
            is_alone = len(re.findall(rf"\b{word}\b", whole)) == 1
            is_declared = code[m.end():].lstrip().startswith(":") and is_alone
            if len(word) < 3 or is_free(code, m.start()) or inside_map or is_declared:
                continue
            twisted = word[:-2] + word[-1] + word[-2]
            if twisted == word:
                twisted = word + "x"
            yield i, line[:m.start()] + twisted + line[m.end():], f"{word} -> {twisted}", word
        for m in UNIT.finditer(code if not line.startswith("let ") else ""):
            other = "s" if m.group(2)[0] in "GMK" else "GiB"
            yield i, line[:m.start(2)] + other + line[m.end(2):], f"{m.group()} -> {other}", None


def check(folder):
    run = subprocess.run([STYX, "validate", "--format", "json", folder], capture_output=True,
                         text=True, timeout=20)
    found = []
    for line in run.stdout.splitlines() + run.stderr.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            return -1, []
    return run.returncode, found


def places(d):
    """The (file, line) pairs of a diagnostic, however deep they stand in it."""
    if isinstance(d, dict):
        if "line" in d:
            yield str(d.get("file", d.get("path", ""))), d["line"]
        for v in d.values():
            yield from places(v)
    elif isinstance(d, list):
        for v in d:
            yield from places(v)


def main():
    folders = sorted(glob.glob(ROOT + "/examples/*/") +
                     glob.glob(ROOT + "/tests/golden/mistakes/*-ok/"))
    every = []
    for folder in folders:
        for path in sorted(glob.glob(folder + "**/*.styx", recursive=True)):
            every += [(folder, os.path.relpath(path, folder), *m) for m in mutants(path)]
    random.Random(SEED).shuffle(every)
    passed = failed = 0
    tmp = tempfile.mkdtemp()
    for folder, name, number, text, what, word in every[:COUNT]:
        copy = os.path.join(tmp, "m")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        path = os.path.join(copy, name)
        with open(path) as f:
            lines = f.read().split("\n")
        lines[number] = text
        with open(path, "w") as f:
            f.write("\n".join(lines))
        status, found = check(copy)
        is_missed = any(f"`{word}`" in d.get("what", "") for d in found)
        is_seen = any(line == number + 1 for d in found for _, line in places(d))
        if status == 1 and (is_seen or is_missed):
            passed += 1
            continue
        failed += 1
        said = [d.get("what", "") for d in found]
        print(f"SURVIVED {os.path.relpath(folder, ROOT)}/{name}:{number + 1}: {what}: "
              f"exit {status} {said}")
    shutil.rmtree(tmp)
    print(f"mutate: {passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
