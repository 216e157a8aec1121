"""A JSON document with one thing changed at a time."""

import copy


def leaves(value, path=()):
    """The paths of everything that has nothing inside: scalars, [] and {}."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    empty = True
    for name, inner in members:
        empty = False
        yield from leaves(inner, (*path, name))
    if empty:
        yield path


def at(value, path):
    for name in path:
        value = value[name]
    return value


def with_value(document, path, new):
    changed = copy.deepcopy(document)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def without(document, path):
    changed = copy.deepcopy(document)
    del at(changed, path[:-1])[path[-1]]
    return changed


def other(value, rng):
    """Another value of the same type."""
    if value is None:
        return rng.choice(["null", 0, {}])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice([-1, 1])
    if isinstance(value, float):
        return value + 1.5 if abs(value) < 1e6 else value * 1.25
    if isinstance(value, str):
        return _other_text(value, rng)
    return [0] if isinstance(value, list) else {"added": 0}


def _other_text(text, rng):
    if not text or rng.random() < 0.1:
        return text + "0"
    place = rng.randrange(len(text))
    new = rng.choice([c for c in "0123456789abcdefXYZ+/ é" if c != text[place]])
    return text[:place] + new + text[place + 1:]


def mutants(document, rng):
    """Pairs of what was done and the changed document; the path of what was changed goes with each.

    Each leaf becomes another of its type, then one of another type, then is taken out.
    """
    for path in leaves(document):
        if not path:
            continue
        value = at(document, path)
        strange = rng.choice([new for new in (None, True, 7, "", "x", [], {}, 0.5) if type(new) is not type(value)])
        yield "changed", path, with_value(document, path, other(value, rng))
        yield "retyped", path, with_value(document, path, strange)
        yield "removed", path, without(document, path)
