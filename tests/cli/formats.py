"""Readers for the output formats, strict enough to tell what is well formed."""

import json
import re
import shlex


class Malformed(AssertionError):
    pass


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Malformed(f"a name appears twice among {names}")
    return dict(pairs)


def refuse(token):
    raise Malformed(f"{token} is no JSON")


def strict_json(text):
    """One JSON document; repeated names, NaN and raw control characters are refused."""
    return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)


def shape(value):
    """A value with its scalars replaced by their types: what stays when ids and times differ."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__


def yaml(text):
    """The value of a YAML document in block style, as far as the programs write YAML: mappings, sequences, plain
    words, and scalars that are JSON."""
    lines = text.splitlines()
    value, rest = yaml_block(lines, 0)
    if rest != len(lines):
        raise Malformed(f"YAML line {rest + 1} stands out: {lines[rest]!r}")
    return value


def yaml_scalar(text):
    if re.fullmatch(r"[A-Za-z/][\w/.-]*", text) and text not in ("true", "false", "null"):
        return text
    return strict_json(text)


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def yaml_block(lines, at):
    indent = indent_of(lines[at])
    if not re.match(r" *(- |(\"[^\"\\]*\"|[\w/.-]+):)", lines[at]):
        return yaml_scalar(lines[at].strip()), at + 1
    if lines[at].lstrip().startswith("- "):
        return yaml_sequence(lines, at, indent)
    return yaml_mapping(lines, at, indent)


def yaml_sequence(lines, at, indent):
    items = []
    while at < len(lines) and indent_of(lines[at]) == indent and lines[at].lstrip().startswith("- "):
        # What stands behind the dash is a block of its own, two columns further in.
        lines[at] = " " * (indent + 2) + lines[at][indent + 2:]
        item, at = yaml_block(lines, at)
        items.append(item)
    return items, at


def yaml_mapping(lines, at, indent):
    members = []
    while at < len(lines) and indent_of(lines[at]) == indent:
        fitting = re.fullmatch(r" *(\"(?:[^\"\\]|\\.)*\"|[\w/.-]+):(?: (.*))?", lines[at])
        if fitting is None:
            break
        name = yaml_scalar(fitting[1])
        if fitting[2] is not None:
            value, at = yaml_scalar(fitting[2]), at + 1
        else:
            value, at = yaml_block(lines, at + 1)
        members.append((name, value))
    return unique(members), at


def dotenv(text):
    """The variables as pairs, the values as a shell reads them."""
    variables = []
    for line in text.splitlines():
        fitting = re.fullmatch(r'([A-Z_][A-Z0-9_]*)=("(?:[^"\\]|\\.)*")', line)
        if fitting is None:
            raise Malformed(f"no assignment: {line!r}")
        variables.append((fitting[1], shlex.split(fitting[2])[0]))
    return variables


def tsv(text):
    """The rows, the header first; all have as many cells as it."""
    rows = [line.split("\t") for line in text.splitlines()]
    if len({len(row) for row in rows}) > 1 or len(rows) < 2:
        raise Malformed(f"rows of different lengths, or none: {rows[:3]}")
    return rows


def printable(text):
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        raise Malformed(f"control characters: {text!r}")


def check(name, text):
    """Raises unless `text` is well formed in the format."""
    if name == "json":
        strict_json(text)
    elif name == "jsonl":
        for line in text.splitlines():
            strict_json(line)
    elif name == "yaml":
        yaml(text)
    elif name == "dotenv":
        dotenv(text)
    elif name == "tsv":
        tsv(text)
    else:
        printable(text)
    if not text.strip():
        raise Malformed("nothing was printed")
