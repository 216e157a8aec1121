"""The table of known differences, and which of them this run relied on."""

import json

from programs import ROOT

_TABLE = ROOT / "tests" / "vectors" / "differences.json"
_rows = {row["id"]: row for row in json.loads(_TABLE.read_text())["differences"]}
_met = {}


def known_difference(name):
    """Counts a difference that was met; one that is not in the table is a failure."""
    if name not in _rows:
        raise AssertionError(f"{_TABLE.name} knows no difference '{name}'")
    _met[name] = _met.get(name, 0) + 1


def report():
    for name, times in sorted(_met.items()):
        print(f"  known difference {name}, met {times} times: {_rows[name]['what']}")
