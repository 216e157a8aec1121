"""The SDK's atlas client and its class Atlas, which calls as an app, against `agentnet serve`."""

import os
import unittest.mock

import sdk
from recording import Flaky
from sbn import Atlas

_SPECS = [{"workflow": "code", "frontier_id": "dev.code", "pulse_type": "slot_stream", "event_types": ["commit"]},
          {"workflow": "plan", "frontier_id": None, "pulse_type": None, "event_types": []}]


class AtlasCase(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        self.atlas = self.client.atlas

    def register(self, **more):
        return self.atlas.register_app(**{
            "app_name": "lab", "app_family": "dev", "declared_workflows": ["code", "plan"], "workflow_specs": _SPECS,
            **more})

    def app(self, registered, **options):
        """The class Atlas with the credentials of a registration."""
        app = Atlas(client_id=registered["client_id"], client_secret=registered["client_secret"],
                    base_url=self.server.base_url, **options)
        self.addCleanup(app.close)
        return app


class AtlasClientTest(AtlasCase):
    def test_an_app_is_registered_listed_and_revoked(self):
        made = self.register(declared_event_types=["commit"], token_ttl_seconds=60)
        self.assertEqual([binding["frontier"] for binding in made["bindings"]], ["dev.code", "dev.plan"])
        self.assertEqual(made["workflow_specs"][0]["event_types"], ["commit"])
        listed, = (app for app in self.atlas.list_apps()["apps"] if app["app_id"] == made["app_id"])
        self.assertEqual((listed["status"], listed["declared_workflows"]), ("active", ["code", "plan"]))
        self.assertNotIn("client_secret", listed)
        self.assertEqual(self.atlas.revoke_app(made["app_id"])["status"], "revoked")
        self.assertEqual(self.atlas.revoke_app(made["app_id"])["status"], "revoked")
        with self.refused(401, "revoked_credential"):
            self.atlas.exchange_token(client_id=made["client_id"], client_secret=made["client_secret"])
        with self.refused(404, "unknown_app"):
            self.atlas.revoke_app("app_none")

    def test_credentials_are_exchanged_with_and_without_a_key(self):
        made = self.register(token_ttl_seconds=60)
        for client in (self.client, self.connect()):
            token = client.atlas.exchange_token(client_id=made["client_id"], client_secret=made["client_secret"])
            self.assertEqual((token["app_id"], token["expires_in"]), (made["app_id"], 60))
            bearer = self.connect()
            bearer.authenticate_bearer(token["access_token"])
            self.assertEqual(bearer.atlas.get_env(made["app_id"])["app_id"], made["app_id"])
        with self.refused(401, "invalid_credential"):
            self.atlas.exchange_token(client_id=made["client_id"], client_secret="atl_sec_x")

    def test_the_variables_come_as_json_and_as_text(self):
        made = self.register()
        env = self.atlas.get_env(made["app_id"])
        self.assertEqual(env["env_vars"], {"ATLAS_CODE_FRONTIER": "dev.code", "ATLAS_CODE_PULSE_TYPE": "slot_stream",
                                           "ATLAS_PLAN_FRONTIER": "dev.plan"})
        text = self.atlas.get_env(made["app_id"], format="dotenv")
        self.assertEqual(dict(line.split("=", 1) for line in text.splitlines()), env["env_vars"])

    def test_keys_are_minted_and_bound(self):
        made = self.register()
        key = self.atlas.mint_bound_key(made["app_id"], label="worker", scopes=["attest.write"])
        self.assertEqual(key["record"]["scopes"], ["attest.write"])
        worker = self.connect(key["api_key"])
        self.assertTrue(worker.snapchore.seal({"a": 1})["snapchore_hash"])
        bound = self.atlas.bind_existing_key(made["app_id"], key_id=key["record"]["id"])
        self.assertIs(bound["attestation_ready"], True)
        with self.refused(400, "bad_scope"):
            self.atlas.mint_bound_key(made["app_id"], scopes=["*"])
        self.atlas.revoke_app(made["app_id"])
        with self.refused(401, "revoked_credential"):
            worker.snapchore.seal({"a": 1})

    def test_bindings_are_set_and_resolved(self):
        made = self.register(declared_workflows=["only-here"], workflow_specs=None)
        bound = self.atlas.upsert_binding(made["app_id"], workflow="only-here", frontier_id="dev.other")
        self.assertEqual((bound["binding"]["frontier"], bound["binding"]["source_kind"]), ("dev.other", "manual"))
        self.assertEqual(self.atlas.resolve(workflow="only-here", context={"k": 1})["scoring_frontier"], "dev.other")
        with self.refused(404, "unresolved"):
            self.atlas.resolve(workflow="nobody's")
        with self.refused(400, "bad_field"):
            self.atlas.resolve()

    def test_frontiers_are_listed_and_read(self):
        self.register()
        paths = [each["canonical_path"] for each in self.atlas.list_frontiers(family="dev", kind="scoring")["frontiers"]]
        self.assertIn("dev.code", paths)
        self.assertEqual(self.atlas.list_frontiers(regime="slack")["frontiers"], [])
        self.assertEqual(self.atlas.get_frontier_snapshot("dev.code")["frontier_id"], "dev.code")
        history = self.atlas.get_frontier_history("dev.code", window_hours=7, bucket_minutes=5, include_rollup=True)
        self.assertEqual((history["window_hours"], history["buckets"], history["rollup"]), (7, [], []))
        delta = self.atlas.get_frontier_history_delta("dev.code", since="2026-01-01T00:00:00Z")
        self.assertEqual(delta["buckets"], [])
        self.assertIsNone(self.atlas.get_frontier_validation("dev.code", tolerance=0.25)["valid"])
        with self.refused(404, "unknown_frontier"):
            self.atlas.get_frontier_snapshot("none")

    def test_nothing_is_made_up_where_nothing_is_measured(self):
        self.register()
        self.assertEqual(self.atlas.list_couplings(min_strength=0.25)["couplings"], [])
        self.assertEqual(self.atlas.get_frontier_couplings("dev.code")["couplings"], [])
        self.assertEqual(self.atlas.detect_couplings()["detected"], 0)
        self.assertEqual(self.atlas.calibrate_all(window_days=3, force=True)["results"], [])
        self.assertEqual(self.atlas.calibrate_frontier(frontier_id="dev.code")["observations"], 0)
        self.assertEqual(self.atlas.get_intervention_report(window_days=3)["interventions"], [])
        report = self.atlas.get_instrumentation_report(only_weak=True, limit=3)
        self.assertEqual((report["summary"]["total_events"], report["weak_segments"]), (0, []))


class AtlasAppTest(AtlasCase):
    def test_an_app_reads_its_own_configuration(self):
        app = self.app(self.register())
        self.assertEqual(app.config.app_name, "lab")
        self.assertEqual([(each.workflow, each.frontier, each.auto_provisioned) for each in app.bindings],
                         [("code", "dev.code", False), ("plan", "dev.plan", True)])
        self.assertEqual(app.scoring_frontier, "dev.code")
        self.assertEqual(app.env_vars["ATLAS_PLAN_FRONTIER"], "dev.plan")
        self.assertIn("ATLAS_CODE_FRONTIER=dev.code", app.dotenv())

    def test_an_app_is_made_from_the_environment(self):
        made = self.register()
        variables = {"ATLAS_CLIENT_ID": made["client_id"], "ATLAS_CLIENT_SECRET": made["client_secret"]}
        with unittest.mock.patch.dict(os.environ, variables):
            app = Atlas.from_env(base_url=self.server.base_url)
        self.addCleanup(app.close)
        self.assertEqual(app.app_id, made["app_id"])
        with unittest.mock.patch.dict(os.environ, {name: "" for name in variables}), self.assertRaises(ValueError):
            Atlas.from_env(base_url=self.server.base_url)

    def test_an_app_works_on_what_is_its_own(self):
        app = self.app(self.register())
        self.assertEqual(app.resolve(workflow="code")["scoring_frontier"], "dev.code")
        bound = app.upsert_binding(app.app_id, workflow="plan", frontier_id="dev.moved")
        self.assertEqual(bound["binding"]["frontier"], "dev.moved")
        self.assertTrue(app.mint_bound_key(app.app_id, label="worker")["attestation_ready"])
        other = self.register()
        with self.refused(403, "insufficient_scope"):
            app.mint_bound_key(other["app_id"])
        self.assertIn("dev.moved", [each["canonical_path"] for each in app.list_frontiers()["frontiers"]])
        self.assertEqual(app.list_couplings()["couplings"], [])
        self.assertEqual(app.detect_couplings()["detected"], 0)
        self.assertEqual(app.calibrate_frontier(frontier_id="dev.code")["observations"], 0)
        self.assertEqual(app.get_instrumentation_report()["summary"]["weak_events"], 0)

    def test_a_token_about_to_end_is_exchanged_anew(self):
        # The SDK takes a new one when less than 30 seconds are left.
        for seconds, is_kept in ((3600, True), (1, False)):
            made = self.register(token_ttl_seconds=seconds)
            with Flaky(self.server.base_url, failures=0) as watched:
                app = Atlas(client_id=made["client_id"], client_secret=made["client_secret"],
                            base_url=watched.base_url)
                for _ in range(3):
                    self.assertEqual(app.resolve(workflow="code")["scoring_frontier"], "dev.code")
                app.close()
                exchanges = [request for request in watched.requests if request.path() == "/api/atlas/token"]
            tokens = {request.header("Authorization") for request in watched.requests} - {None}
            self.assertEqual(len(exchanges) == 1, is_kept)
            self.assertEqual(len(tokens) == 1, is_kept)

    def test_an_app_that_is_revoked_is_refused_from_the_next_request_on(self):
        made = self.register()
        app = self.app(made)
        self.assertEqual(app.app_id, made["app_id"])
        self.atlas.revoke_app(made["app_id"])
        with self.refused(401, "revoked_credential"):
            app.list_frontiers()
        with self.refused(401, "revoked_credential"):
            self.app(made).list_frontiers()


@unittest.skipUnless(sdk.IS_0_14, "of release 0.14")
class CardTest(AtlasCase):
    def test_cards_are_registered_in_versions(self):
        made = self.atlas.register_card(card_id="dev.card", app_family="dev", family_class="service", authored_by="me",
                                        path_id="dev.path", c_max=2.5, workflow_bindings=["code"], notes={"k": 1})
        self.assertEqual((made["canonical_path"], made["declared_prior"]["theoretical_c_max"]), ("dev.path", 2.5))
        second = self.atlas.version_card("dev.path", authored_by="you", label="Second", change_note="renamed")
        self.assertEqual((second["version"], second["label"], second["notes"]), (2, "Second", {"k": 1}))
        self.assertEqual(self.atlas.get_card("dev.card"), second)
        self.assertIn(second, self.atlas.list_cards()["cards"])
        with self.refused(409, "card_exists"):
            self.atlas.register_card(card_id="dev.card", app_family="x", family_class="y", authored_by="z")
        with self.refused(501, "not_implemented"):
            self.atlas.run_card("dev.card")

    def test_a_binding_keeps_what_this_release_adds(self):
        made = self.register()
        weights = {"accepted_event_types": ["e"], "action_weight_map": {"a": 1.5}, "rollup_mode": "sum"}
        binding = self.atlas.upsert_binding(
            made["app_id"], workflow="code", frontier_id="dev.code", pulse_type="pgdag", history_action="weighed",
            gec_contract={"gec_domain": "dev", "x_mode": "count"}, **weights)["binding"]
        self.assertEqual({name: binding[name] for name in weights}, weights)
        self.assertEqual((binding["gec_domain"], binding["x_mode"]), ("dev", "count"))
        listed, = (app for app in self.atlas.list_apps()["apps"] if app["app_id"] == made["app_id"])
        history = listed["workflow_specs"][0]["contract_history"]
        self.assertEqual([(row["action"], row["pulse_type"]) for row in history], [("weighed", "slot_stream")])
