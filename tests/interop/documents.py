"""Generated documents for comparing hashes: a number and a seed give one line of bytes, always the same.

Not random JSON but the places where two implementations part: numbers at every edge of the rules, escapes,
surrogates, duplicate and volatile names with bad things under them, nesting at the limits, and text that is
almost JSON. No document holds a newline, so that each is a line of NDJSON.
"""

import decimal
import math
import random
import struct

from snapchore.serialize import VOLATILE_DEFAULT

VOLATILE = sorted(VOLATILE_DEFAULT)
DEEPEST_HASHED = 50  # levels below the root that SVP-1.0 takes

# Nesting is generated up to the first number and from the second on, not between: where the peer gives up
# depends on how deep its own stack is at that moment.
DEEPEST_PARSED = 984
TOO_DEEP_TO_PARSE = 1001


def document(seed, number):
    """The name of the family that document `number` comes from, and its bytes."""
    rng = random.Random(f"{seed}/{number}")
    family, place = _SCHEDULE[number % len(_SCHEDULE)]
    turn = number // len(_SCHEDULE) * _WEIGHTS[family] + place
    text = family(rng, turn)
    return family.__name__.strip("_"), text if isinstance(text, bytes) else text.encode("utf-8")


def payload(seed, number):
    """The text of an object that can be hashed and holds nothing but JSON."""
    rng = random.Random(f"{seed}/payload/{number}")
    return _object(rng, rng.randrange(1, 5))


def families():
    """How many families there are."""
    return len(_WEIGHTS)


# --- numbers -------------------------------------------------------------------------------------------------


def _any_double(rng, most=math.inf):
    while True:
        bits = struct.pack("<Q", rng.getrandbits(64))
        number = struct.unpack("<d", bits)[0]
        if number == number and abs(number) < most:
            return number


def _exact(number):
    """All digits of a double, in fixed notation."""
    return format(decimal.Decimal(number), "f")


def _spell(rng, number):
    """One of the many ways to write a double as a JSON decimal."""
    text = rng.choice([
        lambda: repr(number),
        lambda: f"{number:.17g}",
        lambda: f"{number:.{rng.randrange(0, 25)}e}",
        lambda: _exact(number),
        lambda: f"{number:.{rng.randrange(1, 30)}f}" if abs(number) < 1e30 else repr(number),
    ])()
    if "." not in text and "e" not in text:
        text += ".0"
    if "e" in text:
        mantissa, exponent = text.split("e")
        sign = "-" if exponent.startswith("-") else rng.choice(["", "+"])
        digits = exponent.lstrip("+-")
        text = mantissa + rng.choice("eE") + sign + "0" * rng.randrange(3) + digits
    elif rng.random() < 0.2:
        text += "0" * rng.randrange(1, 5)
    return text


def _hashable_double(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return _any_double(rng, 2.0 ** 53)
    if kind == 1:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-14, 16)
    if kind == 2:
        return rng.choice([-1, 1]) * rng.randrange(10 ** 6) / 10.0 ** rng.randrange(0, 8)
    return float(f"{rng.randrange(10 ** 17)}e{rng.randrange(-30, -1)}")


def _floats(rng, turn):
    return '{"f":[' + ",".join(_spell(rng, _hashable_double(rng)) for _ in range(rng.randrange(1, 20))) + "]}"


def _one_float(rng, turn):
    return f'{{"{rng.choice(["f", "ts", "é"])}":{_spell(rng, _any_double(rng))}}}'


def _every_exponent(rng, turn):
    """Eight neighbouring binary exponents; the turns walk from the least subnormal to the largest double."""
    first = -1074 + turn * 8 % 2098
    numbers = (math.ldexp(rng.uniform(1, 2), exponent) for exponent in range(first, min(first + 8, 1024)))
    return '{"e":[' + ",".join(_spell(rng, rng.choice([-1, 1]) * number) for number in numbers) + "]}"


def _halves(rng, turn):
    """Numbers at or beside the middle of two neighbouring values of 12 places."""
    numbers = []
    for _ in range(rng.randrange(1, 12)):
        whole = rng.choice(["0", "1", str(rng.randrange(10 ** rng.randrange(1, 15)))])
        places = f"{rng.randrange(10 ** 12):012d}"
        tail = rng.choice(["5", "50", "49999999999", "5000000001", "4", "6", "51", "499999999999999999999"])
        numbers.append(rng.choice(["", "-"]) + f"{whole}.{places}{tail}" + rng.choice(["", "", "e0", "E-1"]))
    return '{"h":[' + ",".join(numbers) + "]}"


def _large_floats(rng, turn):
    """Between 1e15 and 1e17, where fixed notation and then the rules end."""
    kind = rng.randrange(4)
    if kind == 0:
        text = _spell(rng, float(rng.randrange(10 ** 15, 10 ** 17)))
    elif kind == 1:
        text = _spell(rng, float(10 ** 16 + rng.randrange(-40, 40)))
    elif kind == 2:
        text = f"{rng.randrange(1, 99)}.{rng.randrange(10 ** 6)}e{rng.randrange(13, 18)}"
    else:
        text = f"9999999999999999.{rng.choice(['0', '1', '4', '5', '9', '99999', '4999999999999'])}"
    return f'{{"l":{rng.choice(["", "-"])}{text}}}'


def _midpoint(rng):
    """The exact middle of two neighbouring doubles, or a hair beside it, in all its digits."""
    number = abs(_any_double(rng, 2.0 ** 53)) or 1.0
    above = struct.unpack("<d", struct.pack("<Q", struct.unpack("<Q", struct.pack("<d", number))[0] + 1))[0]
    with decimal.localcontext(decimal.Context(prec=1200)):
        text = format((decimal.Decimal(number) + decimal.Decimal(above)) / 2, "f")
    return (text if "." in text else text + ".0") + rng.choice(["", "0", "1", "0000000000000000001"])


_SPELLINGS = ["1E+05", "1e5", "0.10", "-0.0", "-0", "0e0", "-0e-0", "0E+00", "1e-400", "-1e-400", "1e400",
              "-1e400", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-12", "5e-13",
              "4.9e-13", "-5e-13", "1.0", "1.5e+0000", "100000000000000000000e-20", "0." + "0" * 400 + "1e400",
              "1" + "0" * 30 + "e-30", "1.7976931348623157e308", "1.7976931348623159e308", "0.1e1", "12e-1",
              "1e15", "1e16", "9007199254740993.0", "9007199254740992.9999", "123456789012.3456789012345",
              "0.30000000000000004", "2.675", "1.0000000000005", "0.0000000000015", "1e00", "1e-0",
              "0.1000000000000000055511151231257827021181583404541015625", "1e-5", "0.0001", "0.00001"]


def _spellings(rng, turn):
    numbers = [_midpoint(rng) if rng.random() < 0.3 else rng.choice(_SPELLINGS)
               for _ in range(rng.randrange(1, 4))]
    return '{"s":[' + ",".join(numbers) + "]}"


def _integers(rng, turn):
    digits = rng.choice([1, 2, 15, 16, 17, 18, 19, 20, 30, 100, 639, 640, 641, 4299, 4300, 4301, 4302, 6000])
    number = str(rng.randrange(1, 10)) + "".join(rng.choices("0123456789", k=digits - 1))
    edges = ["0", "-0", "9007199254740993", "9223372036854775807", "9223372036854775808",
             "18446744073709551616"]
    numbers = [rng.choice(["", "-"]) + number] + rng.choices(edges, k=rng.randrange(3))
    name = rng.choice(["n", "n", "n", "nonce"])
    return f'{{"{name}":[' + ",".join(numbers) + "]}"


# --- text ----------------------------------------------------------------------------------------------------


def _character(rng):
    """Any character, planes evenly, edges often; no surrogate and no newline."""
    if rng.random() < 0.3:
        code = rng.choice([0x20, 0x22, 0x2F, 0x5C, 0x7E, 0x7F, 0x80, 0x85, 0x9F, 0xA0, 0xFF, 0x7FF, 0x800, 0x2028,
                           0x2029, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF, 0x1F600])
    else:
        plane = rng.randrange(17)
        code = plane * 0x10000 + rng.randrange(0x10000)
        if plane == 0 and rng.random() < 0.5:
            code = rng.randrange(0x800)
    return chr(code) if code >= 0x20 and not 0xD800 <= code <= 0xDFFF else "x"


def _words(rng, most=12):
    return "".join(_character(rng) for _ in range(rng.randrange(most)))


_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
                  "\t": "\\t"}


def _quote(rng, text, escaping=0.1):
    """A JSON string; each character is escaped when it must be, and with probability `escaping` when not."""
    out = []
    for character in text:
        code = ord(character)
        must = code < 0x20 or character in '"\\'
        if not must and rng.random() >= escaping:
            out.append(character)
        elif character in _SHORT_ESCAPES and rng.random() < 0.7:
            out.append(_SHORT_ESCAPES[character])
        else:
            units = [code] if code < 0x10000 else [0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)]
            for unit in units:
                digits = f"{unit:04x}"
                out.append("\\u" + "".join(rng.choice([d.lower(), d.upper()]) for d in digits))
    return '"' + "".join(out) + '"'


def _planes(rng, turn):
    members = [f"{_quote(rng, _words(rng), 0.02)}:{_quote(rng, _words(rng, 40), 0.02)}"
               for _ in range(rng.randrange(1, 9))]
    return "{" + ",".join(members) + "}"


def _escapes(rng, turn):
    text = _words(rng) + "".join(chr(rng.randrange(0x20)) for _ in range(rng.randrange(5))) + "\"\\/"
    wild = rng.choice(["", "", "\\u0000", "\\x41", "\\u12g4", "\\u123", "\\U0041", "\\'", "\\", "\\u 123", "\\e"])
    return f'{{{_quote(rng, _words(rng), 0.5)}:{_quote(rng, text, 0.5)},"w":"{wild}"}}'


_SURROGATES = ["\\ud800", "\\udfff", "\\udc00\\ud800", "\\ud83d\\u0041", "\\ud83dx", "\\ud83d\\ud83d\\ude00",
               "\\uDBFF\\uDFFF", "\\ud83d\\", "\\ud83d\\n", "a\\udead", "\\ud800\\udc00", "\\uD834\\uDD1E"]


def _surrogates(rng, turn):
    text = rng.choice(_SURROGATES)
    name = rng.choice(VOLATILE)
    return rng.choice([f'{{"a":"{text}"}}', f'{{"{text}":1}}', f'{{"{name}":"{text}"}}',
                       f'{{"x":{{"{name}":{{"{text}":"{text}"}}}},"b":1}}', f'{{"a":"{text}","a":1}}',
                       f'{{"{text}":1,"{text}":2,"b":"{text}"}}', f'{{"{name}":["{text}"],"{text}b":0}}'])


def _control_characters(rng, turn):
    code = rng.choice([*range(10), *range(11, 0x20), 0x7F, 0x80, 0x9F])
    return rng.choice([f'{{"a":"x{chr(code)}y"}}', f'{{"a{chr(code)}":1}}', f'{{"a":{chr(code)}1}}',
                       f'{{"a":"\\u{code:04x}"}}', f'{{"sig":"{chr(code)}"}}', f'{chr(code)}{{"a":1}}'])


def _broken_utf8(rng, turn):
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80",
                      b"\xf0\x80\x80\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80", b"\xfe\xff",
                      b"\xc3\xa9", b"\xf4\x8f\xbf\xbf", b"\xef\xbf\xbf"])
    return rng.choice([b'{"a":"%s"}', b'{"%s":1}', b'{"sig":"%s"}', b'{"a":1}%s', b'%s{"a":1}']) % bad


# --- structure -----------------------------------------------------------------------------------------------


def _scalar(rng):
    return rng.choice([lambda: "null", lambda: "true", lambda: "false",
                       lambda: str(rng.randrange(-10 ** 9, 10 ** 9)), lambda: _spell(rng, _hashable_double(rng)),
                       lambda: _quote(rng, _words(rng))])()


def _name(rng):
    return rng.choice([lambda: rng.choice("abcdefgh"), lambda: rng.choice(VOLATILE), lambda: _words(rng, 5),
                       lambda: rng.choice(["metadata", "canon_version", "Timestamp", "ts ", "hash2", ""])])()


def _value(rng, depth):
    kind = rng.randrange(4) if depth else 0
    if kind < 2:
        return _scalar(rng)
    if kind == 2:
        return "[" + ",".join(_value(rng, depth - 1) for _ in range(rng.randrange(4))) + "]"
    return _object(rng, depth - 1)


def _object(rng, depth):
    members = (_quote(rng, _name(rng)) + ":" + _value(rng, depth) for _ in range(rng.randrange(1, 6)))
    return "{" + ",".join(members) + "}"


def _trees(rng, turn):
    return _object(rng, rng.randrange(1, 6))


def _nest(rng, levels, leaf):
    """`levels` arrays and objects around a leaf."""
    opening, closing = [], []
    for _ in range(levels):
        if rng.random() < 0.5:
            opening.append("[" + rng.choice(["", "1,", '"x",']))
            closing.append("]")
        else:
            opening.append('{"' + rng.choice(["a", "b", "metadata"]) + '":')
            closing.append(rng.choice(["", ',"z":1']) + "}")
    return "".join(opening) + leaf + "".join(reversed(closing))


def _depth(rng, turn):
    levels = DEEPEST_HASHED + rng.randrange(-3, 4)
    leaf = rng.choice(["1", "null", "[]", "{}", "1.5", '"x"', '{"ts":[[[1]]]}', '[{"sig":{}}]', "1e400"])
    name = rng.choice(["a", "metadata", rng.choice(VOLATILE)])
    return f'{{"{name}":{_nest(rng, levels, leaf)},"b":2}}'


def _parser_depth(rng, turn):
    levels = rng.choice([rng.randrange(60, DEEPEST_PARSED - 1), DEEPEST_PARSED - 1,
                         rng.randrange(TOO_DEEP_TO_PARSE, 1500), TOO_DEEP_TO_PARSE - 1, 20000])
    text = rng.choice(["[" * levels + "]" * levels, '{"a":' * levels + "1" + "}" * levels, _nest(rng, levels, "1"),
                       "[" * levels])
    name = rng.choice(VOLATILE) if rng.random() < 0.75 else "a"
    return f'{{"{name}":{text},"b":2}}'


_BAD = ["NaN", "Infinity", "-Infinity", "1e400", '"\\ud800"', "1e16", "123456789012345678.5", "[[NaN]]",
        '{"a":Infinity}', "1" * 4301, '"\\u0000"', "-1e999", "[" * 60 + "]" * 60]


def _not_finite(rng, turn):
    token = rng.choice(["NaN", "Infinity", "-Infinity", "-NaN", "nan", "inf", "Inf", "+Infinity", "Infinit",
                        "INFINITY", "1e309", "-1e309", "null", "None", "True", "undefined"])
    name = rng.choice(["a", "a", rng.choice(VOLATILE)])
    return rng.choice([f'{{"{name}":{token}}}', f'{{"x":[1,{{"{name}":{token}}}]}}',
                       f'{{"{name}":[{token},{token}]}}'])


def _duplicates(rng, turn):
    bad = rng.choice(_BAD)
    members = [f'"a":{bad}', f'"\\u0061":{_scalar(rng)}']
    if rng.random() < 0.3:
        members.reverse()
    if rng.random() < 0.3:
        members.append(f'"a":{_scalar(rng)}')
    for _ in range(rng.randrange(3)):
        members.insert(rng.randrange(len(members)), f'"{rng.choice("bcz")}":{_value(rng, 2)}')
    text = "{" + ",".join(members) + "}"
    return rng.choice([text, f'{{"k":[{text}],"k":[{text},1]}}', f'{{"metadata":{text},"ts":{text}}}'])


def _volatile(rng, turn):
    """Volatile names at any depth with things under them that could not be hashed."""
    text = f'{{"{rng.choice(VOLATILE)}":{rng.choice(_BAD)},"k":{_scalar(rng)}}}'
    for _ in range(rng.randrange(4)):
        name = rng.choice(["a", "metadata", "payload", rng.choice(VOLATILE)])
        text = rng.choice([f'{{"{name}":{text}}}',
                           f'{{"x":[{text},2],"{rng.choice(VOLATILE)}":{rng.choice(_BAD)}}}',
                           f'{{{_quote(rng, rng.choice(VOLATILE), 0.4)}:1,"m":{text}}}'])
    return text


def _metadata(rng, turn):
    version = rng.choice(['"SVP-1.0"', "null", "1", '"SVP-2.0"', "NaN", "{}", "1.50", '"\\ud800"'])
    members = [f'"metadata":{rng.choice([_object(rng, 2), "[]", "1", "null", _value(rng, 3)])}',
               f'"canon_version":{version}', f'"x":{{"canon_version":{_scalar(rng)}}}',
               f'"canon_versio":{_scalar(rng)}']
    return "{" + ",".join(rng.sample(members, rng.randrange(1, 5))) + "}"


def _roots(rng, turn):
    return rng.choice(["[]", "{}", "1", "null", '"x"', "true", "1.5", "NaN", "[{}]", "", " ", "{}{}", "{} 1",
                       '[{"a":1}]', "{},", "-", '"', "{", "}", "[", "]", ":", "\ufeff{}", "{}\ufeff", "\x00", "{}\x00",
                       '{"ts":1}', '{"":""}', "//{}", "{}#", "'a'", "{a:1}", "{'a':1}", '{"a":1,}', '{,"a":1}'])


def _white_space(rng, turn):
    spaces = [" ", "\t", "\r", "  \t", ""]
    if rng.random() < 0.3:
        spaces += rng.choice(["\x0b", "\x0c", "\xa0", "\u2003", "\ufeff", "\x00", "\x1f", "\u2028"])
    tokens = ["{", '"a"', ":", "[", "1", ",", "2.50", "]", ",", '"b"', ":", '"x \t"'.replace("\t", " "), "}"]
    return "".join(rng.choice(spaces) + token for token in tokens) + rng.choice(spaces)


def _realistic(rng, turn):
    members = [f'"id":"{rng.getrandbits(128):032x}"', f'"timestamp":"2026-0{rng.randrange(1, 10)}-11T10:00:00Z"',
               f'"tokens":{rng.randrange(10 ** 6)}', f'"cost":{rng.randrange(10 ** 6) / 10 ** 4}',
               f'"tags":[{",".join(_quote(rng, word, 0) for word in rng.sample(["übung", "日本", "x"], 2))}]',
               f'"metadata":{{"model":"m-{rng.randrange(9)}","nonce":{rng.random()},"temperature":{rng.random()}}}',
               '"ok":true', '"parent":null']
    return "{" + ", ".join(rng.sample(members, len(members))) + "}"


def _mutants(rng, turn):
    """A document with one or two of its bytes changed: mostly no JSON, sometimes another document."""
    text = bytearray(rng.choice([_trees, _realistic, _escapes, _floats, _metadata])(rng, turn).encode("utf-8"))
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(len(text))
        kind = rng.randrange(5)
        if kind == 0:
            del text[at]
        elif kind == 1:
            text.insert(at, rng.choice(b'{}[]",:\\ 0123456789eE+-.tfnNI/\t\r\x00u'))
        elif kind == 2:
            text[at] = rng.choice(b'{}[]",:\\ 0123456789eE+-.tfnNI/\t\r\x00u')
        elif kind == 3:
            del text[at:]
            text += b" "
        else:
            text[at] ^= 1 << rng.randrange(7)
    return bytes(text).replace(b"\n", b"\r")


# How many of each hundred or so documents come from which family. A family is told its turn: how many documents
# came from it before.
_WEIGHTS = {
    _floats: 14, _one_float: 6, _every_exponent: 3, _halves: 8, _large_floats: 6, _spellings: 6, _integers: 5,
    _planes: 6, _escapes: 6, _surrogates: 5, _control_characters: 3, _broken_utf8: 3, _trees: 6, _depth: 5,
    _parser_depth: 3, _not_finite: 4, _duplicates: 6, _volatile: 6, _metadata: 5, _roots: 3, _white_space: 4,
    _realistic: 3, _mutants: 10,
}
_SCHEDULE = [(family, place) for family, weight in _WEIGHTS.items() for place in range(weight)]
