"""Schemas of evidence, case by case against Python's jsonschema, which Paybond's kit validates with.

Generated are schemas over the keywords that are known here, instances that come near to what each wants, and schemas
with a keyword spoilt. Both must agree on what is valid and on every fault: where it is and which keyword it breaks.
The peer reads decimals as decimal.Decimal, since it would otherwise compare doubles, which is the one difference in
numbers (core/paybond/schema.hpp); a second run leaves the peer as it comes and keeps to numbers that doubles hold.
"""

import collections
import decimal
import json
import pathlib
import random
import tempfile
import unittest

try:
    import jsonschema
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: run this with the Python that has it") from missing

import options
import programs

Draft202012Validator = jsonschema.Draft202012Validator
SCHEMAS, INSTANCES = 500, 24
MOST_FAULTS = 20  # that one validation tells
NAMES = ["a", "b", "c", "cost_cents", "status", "é/~", ""]
TEXTS = ["", "a", "ab", "abc", "a1", "aabb", "done", "é", "日本語", "𝄞𝄞", "12", "x-y_z", "a b"]
# Without \w, which is ASCII here and is not in Python.
PIECES = ["a", "b", ".", r"\d", "[A-Za-z0-9_]", "[a-c]", "[^a]", "é", r"\x61", r"\u0062", "1", r"\-", r"[\d_-]"]
TAME_NUMBERS = ["0", "1", "-1", "2", "3", "5", "7", "10", "100", "1.0", "2.50", "-0.5", "0.25", "1e2", "-0", "4.0e0"]
WILD_NUMBERS = TAME_NUMBERS + ["0.1", "0.3", "0.10", "1.1", "99.99", "9007199254740993", "9007199254740992",
                               "18446744073709551617", "1e30", "1000000000000000000000000000000", "0.7e-9", "1E+2",
                               "123456789012345678901234567890.5", "12.5e-1", "1e-30", "33.3"]
DIVISORS = ["1", "2", "3", "0.5", "10", "2.5", "1e1", "7"]
WILD_DIVISORS = DIVISORS + ["0.1", "0.01", "1e-9", "1.1", "333333333", "0.3"]


def setUpModule():
    usual = decimal.getcontext()
    unittest.addModuleCleanup(decimal.setcontext, usual)
    decimal.setcontext(decimal.Context(prec=400))


def exact_integer(_, value):
    if isinstance(value, decimal.Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


ExactValidator = jsonschema.validators.extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", exact_integer))


class Number(str):
    """The text of a JSON number, kept as it is."""


def to_json(value):
    """JSON text, numbers as they were written and members in their order."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(name) + ":" + to_json(each) for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value)


class Generator:
    def __init__(self, rng, wild):
        self.rng = rng
        self.numbers = WILD_NUMBERS if wild else TAME_NUMBERS
        self.divisors = WILD_DIVISORS if wild else DIVISORS

    def value(self, depth=3):
        kind = self.rng.randrange(9 if depth else 6)
        if kind < 2:
            return Number(self.rng.choice(self.numbers))
        if kind < 4:
            return self.rng.choice(TEXTS)
        if kind < 6:
            return self.rng.choice([None, True, False])
        if kind == 6:
            return [self.value(depth - 1) for _ in range(self.rng.randrange(5))]
        return {name: self.value(depth - 1) for name in self.rng.sample(NAMES, self.rng.randrange(5))}

    def pattern(self, depth=2):
        pieces = []
        for _ in range(self.rng.randint(1, 3)):
            kind = self.rng.randrange(7 if depth else 5)
            piece = self.rng.choice(PIECES)
            if kind >= 5:
                piece = "(" + self.pattern(depth - 1) + ("|" + self.pattern(depth - 1) if kind == 6 else "") + ")"
            pieces.append(piece + self.rng.choice(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"]))
        return self.rng.choice(["", "^"]) + "".join(pieces) + self.rng.choice(["", "$"])

    def count(self):
        return Number(self.rng.choice(["0", "1", "2", "3", "2.0", "1e0", "4"]))

    def names(self):
        return self.rng.sample(NAMES, self.rng.randrange(4))

    def schema(self, depth, stepped, leaf=False):
        """`stepped`: a step into the value has been made, so a reference cannot loop. `leaf`: no references."""
        if depth == 0 or self.rng.random() < 0.04:
            return self.rng.choice([True, True, {}, False, {"type": self.types()}])
        made = {}
        for _ in range(self.rng.randint(1, 4)):
            made.update(self.keyword(depth - 1, stepped, leaf))
        return made

    def types(self):
        all_types = ["null", "boolean", "integer", "number", "string", "array", "object"]
        if self.rng.random() < 0.7:
            return self.rng.choice(all_types)
        return self.rng.sample(all_types, self.rng.randint(1, 4))

    def keyword(self, depth, stepped, leaf):
        rng = self.rng

        def here():
            return self.schema(depth, stepped, leaf)

        def below():
            return self.schema(depth, True, leaf)

        def some(make):
            return [make() for _ in range(rng.randint(1, 3))]

        keywords = {
            "type": self.types,
            "enum": lambda: [self.value(2) for _ in range(rng.randint(0, 5))],
            "const": lambda: self.value(2),
            "allOf": lambda: some(here), "anyOf": lambda: some(here), "oneOf": lambda: some(here), "not": here,
            "if": here, "then": here, "else": here,
            "minimum": lambda: Number(rng.choice(self.numbers)), "maximum": lambda: Number(rng.choice(self.numbers)),
            "exclusiveMinimum": lambda: Number(rng.choice(self.numbers)),
            "exclusiveMaximum": lambda: Number(rng.choice(self.numbers)),
            "multipleOf": lambda: Number(rng.choice(self.divisors)),
            "minLength": self.count, "maxLength": self.count, "pattern": self.pattern,
            "items": lambda: rng.random() >= 0.2 and below(), "prefixItems": lambda: some(below), "contains": below,
            "minContains": self.count, "maxContains": self.count, "minItems": self.count, "maxItems": self.count,
            "uniqueItems": lambda: rng.random() < 0.8,
            "properties": lambda: {name: below() for name in self.names()},
            "patternProperties": lambda: {self.pattern(1): below() for _ in range(rng.randint(1, 2))},
            "additionalProperties": lambda: rng.choice([False, below()]),
            "propertyNames": below,
            "required": self.names,
            "minProperties": self.count, "maxProperties": self.count,
            "dependentRequired": lambda: {name: self.names() for name in self.names()},
            "title": lambda: "t", "description": lambda: "d", "$comment": lambda: "c", "format": lambda: "date",
            "default": self.value, "examples": lambda: [self.value()],
        }
        name = rng.choice(list(keywords))
        if name in ("then", "else"):
            return {"if": here(), name: here()}
        if name in ("minContains", "maxContains"):
            return {"contains": below(), name: self.count()}
        if not leaf and rng.random() < 0.06:
            return {"$ref": rng.choice(["#", "#/$defs/d0", "#/$defs/d%31"] if stepped else ["#/$defs/leaf"])}
        return {name: keywords[name]()}

    def document(self):
        made = self.schema(4, False)
        while not isinstance(made, dict):
            made = self.schema(4, False)
        # d0 and d1 refer to others only below a step, so that nothing leads back to itself at one value.
        made["$defs"] = {"d0": self.schema(2, False), "d1": self.schema(2, False), "leaf": self.schema(2, False, True)}
        return made

    def near(self, schema, depth=4):
        """A value that tries to follow the schema, and now and then does not."""
        rng = self.rng
        if not isinstance(schema, dict) or depth == 0 or rng.random() < 0.15:
            return self.value(2)
        for name in ("const", "default"):
            if name in schema and rng.random() < 0.5:
                return schema[name]
        if schema.get("enum") and rng.random() < 0.7:
            return rng.choice(schema["enum"])
        for name in ("allOf", "anyOf", "oneOf"):
            if name in schema and rng.random() < 0.5:
                return self.near(rng.choice(schema[name]), depth - 1)
        objects = {"properties", "patternProperties", "additionalProperties", "required", "propertyNames",
                   "minProperties", "dependentRequired"} & schema.keys()
        arrays = {"items", "prefixItems", "contains", "minItems", "uniqueItems", "maxItems"} & schema.keys()
        if objects and rng.random() < 0.7:
            members = {name: self.near(each, depth - 1) for name, each in schema.get("properties", {}).items()
                       if rng.random() < 0.9}
            for name in schema.get("required", []) + self.names():
                members.setdefault(name, self.value(1))
            return members
        if arrays and rng.random() < 0.8:
            items = [self.near(each, depth - 1) for each in schema.get("prefixItems", [])]
            items += [self.near(schema.get(rng.choice(["items", "contains"])), depth - 1)
                      for _ in range(rng.randrange(4))]
            return items
        if "pattern" in schema or "minLength" in schema or "maxLength" in schema:
            return rng.choice(TEXTS)
        return self.value(2)


def pointer(path):
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


# The peer forgets the last step to where the schema false stood, so only the number of such faults is compared.
def fault(path, keyword):
    return "" if keyword == "false" else path, keyword


def faults_of_peer(validator, instance):
    return collections.Counter(fault(pointer(each.absolute_path), each.validator or "false")
                               for each in validator.iter_errors(instance))


class SchemaTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "schema.json"
        self.rng = random.Random(options.seed())

    def check(self, schema, instances, threads="1"):
        """The verdicts of the command, or its exit code and error when it refuses the schema."""
        self.file.write_text(schema, encoding="utf-8")
        command = ["paybond", "policy", "check-schema", f"@{self.file}", "--ndjson", "-", "--threads", threads]
        done = programs.run(*command, stdin="".join(each + "\n" for each in instances).encode())
        if done.returncode in (0, 10):
            verdicts = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(len(verdicts), len(instances))
            self.assertEqual(done.returncode, 0 if all(each["valid"] for each in verdicts) else 10)
            return verdicts
        return done.returncode, done.stderr.decode()

    def compare(self, wild):
        generator = Generator(self.rng, wild)
        read = (lambda text: json.loads(text, parse_float=decimal.Decimal)) if wild else json.loads
        seen = collections.Counter()
        for _ in range(SCHEMAS):
            schema = generator.document()
            text = to_json(schema)
            peer = (ExactValidator if wild else Draft202012Validator)(read(text))
            instances = [to_json(generator.near(schema)) for _ in range(INSTANCES)]
            verdicts = self.check(text, instances)
            self.assertIsInstance(verdicts, list, f"refused: {text}\n{verdicts}")
            for instance, verdict in zip(instances, verdicts):
                ours = collections.Counter(fault(each["path"], each["keyword"]) for each in verdict["faults"])
                theirs = faults_of_peer(peer, read(instance))
                where = f"seed {options.seed()}\nschema {text}\ninstance {instance}"
                self.assertEqual(verdict["valid"], not theirs, where)
                if sum(theirs.values()) < MOST_FAULTS:
                    self.assertEqual(ours, theirs, where)
                else:
                    self.assertEqual((ours - theirs, sum(ours.values())), (collections.Counter(), MOST_FAULTS), where)
                seen["valid" if verdict["valid"] else "invalid"] += 1
                seen.update(keyword for _, keyword in theirs)
        print(dict(seen.most_common()), flush=True)
        # A comparison in which everything fails, or some keyword never does, would show little.
        self.assertGreater(min(seen["valid"], seen["invalid"]), SCHEMAS * INSTANCES // 10)
        never = {"type", "enum", "const", "anyOf", "oneOf", "not", "minimum", "maximum", "exclusiveMinimum",
                 "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "items", "contains", "required",
                 "minContains", "maxContains", "minItems", "maxItems", "uniqueItems", "additionalProperties",
                 "minProperties", "maxProperties", "dependentRequired", "false"} - seen.keys()
        self.assertFalse(never)

    def test_every_fault_agrees_with_numbers_compared_exactly(self):
        self.compare(wild=True)

    def test_every_fault_agrees_with_the_peer_as_it_comes(self):
        self.compare(wild=False)

    def test_spoilt_schemas_are_refused_by_both(self):
        generator = Generator(self.rng, wild=False)
        spoilt = [Number("-1"), Number("0"), Number("1.5"), "", "x", "[", [], [Number("1")], ["a", "a"],
                  ["string", "string"], {}, {"a": Number("1")}, {"a": ["b", "b"]}, None, True, "(", "a**"]
        refused = 0
        for _ in range(SCHEMAS):
            schema = generator.schema(3, True, leaf=True)
            if not schema or not isinstance(schema, dict):
                continue
            name = self.rng.choice(list(schema))
            schema[name] = self.rng.choice(spoilt)
            text = to_json(schema)
            try:
                Draft202012Validator.check_schema(json.loads(text))
                theirs = True
            except jsonschema.SchemaError:
                theirs = False
            verdicts = self.check(text, ["{}"])
            if not isinstance(verdicts, list) and "this keyword is not known" in verdicts[1]:
                continue  # refused here on purpose, where the peer would ignore it
            with self.subTest(schema=text, seed=options.seed()):
                self.assertEqual(isinstance(verdicts, list), theirs, verdicts)
                if not theirs:
                    self.assertEqual(verdicts[0], 2)
            refused += not theirs
        self.assertGreater(refused, SCHEMAS // 5)

    def test_the_kits_own_shape_of_a_schema_is_taken(self):
        # What the network is sent as evidence_schema in the recorded requests of the kit.
        folder = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "paybond"
        found = 0
        for file in sorted(folder.glob("*.json")):
            for schema in schemas_in(json.loads(file.read_text(encoding="utf-8"))):
                found += 1
                self.assertIsInstance(self.check(json.dumps(schema), ["{}"]), list, schema)
        self.assertGreater(found, 0)


def schemas_in(value):
    """Every member evidence_schema that is an object, also inside texts that are JSON."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "kwargs":
                continue  # what a call was given, of which not all is sent
            if name == "evidence_schema" and isinstance(each, dict):
                yield each
            else:
                yield from schemas_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_in(each)
    elif isinstance(value, str) and value.startswith("{"):
        try:
            yield from schemas_in(json.loads(value))
        except ValueError:
            return


if __name__ == "__main__":
    unittest.main()
