"""The SDK's console and control_plane calls against `agentnet serve`: every method, and what the network does of itself:
keys that end, calls that are limited, events that are posted and signed."""

import csv
import hashlib
import hmac
import io
import json
import threading
import time

import httpx

import sdk
from recording import Loopback, json_answer

_WAIT_SECONDS = 15
_UNKNOWN = "proj_00000000-0000-4000-8000-000000000000"


class Receiver(Loopback):
    """Takes webhooks, after it has refused the first `failures` of them."""

    def __init__(self, failures=0):
        self._arrived = threading.Condition()
        self._failures = failures
        self.attempts = 0
        super().__init__(self._answer)

    def _answer(self, request):
        with self._arrived:
            self.attempts += 1
            refused = self.attempts <= self._failures
            self._arrived.notify_all()
        return json_answer(500 if refused else 200, {})

    def wait_for(self, attempts):
        with self._arrived:
            if not self._arrived.wait_for(lambda: self.attempts >= attempts, _WAIT_SECONDS):
                raise AssertionError(f"{self.attempts} requests came, not {attempts}")


def signature_of(secret, request):
    message = request.header("X-SBN-Timestamp").encode() + b"." + request.body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class ConsoleCase(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        self.console = self.client.console
        self.control = self.client.control_plane

    def make_project(self, name="shop"):
        return self.console.create_project(name)["id"]

    def make_key(self, project, **options):
        made = self.console.create_api_key(project, **options)
        return made["api_key"], made["record"]["id"]

    def in_project(self, project):
        """The console of a client of its own, switched to a project."""
        client = self.connect(self.server.key)
        client.console.switch_project(project)
        self.addCleanup(client.console.switch_project, self.server.tenant)
        return client.console


class ProjectTest(ConsoleCase):
    def test_a_project_is_made_listed_and_switched_to(self):
        made = self.console.create_project("shop")
        listed = {project["id"]: project for project in self.console.list_projects()}
        self.assertEqual(listed[made["id"]]["name"], "shop")
        self.assertIn(self.server.tenant, listed)
        self.assertEqual(self.console.get_project()["id"], self.server.tenant)
        console = self.in_project(made["id"])
        self.assertEqual(console.switch_project(made["id"])["id"], made["id"])
        self.assertEqual(console.get_project()["id"], made["id"])

    def test_a_project_is_changed_and_its_audit_log_says_so(self):
        console = self.in_project(self.make_project())
        console.update_project(name="renamed", description="what it is for ☃")
        project = console.get_project()
        self.assertEqual((project["name"], project["description"]), ("renamed", "what it is for ☃"))
        self.assertEqual(console.update_project_settings({"k": "v é", "n": 1.5, "b": True, "z": None}),
                         {"k": "v é", "n": 1.5, "b": True})
        console.update_project_settings({"b": None, "more": {"x": [1]}})
        self.assertEqual(console.get_project_settings(), {"k": "v é", "n": 1.5, "more": {"x": [1]}})
        events = console.get_audit_log()["events"]
        self.assertEqual([event["type"] for event in events], ["project.updated"] * 3 + ["project.created"])
        self.assertTrue(all(event["actor"] for event in events))

    def test_an_archived_project_takes_no_changes_until_it_is_unarchived(self):
        project = self.make_project()
        key, _ = self.make_key(project)
        console = self.in_project(project)
        snapchore = self.connect(key).snapchore
        snapchore.seal({"a": 1})
        console.archive_project()
        self.assertEqual(console.archive_project()["status"], "archived")
        for change in (lambda: snapchore.seal({"a": 2}), lambda: snapchore.create_chain("c"),
                       lambda: console.update_project(name="x"), lambda: self.console.create_api_key(project),
                       lambda: console.update_project_settings({"a": 1})):
            with self.refused(409, "project_archived", project_id=project):
                change()
        self.assertEqual(snapchore.discover_recent()["count"], 1)
        console.unarchive_project()
        self.assertEqual(console.unarchive_project()["status"], "active")
        snapchore.seal({"a": 2})

    def test_a_deleted_project_is_gone_with_its_keys(self):
        project = self.make_project()
        key, _ = self.make_key(project)
        console = self.in_project(project)
        self.assertEqual(console.delete_project(), {"id": project, "deleted": True})
        with self.refused(401, "revoked_credential"):
            self.connect(key).snapchore.get_stats()
        self.assertNotIn(project, {each["id"] for each in self.console.list_projects()})
        with self.refused(404, "unknown_project"):
            self.console.switch_project(project)
        self.assertEqual(console.get_project()["id"], self.server.tenant)
        with self.refused(409, "own_project"):
            console.delete_project()

    def test_what_belongs_to_others_is_not_found(self):
        mine, other = self.make_project("mine"), self.make_project("other")
        key, _ = self.make_key(mine)
        hook = self.console.create_webhook(other, url="http://127.0.0.1:9/")["id"]
        _, foreign_key = self.make_key(other)
        theirs = self.connect(key)
        console, control = theirs.console, theirs.control_plane
        for project in (other, self.server.tenant, _UNKNOWN):
            for call in (
                    lambda p: console.switch_project(p), lambda p: console.list_api_keys(p),
                    lambda p: console.create_api_key(p), lambda p: console.revoke_api_key(p, foreign_key),
                    lambda p: console.rotate_api_key(p, foreign_key),
                    lambda p: console.get_key_events(p, foreign_key), lambda p: console.get_usage(p),
                    lambda p: console.get_usage_summary(p), lambda p: console.export_usage_csv(p),
                    lambda p: console.get_billing_status(p), lambda p: console.create_checkout(p, "builder"),
                    lambda p: console.get_portal_url(p), lambda p: console.pay_overage(p),
                    lambda p: console.list_webhooks(p), lambda p: console.create_webhook(p, url="https://x.example"),
                    lambda p: console.update_webhook(p, hook, enabled=False),
                    lambda p: console.delete_webhook(p, hook), lambda p: console.test_webhook(p, hook),
                    lambda p: console.list_webhook_deliveries(p, hook), lambda p: control.get_tenant(p),
                    lambda p: control.list_validators(p), lambda p: control.heartbeat_validator(p, "v"),
                    lambda p: control.register_validator(p, validator_id="v", endpoint="https://v.example"),
                    lambda p: control.update_tenant_rate_plan(p, "none")):
                with self.refused(404, "unknown_project"):
                    call(project)  # noqa: B023
        with self.refused(404, "unknown_key"):
            console.revoke_api_key(mine, foreign_key)
        with self.refused(404, "unknown_webhook"):
            console.delete_webhook(mine, hook)
        self.assertEqual([project["id"] for project in console.list_projects()], [mine])
        self.assertEqual(self.console.list_webhooks(other)["webhooks"][0]["id"], hook)


class KeyTest(ConsoleCase):
    def test_a_key_is_shown_once_with_what_it_was_made_with(self):
        project = self.make_project()
        made = self.console.create_api_key(project, label="ci", plan="builder", scopes=["attest.write"],
                                           default_frontier="f1", allowed_frontiers=["f1", "f2"])
        self.assertTrue(made["api_key"].startswith(made["prefix"]))
        (record,) = self.console.list_api_keys(project)
        self.assertEqual((record.id, record.project_id, record.label, record.prefix, record.scopes, record.plan),
                         (made["record"]["id"], project, "ci", made["prefix"], ["attest.write"], "builder"))
        self.assertEqual((record.default_frontier, record.allowed_frontiers, record.revoked), ("f1", ["f1", "f2"], False))
        self.assertEqual(record.limits.attestations_per_month, 100_000)
        key = self.connect(made["api_key"])
        key.snapchore.seal({"a": 1})
        with self.refused(403, "insufficient_scope"):
            key.snapchore.get_stats()
        with self.refused(403, "insufficient_scope"):
            key.console.list_projects()

    def test_a_rotated_key_is_refused_from_the_next_request_on(self):
        project = self.make_project()
        old, key_id = self.make_key(project)
        old_client = self.connect(old)
        old_client.snapchore.get_stats()
        rotated = self.console.rotate_api_key(project, key_id)
        self.assertEqual(rotated["record"]["id"], key_id)
        with self.refused(401, "invalid_credential"):
            old_client.snapchore.get_stats()
        self.connect(rotated["api_key"]).snapchore.get_stats()

    def test_a_revoked_key_is_refused_and_revoking_again_does_no_harm(self):
        project = self.make_project()
        key, key_id = self.make_key(project)
        first = self.console.revoke_api_key(project, key_id)
        self.assertEqual(self.console.revoke_api_key(project, key_id), first)
        with self.refused(401, "revoked_credential"):
            self.connect(key).snapchore.get_stats()
        with self.refused(409, "key_revoked"):
            self.console.rotate_api_key(project, key_id)
        self.assertTrue(self.console.list_api_keys(project)[0].revoked)
        self.assertEqual([event["type"] for event in self.console.get_key_events(project, key_id)],
                         ["key.revoked", "key.created"])

    def test_without_a_project_the_current_one_is_meant(self):
        console = self.in_project(self.make_project())
        project = console.get_project()["id"]
        console.create_api_key(project, label="here")
        self.assertEqual([key.label for key in console.list_api_keys()], ["here"])
        self.assertEqual(console.get_usage().project_id, project)

    def test_what_a_key_cannot_have_is_refused(self):
        project = self.make_project()
        for options, code in (({"plan": "gold"}, "bad_plan"), ({"scopes": ["a b"]}, "bad_scope"),
                              ({"label": "x" * 257}, "bad_label"),
                              ({"default_frontier": "f", "allowed_frontiers": ["g"]}, "bad_frontier")):
            with self.refused(400, code):
                self.console.create_api_key(project, **options)
        self.assertEqual(self.console.list_api_keys(project), [])


class UsageTest(ConsoleCase):
    def test_usage_is_counted_by_key_and_told_in_each_form(self):
        project = self.make_project()
        (first, first_id), (second, second_id) = self.make_key(project, label="a,\"b"), self.make_key(project)
        for number in range(3):
            self.connect(first).snapchore.seal({"n": number})
        self.connect(second).snapchore.capture({"n": 1})
        with self.refused(404, "unknown_chain"):  # what is refused is not counted
            self.connect(second).snapchore.append_to_chain("none", block_hash="a")
        usage = self.console.get_usage(project)
        self.assertEqual({key["id"]: key["snapchore_events"] for key in usage.keys}, {first_id: 3, second_id: 1})
        summary = self.console.get_usage_summary(project)
        self.assertEqual((summary["month"], summary["usage"]["snapchore_events"]), (usage.month, 4))
        self.assertEqual(summary["limits"]["snapchore_events_per_month"], 25_000)
        rows = list(csv.DictReader(io.StringIO(self.console.export_usage_csv(project))))
        self.assertEqual([(row["key_id"], row["label"], row["snapchore_events"]) for row in rows],
                         [(first_id, "a,\"b", "3"), (second_id, "SDK key", "1")])

    def test_bulk_lines_are_counted_one_by_one(self):
        project = self.make_project()
        key, _ = self.make_key(project)
        httpx.post(f"{self.server.base_url}/internal/agentnet/seals", content=b"{}\n{\n{}\n",
                   headers={"x-api-key": key}).raise_for_status()
        self.assertEqual(self.console.get_usage_summary(project)["usage"]["snapchore_events"], 2)

    def test_billing_says_that_it_is_simulated(self):
        project = self.make_project()
        for answer in (self.console.get_billing_status(project), self.console.create_checkout(project, "builder"),
                       self.console.get_portal_url(project), self.console.pay_overage(project)):
            self.assertIs(answer["simulated"], True)
        self.assertEqual(self.console.get_billing_status(project)["plan"], "builder")
        with self.refused(400, "bad_plan"):
            self.console.create_checkout(project, "gold")

    def test_analytics_are_not_served_yet(self):
        for call in (self.console.get_gec_trend, self.console.get_csk_breakdown, self.console.get_frontier_breakdown):
            with self.refused(501, "not_implemented"):
                call(self.server.tenant)


class WebhookTest(ConsoleCase):
    def test_a_delivery_is_signed_and_tried_until_it_is_taken(self):
        project = self.make_project()
        with Receiver(failures=2) as receiver:
            hook = self.console.create_webhook(project, url=receiver.base_url + "/hook?a=1", events=["key.created"])
            _, key_id = self.make_key(project)
            receiver.wait_for(3)
            requests = receiver.requests
        self.assertEqual({request.header("X-SBN-Signature") for request in requests},
                         {signature_of(hook["secret"], request) for request in requests})
        self.assertEqual(len({request.header("X-SBN-Delivery") for request in requests}), 1)
        self.assertEqual([(request.method, request.target) for request in requests], [("POST", "/hook?a=1")] * 3)
        event = json.loads(requests[-1].body)
        self.assertEqual((event["type"], event["project_id"], event["data"]["id"]), ("key.created", project, key_id))
        self.assertNotIn("api_key", event["data"])
        delivery = self.await_delivery(project, hook["id"], "delivered")
        self.assertEqual((delivery["attempts"], delivery["response_status"], delivery["last_error"]), (3, 200, None))

    def await_delivery(self, project, hook, status):
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            (delivery,) = self.console.list_webhook_deliveries(project, hook)["deliveries"]
            if delivery["status"] == status:
                return delivery
            time.sleep(0.02)
        raise AssertionError(delivery)

    def test_a_test_is_sent_at_once_and_told_of(self):
        project = self.make_project()
        with Receiver() as receiver:
            hook = self.console.create_webhook(project, url=receiver.base_url, secret="a secret of mine".replace(" ", "-"),
                                               enabled=False)
            self.assertNotIn("secret", hook)
            answer = self.console.test_webhook(project, hook["id"])
            self.assertEqual((answer["delivered"], answer["response_status"]), (True, 200))
            (request,) = receiver.requests
        self.assertEqual(request.header("X-SBN-Signature"), signature_of("a-secret-of-mine", request))
        self.assertEqual(json.loads(request.body)["type"], "webhook.test")
        answer = self.console.test_webhook(project, hook["id"])
        self.assertEqual((answer["delivered"], answer["response_status"]), (False, None))
        self.assertTrue(answer["last_error"].startswith("connect_failed"), answer)

    def test_a_webhook_is_changed_and_deleted(self):
        project = self.make_project()
        hook = self.console.create_webhook(project, url="https://hooks.example/x")["id"]
        changed = self.console.update_webhook(project, hook, enabled=False, events=["slot.closed"],
                                              url="https://other.example")
        self.assertEqual((changed["enabled"], changed["events"], changed["url"]),
                         (False, ["slot.closed"], "https://other.example"))
        (listed,) = self.console.list_webhooks(project)["webhooks"]
        self.assertEqual(listed["enabled"], False)
        self.assertNotIn("secret", listed)
        self.assertEqual(self.console.delete_webhook(project, hook), {"id": hook, "deleted": True})
        with self.refused(404, "unknown_webhook"):
            self.console.list_webhook_deliveries(project, hook)

    def test_addresses_that_are_not_open_to_all_are_refused(self):
        project = self.make_project()
        for url in ("http://hooks.example", "ftp://127.0.0.1/", "http://127.0.0.1.example/", "https://a@b.example", "",
                    "https://", "https://x.example/#f", "http://169.254.169.254/", "https://x.example/a b"):
            with self.refused(400, "bad_url", field="url"):
                self.console._t.post(f"/internal/projects/{project}/webhooks", json={"url": url})
        for url in ("https://10.0.0.1/", "https://127.0.0.1:9/", "https://[::1]:9/", "https://169.254.169.254/"):
            hook = self.console.create_webhook(project, url=url)["id"]
            answer = self.console.test_webhook(project, hook)
            if "127.0.0.1" not in url and "::1" not in url:
                self.assertTrue(answer["last_error"].startswith("connect_failed"), answer)
            self.assertIs(answer["delivered"], False)

    def test_event_types_are_listed_and_others_refused(self):
        types = [each["type"] for each in self.console.list_event_types()["event_types"]]
        self.assertIn("key.created", types)
        project = self.make_project()
        self.console.create_webhook(project, url="https://hooks.example", events=types)
        with self.refused(400, "bad_event", field="events"):
            self.console.create_webhook(project, url="https://hooks.example", events=["no.such"])


class ControlPlaneTest(ConsoleCase):
    def make_plan(self, quota=1000, burst=1000):
        return self.control.create_rate_plan(name="p", sla_tier="gold", daily_quota=quota, burst_limit_per_minute=burst)

    def make_tenant(self, plan, **options):
        return self.control.create_tenant(name="t", contact_email="ops@example.com",
                                          aggregator_endpoint="https://agg.example", rate_plan_id=plan, **options)

    def test_plans_tenants_and_validators_are_made_and_listed(self):
        plan = self.make_plan(quota=7)
        self.assertIn(plan.id, [each.id for each in self.control.list_rate_plans()])
        detail = self.make_tenant(plan.id)
        self.assertEqual((detail.summary.name, detail.summary.status, detail.rate_plan.daily_quota, detail.validators),
                         ("t", "active", 7, []))
        tenant = detail.summary.id
        first = self.control.register_validator(tenant, validator_id="v-1", endpoint="https://v.example", region="eu")
        again = self.control.register_validator(tenant, validator_id="v-1", endpoint="https://v.example", region="eu")
        self.assertEqual((first.status, first), ("registered", again))
        with self.refused(409, "validator_exists"):
            self.control.register_validator(tenant, validator_id="v-1", endpoint="https://w.example")
        self.assertEqual(self.control.heartbeat_validator(tenant, "v-1").status, "active")
        self.assertEqual(self.control.heartbeat_validator(tenant, "v-1").status, "active")
        with self.refused(404, "unknown_validator"):
            self.control.heartbeat_validator(tenant, "v-2")
        (validator,) = self.control.list_validators(tenant)
        self.assertEqual((validator.validator_id, validator.region), ("v-1", "eu"))
        listed = {each.id: each for each in self.control.list_tenants()}
        self.assertEqual((listed[tenant].rate_plan_id, listed[tenant].validator_count), (plan.id, 1))
        self.assertEqual(self.control.get_tenant(tenant).validators[0].validator_id, "v-1")

    def test_a_tenant_that_is_not_activated_takes_no_changes(self):
        plan = self.make_plan()
        tenant = self.make_tenant(plan.id, activate=False).summary.id
        with self.refused(409, "project_inactive"):
            self.console.create_api_key(tenant)
        self.assertEqual(self.control.update_tenant_rate_plan(tenant, plan.id, activate=True).summary.status, "active")
        self.connect(self.make_key(tenant)[0]).snapchore.seal({})

    def test_calls_beyond_the_burst_limit_are_429_until_the_plan_changes(self):
        tenant = self.make_tenant(self.make_plan(burst=3).id).summary.id
        snapchore = self.connect(self.make_key(tenant)[0]).snapchore
        for number in range(3):
            snapchore.seal({"n": number})
        with self.refused(429, "rate_limited", limit=3):
            snapchore.seal({"n": 3})
        self.assertEqual(self.console.get_usage_summary(tenant)["usage"]["snapchore_events"], 3)
        self.control.update_tenant_rate_plan(tenant, self.make_plan(burst=4).id)
        snapchore.seal({"n": 3})
        with self.refused(429, "rate_limited", limit=4):
            snapchore.get_stats()
        self.control.update_tenant_rate_plan(tenant, "none")
        snapchore.get_stats()

    def test_calls_beyond_the_daily_quota_are_429_with_the_time_to_wait(self):
        tenant = self.make_tenant(self.make_plan(quota=2).id).summary.id
        key, _ = self.make_key(tenant)
        snapchore = self.connect(key).snapchore
        snapchore.capture({"n": 1})
        snapchore.capture({"n": 2})
        with self.refused(429, "quota_exceeded", limit=2):
            snapchore.capture({"n": 3})
        answer = httpx.get(f"{self.server.base_url}/internal/snapchore/stats", headers={"x-api-key": key})
        self.assertEqual(answer.status_code, 429)
        self.assertTrue(0 < int(answer.headers["Retry-After"]) <= 86_400)
        other = self.make_tenant(self.make_plan(quota=2).id).summary.id
        bulk = httpx.post(f"{self.server.base_url}/internal/agentnet/seals", content=b"{}\n{}\n{}\n",
                          headers={"x-api-key": self.make_key(other)[0]})
        self.assertEqual((bulk.status_code, bulk.json()["error"]["code"]), (429, "quota_exceeded"))

    def test_others_rate_plans_are_not_found(self):
        plan = self.make_plan().id
        mine = self.make_project()
        control = self.connect(self.make_key(mine)[0]).control_plane
        self.assertEqual([plan.id for plan in control.list_rate_plans()], ["none"])
        with self.refused(404, "unknown_rate_plan"):
            control.update_tenant_rate_plan(mine, plan)

    def test_what_cannot_be_is_refused(self):
        plan = self.make_plan().id
        for field, value, code in (("contact_email", "nobody", "bad_email"), ("name", "", "bad_name"),
                                   ("aggregator_endpoint", "nowhere", "bad_endpoint"), ("name", 1, "bad_field"),
                                   ("activate", "yes", "bad_field")):
            body = {"name": "t", "contact_email": "a@b.example", "aggregator_endpoint": "https://a.example",
                    "rate_plan_id": plan, field: value}
            with self.refused(400, code):
                self.control._t.post("/control-plane/tenants", json=body)
        for quota in (0, -1, 10 ** 13, 1.5, "7", None):
            with self.assertRaises(sdk.SbnError) as caught:
                self.control._t.post("/control-plane/rate-plans", json={
                    "name": "p", "sla_tier": "gold", "daily_quota": quota, "burst_limit_per_minute": 1})
            self.assertEqual(caught.exception.status_code, 400)
