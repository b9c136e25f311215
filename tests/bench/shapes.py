"""Programs for tests/bench/run: each function gives the text of one with `n` of something."""


def wide(n):
    return (f"resource item: std.data for key, n in many {{\n  input = {{ name = key, number = n }}\n}}\n"
            f"let many = {{ for n in sequence(1, {n}) => [\"item-${{n}}\"] = n }}\n")


def blocks(n):
    """The same objects as declarations of their own, as generated programs write them."""
    return "".join(
        f"resource item_{i}: std.data {{\n  input = {{ name = \"item-{i}\", number = {i} }}\n}}\n\n"
        for i in range(n))


def chain(n):
    text = "resource item_0: std.data {\n  input = \"0\"\n}\n\n"
    return text + "".join(
        f"resource item_{i}: std.data {{\n  input = \"${{item_{i - 1}.id}} {i}\"\n}}\n\n"
        for i in range(1, n))


def hcl_wide(n):
    return ("resource \"terraform_data\" \"item\" {\n"
            "  for_each = { for n in range(%d) : \"item-${n}\" => n }\n"
            "  input    = { name = each.key, number = each.value }\n}\n" % n)


def hcl_chain(n):
    text = "resource \"terraform_data\" \"item_0\" {\n  input = \"0\"\n}\n"
    return text + "".join(
        f"resource \"terraform_data\" \"item_{i}\" {{\n"
        f"  input = \"${{terraform_data.item_{i - 1}.id}} {i}\"\n}}\n" for i in range(1, n))


def lines(count):
    """A program of `count` lines that uses most of the language."""
    unit = """\
param size_{i}: int(1..100000) = {n}
let label_{i} = "item-${{size_{i}}}"
fn grow_{i}(n: int): int = n * 2 + size_{i}

resource data_{i}: std.data {{
  input = {{
    name  = label_{i}
    sizes = [for k in [1, 2, 3] => grow_{i}(k)]
    tier  = if size_{i} > 10 then "high" else "low"
  }}
}}

"""
    per = unit.count("\n")
    return "".join(unit.format(i=i, n=i % 1000 + 1) for i in range(count // per + 1))


def cloud(n, name):
    return (f"resource item: bench.item for n in sequence(1, {n}) {{\n"
            f"  name = \"{name}-${{n}}\"\n  size = n\n}}\n")


def fields(n):
    text = "let r = {\n" + "".join(f"  field_{i} = \"text {i}\"\n" for i in range(n)) + "}\n"
    return text + "".join(f"let read_{i} = r.field_{i}\n" for i in range(n)) + "output a = read_0\n"


def records(n):
    return ("let r = [\n" + "".join(f"  {{ name = \"n{i}\", size = {i} }},\n" for i in range(n))
            + "]\noutput a = len(r)\n")


def branches(n):
    return ("param p: string = \"x\"\nlet r = match p {\n"
            + "".join(f"  \"k{i}\" => \"v{i}\"\n" for i in range(n))
            + "  _ => \"other\"\n}\noutput a = r\n")


def literals(n):
    return ("type u = " + " | ".join(f"\"v{i}\"" for i in range(n)) + "\nparam x: u = \"v1\"\n"
            "let r = match x {\n" + "".join(f"  \"v{i}\" => {i}\n" for i in range(n))
            + "}\noutput a = r\n")


def lets(n):
    return ("".join(f"let a{i} = a{i + 1} + 1\n" for i in range(n))
            + f"let a{n} = 1\noutput a = a0\n")


def params(n):
    return "".join(f"param p{i}: int(1..100) = {i % 100 + 1}\n" for i in range(n)) + "output a = p0\n"


def loops(n):
    side = int(n ** 0.5)
    return (f"let a = [for x in sequence(1, {side}) => [for y in sequence(1, {side}) => x * y]]\n"
            "output a = len(a)\n")


def texts(n):
    return ("".join(f"let s{i} = \"{'abcdefghij' * 1000}\"\n" for i in range(n // 10))
            + "output a = s0\n")


def unknown(n):
    return "".join(f"let a{i} = nosuch{i}\n" for i in range(n))


def docs(n):
    return "".join(f"## line {i}\n" for i in range(n)) + "output a = 1\n"


def users(n):
    return ("resource r: std.data {\n  input = 1\n}\n"
            + "".join(f"resource x{i}: std.data {{\n  input = r.id\n}}\n" for i in range(n)))


def instances(n):
    """Modules in modules: needs the directory `part`."""
    return ("import \"./part\"\n" + "".join(f"module m{i}: part {{\n  size = {i}\n}}\n"
                                           for i in range(n // 2))
            + "output a = m0.out\n")


PART = {
    "part/part.styx": "import \"./leaf\"\nparam size: int\nmodule inner: leaf {\n  size = size\n}\n"
                      "output out = inner.out\n",
    "part/leaf/leaf.styx": "param size: int\nresource r: std.data {\n  input = size\n}\n"
                           "output out = r.output\n",
}

def outputs(n, more=0):
    return "".join(f"output o{i} = {i + more}\n" for i in range(n))


def numbers(n, more=0):
    return f"resource r: std.data {{\n  input = [for i in sequence(1, {n}) => i + {more}]\n}}\n"


# What is applied, changed in all its parts, and planned again.
CHANGING = [("10,000 outputs that change", outputs), ("list of 10,000 that changes", numbers)]

# What is planned, or only checked where the program is wrong, with 10,000 of each.
GROWING = [
    ("record of 10,000 fields, all read", fields), ("list of 10,000 records", records),
    ("match of 10,000 arms", branches), ("union of 10,000 literals", literals),
    ("chain of 10,000 lets", lets), ("10,000 params", params), ("for in for, 10,000 times", loops),
    ("1,000 texts of 10,000 characters", texts), ("10,000 unknown names", unknown),
    ("doc comment of 10,000 lines", docs), ("10,000 users of one object", users), ("5,000 modules in 5,000 modules", instances),
]
