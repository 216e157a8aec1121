"""Completion presets and policy files, case by case against the official kit, and its command against our network.

Generated are evidence for every preset with fields that are missing, foreign, of another type or a payment's, policies
with one member spoilt, and lists of guardrails. The report on evidence must be the kit's by value and order; a policy
must be one for both or for neither.
"""

import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

try:
    from paybond_kit import completion_catalog, completion_validate_evidence
    from paybond_kit import policy as kit_policy
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: run this with the Python that has it") from missing

import local_server
import options
import programs

MOST = 600  # runs of the program for one test
VALUES = [None, True, False, 0, 1, -1, 200, 1.0, 1.5, 1e300, "", "a", "1", "attested", "it's", "\"", "é", "\u200b", "\\",
          "status", [], ["a"], [1], ["a", 1], {}, {"a": 1}, "completed"]
SPOILT = [None, True, 0, -1, 1.5, 2, "", "a", "A b", "1a", "usd", "org_a", "a/b", [], ["a"], ["a", "a"], [1], {}, {"a": 1},
          {"side_effecting": False}, "sha256:" + "0" * 64, "sha256:zz", "stripe_charge", "x" * 65, "x" * 129]
TOOL = {"side_effecting": True, "max_spend_cents": 5, "evidence_preset": "stripe_charge", "operation": "a.b",
        "vendor_pack": "stripe_charge"}
INTENT = {"allowed_tools": ["a.b"], "budget": {"currency": "usd", "max_spend_usd": 2},
          "policy_binding": {"template_id": "true_v1", "version_seq": 1, "head_digest": "sha256:" + "0" * 64}}
FIRST = {"version": 1, "name": "x", "default_deny": True, "tools": {"a.b": TOOL, "c": {"side_effecting": False}},
         "intent": INTENT, "adapter": {"deny_provider_executed_tools": True}}
SECOND = {**FIRST, "version": 2, "extends": {"org_policy_id": "p", "org_id": "org_a", "base_policy": "b.yaml"},
          "overrides": {"default_deny": True, "tools": {"a.b": {"max_spend_cents": 4}},
                        "intent": {"budget": {"currency": "usd"}}}}


def ours(*words, stdin=b"", **more):
    done = programs.run("paybond", *words, "-f", "json", stdin=stdin, **more)
    return done.returncode, json.loads(done.stdout)["data"] if done.stdout else json.loads(done.stderr)


def kit_command(server, *words, cwd):
    environment = {**os.environ, "PAYBOND_API_KEY": server.paybond_key, "PAYBOND_TELEMETRY": "0", "HOME": str(cwd),
                   "XDG_CONFIG_HOME": str(cwd)}
    done = subprocess.run([str(pathlib.Path(sys.executable).with_name("paybond")), "--gateway", server.base_url, *words,
                           "--format", "json"], env=environment, cwd=cwd, capture_output=True, check=False)
    return done.returncode, json.loads(done.stdout)


class Evidence(unittest.TestCase):
    def make(self, chance, preset):
        names = [*(preset.get("vendor_evidence_schema") or preset["evidence_schema"])["properties"],
                 *preset["evidence_schema"]["properties"], *preset.get("forbidden_evidence_fields", [])[:2],
                 "artifact_blake3_hex", "other"]
        samples = {**preset["sample_evidence"], **preset.get("vendor_sample_evidence", {})}
        made = {}
        for name in chance.sample(names, chance.randint(0, min(6, len(names)))):
            made[name] = samples[name] if name in samples and chance.random() < 0.6 else chance.choice(VALUES)
        return samples if chance.random() < 0.15 else made

    def test_evidence_is_judged_as_the_kit_judges_it(self):
        chance = random.Random(options.seed())
        presets = {each: completion_catalog.get_completion_preset(each)
                   for each in completion_catalog.list_completion_preset_ids()}
        for number in range(min(options.documents(), MOST)):
            name = chance.choice(list(presets))
            given, words = {}, ["--preset", name]
            for side in chance.choice([["vendor"], ["canonical"], ["vendor", "canonical"]]):
                given[f"{side}_payload"] = self.make(chance, presets[name])
                words += [f"--{side}-file", json.dumps(given[f"{side}_payload"])]
            if chance.random() < 0.2:
                given["frozen_vendor_api_version"] = chance.choice(["1999", "vendor_webhook_v1", ""])
                words += ["--frozen-api-version", given["frozen_vendor_api_version"]]
            wanted = completion_validate_evidence.validate_completion_evidence(preset_id=name, **given)
            wanted = wanted if isinstance(wanted, dict) else vars(wanted)
            code, report = ours("policy", "validate-evidence", *words)
            with self.subTest(number=number, name=name, given=given):
                good = report.pop("ok")
                self.assertEqual(json.dumps(report), json.dumps(wanted))
                self.assertEqual(code, 0 if good else 10)


class Policies(unittest.TestCase):
    def spoil(self, chance, value):
        """The same with one member, at any depth, changed, added or taken away."""
        if not isinstance(value, dict) or not value or chance.random() < 0.3:
            return chance.choice(SPOILT)
        name = chance.choice(list(value))
        how = chance.random()
        if how < 0.2:
            return {each: value[each] for each in value if each != name}
        if how < 0.35:
            return {**value, chance.choice(["other", "A", "a", "extends", "overrides"]): chance.choice(SPOILT)}
        return {**value, name: self.spoil(chance, value[name])}

    def is_one_for_the_kit(self, policy):
        try:
            kit_policy.parse_paybond_policy_document(policy)
        except Exception:  # what it throws is of several kinds
            return False
        return True

    def test_a_policy_is_one_for_both_or_for_neither(self):
        chance = random.Random(options.seed())
        for number in range(min(options.documents(), MOST)):
            policy = self.spoil(chance, chance.choice([FIRST, SECOND]))
            if not isinstance(policy, dict) or None in (policy.get("tools", 0), policy.get("intent", 0)):
                continue  # an empty mapping here, as in YAML
            if policy.get("version") is True:
                continue  # which is 1 to Python
            _, verdict = ours("policy", "validate-tools", "--file", "-", stdin=json.dumps(policy).encode())
            # What only the catalogue or a base policy decides, the kit's parser leaves open.
            faults = [each for each in verdict["errors"] if "catalogue" not in each["message"] and
                      not (each["path"] == "extends" and "overlay" in each["message"])]
            with self.subTest(number=number, policy=policy, faults=faults):
                self.assertEqual(not faults, self.is_one_for_the_kit(policy))


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = local_server.LocalServer()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="agentnet-policy-"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_the_kit_previews_against_our_network(self):
        evidence = self.folder / "evidence.json"
        for cents, passes in ((100, True), (101, False)):
            evidence.write_text(json.dumps({"status": "completed", "cost_cents": cents}))
            code, said = kit_command(self.server, "policy", "preview", "--preset", "cost_and_completion",
                                     "--evidence-file", str(evidence), cwd=self.folder)
            self.assertEqual((code, said["data"]["pass"]), (0, passes))
            self.assertEqual(said["data"]["materialized_dsl"]["root"]["op"], "all")

    def test_policies_that_our_command_writes_are_valid_for_the_kit_and_our_network(self):
        for preset in ("travel", "strict", "read-only"):
            file = self.folder / f"{preset}.yaml"
            ours("policy", "init", "--preset", preset, "--out", str(file))
            kit_policy.PaybondPolicy.load(str(file))
            code, said = kit_command(self.server, "policy", "validate-tools", "--file", str(file), "--remote", "--strict",
                                     cwd=self.folder)
            self.assertEqual((code, said["data"]["valid"], said["data"]["remote_valid"]), (0, True, True))

    def test_policies_that_the_kit_writes_are_valid_here(self):
        for number, rails in enumerate(["strict", "max-spend:12.5", "default-deny,max-spend-cents:77", "require-evidence"]):
            file = self.folder / f"kit-{number}.yaml"
            code, _ = kit_command(self.server, "policy", "init", "--domain", "aws", "--guardrails", rails, "--out", str(file),
                                  cwd=self.folder)
            self.assertEqual(code, 0)
            self.assertEqual(ours("policy", "validate-tools", "--file", str(file))[0], 0)
            shown = ours("policy", "presets", "show", "--domain", "aws", "--guardrails", rails)[1]["yaml"]
            written = [each for each in file.read_text().splitlines() if each and not each.startswith("#")]
            self.assertEqual([each for each in shown.splitlines() if each], written)

    def test_a_guarded_tool_runs_with_a_budget(self):
        file = self.folder / "guard.py"
        ours("init", "guardrail", "--out", str(file))
        spec = importlib.util.spec_from_file_location("guard", file)
        guard = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(guard)
        os.environ.update(PAYBOND_API_KEY=self.server.paybond_key, PAYBOND_GATEWAY_URL=self.server.base_url)
        self.addCleanup(os.environ.pop, "PAYBOND_API_KEY")
        self.addCleanup(os.environ.pop, "PAYBOND_GATEWAY_URL")
        result, settled = guard.guarded("paid-tool", 100, lambda word: word + "!", "done")
        self.assertEqual((result, settled["predicate_passed"], settled["sandbox_lifecycle_status"]),
                         ("done!", True, "released"))
        with self.assertRaises(ZeroDivisionError):
            guard.guarded("paid-tool", 100, lambda: 1 // 0)


if __name__ == "__main__":
    unittest.main()
