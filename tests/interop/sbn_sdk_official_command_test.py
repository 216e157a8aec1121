"""The official `sbn` command against `agentnet serve`: each run of a table ends with 0 and prints what it should.

The command is the one beside the Python that runs this, so of both releases. A row is a line of words; {name} in it is
what an earlier row left under that name. Values are taken from JSON output by path ("app_id", "record.id").
"""

import dataclasses
import json
import pathlib
import re
import subprocess
import sys
import unittest

import sdk
from programs import environment

_COMMAND = pathlib.Path(sys.executable).parent / "sbn"
_SECONDS = 60


@dataclasses.dataclass
class Run:
    words: str
    prints: str = ""  # a regular expression found on standard output or standard error
    keeps: dict = dataclasses.field(default_factory=dict)  # from a name to a path in the JSON that it prints
    exits: int = 0
    as_app: bool = False  # with ATLAS_CLIENT_ID and ATLAS_CLIENT_SECRET
    only_0_14: bool = False


# The groups of the command, in the order in which they run; each has a server of its own.
GROUPS = {
    "version": [Run("version", r"sbn-sdk 0\.1\d\.")],
    "auth": [
        Run("auth status", "Authenticated"),
        Run("auth login --api-key k", "export SBN_API_KEY=k"),
        Run("auth logout", "unset"),
    ],
    "receipts": [
        Run("agent snap seal doc.json --domain of.the.command", ""),
        Run("-f json receipts list --limit 5", '"receipts"', {"receipt": "receipts.0.receipt_id"}),
        Run("receipts list", "RECEIPT_ID|receipt"),
        Run("receipts get {receipt}", "{receipt}"),
        Run("-f json receipts get {receipt}", '"snapchore_hash"'),
        Run("-f quiet receipts list", "{receipt}"),
        Run("receipts get none", "no such receipt", exits=1),
    ],
    "atlas": [
        Run("-f json atlas register --name lab --family dev --workflow code --workflow plan --bind code=dev.code "
            "--pulse code=slot_stream --pulse plan=pgdag --events code=commit,review", '"client_secret"',
            {"app": "app_id", "client_id": "client_id", "client_secret": "client_secret"}),
        Run("atlas register -n other -f dev -w one,two --workflow-specs-file specs.json", "dev.one"),
        Run("atlas register -n n -f f --workflow a --pulse a=none", "bad_pulse_type", exits=1),
        Run("atlas apps", "lab"),
        Run("-f json atlas apps", '"workflow_specs"'),
        Run("-f json atlas keys mint {app} --label worker", '"api_key"', {"key": "record.id"}),
        Run("-f quiet atlas keys mint {app} --scope attest.write", "^sbn_live_"),
        Run("atlas keys mint {app} --scope *", "bad_scope", exits=1),
        Run("atlas keys bind {app} {key}", "Bound key {key}"),
        Run("atlas bindings set {app} --workflow plan --frontier dev.moved", "dev.moved"),
        Run("atlas bindings set {app} --workflow plan --frontier dev.again --pulse batch --events a,b "
            "--history-action moved", "batch", only_0_14=True),
        Run("atlas bindings history {app} --workflow plan", "dev.moved", only_0_14=True),
        Run("atlas bindings restore {app} --workflow plan --index 1", "dev.moved", only_0_14=True),
        Run("atlas resolve -w code -e commit", "Resolved: dev.code"),
        Run("-f json atlas resolve -w code", '"scoring_frontier": "dev.code"'),
        Run("-f quiet atlas resolve -w code", "^dev.code"),
        Run("atlas frontiers --family dev", "dev.code"),
        Run("atlas tree", "code"),
        Run("atlas couplings", "no results"),
        Run("atlas calibrate", "Calibrated 0 frontiers"),
        Run("atlas calibrate -f dev.code", "dev.code"),
        Run("atlas detect", "0 new couplings"),
        Run("atlas env --app-id {app}", "ATLAS_CODE_FRONTIER=dev.code"),
        Run("atlas env --app-id {app} -f json", '"env_vars"'),
        Run("atlas env", "ATLAS_PLAN_FRONTIER=", as_app=True),
        Run("-f quiet atlas token", "^atl_tok_", as_app=True),
        Run("atlas token --client-id {client_id} --client-secret {client_secret}", "Token issued"),
        Run("atlas instrumentation", "report", as_app=True),
        Run("-f quiet atlas instrumentation --all", "^0", as_app=True),
        Run("atlas cards register --domain dev.card --app-family dev --family-class service --authored-by me "
            "--workflow code --c-max 2", "dev.card", only_0_14=True),
        Run("atlas cards version dev.card --authored-by you --label Second", "dev.card", only_0_14=True),
        Run("atlas cards list", "Second", only_0_14=True),
        Run("atlas cards show dev.card", "Second", only_0_14=True),
        Run("atlas cards attach dev.card --app-id {app} --key-id {key}", "dev.card", only_0_14=True),
        Run("atlas cards export dev.card --out card.json", "Exported", only_0_14=True),
        Run("atlas cards import card.json --supersede-existing --change-note again", "dev.card", only_0_14=True),
        Run("atlas cards run dev.card", "status=501", exits=1, only_0_14=True),
        Run("atlas revoke {app} -y", "revoked"),
        Run("atlas env", "revoked_credential", exits=1, as_app=True),
        Run("atlas env --app-id none", "status=404", exits=1),
    ],
}
_FILES = {
    "doc.json": {"event": "signup"},
    "specs.json": [{"workflow": "one", "frontier_id": "dev.one", "pulse_type": "batch", "event_types": ["e"]}],
}


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


class OfficialCommandTest(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        for name, content in _FILES.items():
            (self.server.folder / name).write_text(json.dumps(content), encoding="utf-8")

    def say(self, row, kept):
        words = [word.format(**kept) for word in row.words.split()]
        variables = {"ATLAS_CLIENT_ID": kept["client_id"], "ATLAS_CLIENT_SECRET": kept["client_secret"]} \
            if row.as_app else {}
        settings = environment(SBN_BASE_URL=self.server.base_url, SBN_API_KEY=self.server.key, COLUMNS="200",
                               NO_COLOR="1", TERM="dumb", **variables)
        return subprocess.run([_COMMAND, *words], env=settings, cwd=self.server.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=_SECONDS, check=False)

    def run_group(self, group):
        kept = {}
        for row in GROUPS[group]:
            if row.only_0_14 and not sdk.IS_0_14:
                continue
            with self.subTest(words=row.words):
                done = self.say(row, kept)
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, row.exits, said)
                if row.exits == 0:
                    self.assertNotIn("Traceback", said)
                expected = row.prints.format(**{name: re.escape(value) for name, value in kept.items()})
                self.assertTrue(re.search(expected, done.stdout, re.M) or re.search(expected, done.stderr, re.M), said)
                for name, path in row.keeps.items():
                    kept[name] = at(json.loads(done.stdout), path)


def _add_tests():
    for group in GROUPS:
        def test(self, group=group):
            self.run_group(group)
        setattr(OfficialCommandTest, f"test_the_group_{group}", test)


_add_tests()

if not _COMMAND.exists():
    OfficialCommandTest = unittest.skip("the official command is not beside this Python")(OfficialCommandTest)
