"""Everything the server refuses arrives in the SDK as its error, with status, code, message and details."""

import json

import httpx

import sdk

_CAPTURE = "/internal/snapchore/capture"
_MOST_BYTES = 32 * 1024 * 1024  # of a body; the text is that long without what is around it


class ErrorTest(sdk.SdkCase):
    def post(self, path, value):
        return self.snapchore._t.post(path, json=value).json()

    def test_an_unknown_path_and_a_wrong_method_are_told_apart(self):
        with self.refused(404, "no_such_path"):
            self.snapchore._t.get("/internal/snapchore/nothing")
        for method, path in (("GET", "/internal/snapchore/seal"), ("DELETE", "/receipts/x"), ("PUT", "/api/receipts")):
            with self.refused(405, "method_not_allowed"):
                self.snapchore._t.request(method, path)

    def test_what_this_network_does_not_serve_says_so_and_is_not_retried(self):
        for call in (lambda: self.client.console.get_gec_trend("local"), lambda: self.client.gec.compute(y=1.0, x=1.0),
                     lambda: self.client.governance.list_proposals(), lambda: self.client.lattice.list_workflows()):
            with self.refused(501, "not_implemented"):
                call()

    def test_a_payload_that_is_no_object_is_refused(self):
        for path in (_CAPTURE, "/internal/snapchore/seal"):
            for payload in ([], "text", 1, None, True):
                with self.refused(400, "bad_payload", field="payload"):
                    self.post(path, {"payload": payload})
            with self.refused(400, "bad_payload", field="payload"):
                self.post(path, {})

    def test_a_member_of_the_wrong_kind_is_refused_by_its_name(self):
        for path, body, field in (
                ("verify", {"payload": {}}, "expected_hash"),
                ("verify", {"payload": {}, "expected_hash": 1}, "expected_hash"),
                ("capture", {"payload": {}, "volatile_keys": "a"}, "volatile_keys"),
                ("capture", {"payload": {}, "volatile_keys": [1]}, "volatile_keys"),
                ("seal", {"payload": {}, "domain": 1}, "domain"), ("chain", {"chain_id": {}}, "chain_id"),
                ("api-keys", {"mode": "other"}, "mode"), ("api-keys", {"name": []}, "name")):
            with self.subTest(path=path, body=body), self.refused(400, "bad_field", field=field):
                self.post(f"/internal/snapchore/{path}", body)
        for name in ("metadata", "metrics"):
            with self.refused(400, f"bad_{name}", field=name):
                self.post("/internal/snapchore/seal", {"payload": {}, name: [1]})

    def test_a_payload_that_has_no_hash_is_refused_and_not_retried(self):
        deep = {}
        for _ in range(60):
            deep = {"a": deep}
        for payload in ({"n": 1e16}, deep, {"lone": "\ud800"}):
            with self.assertRaises(sdk.SbnError) as caught:
                self.snapchore.capture(payload)
            self.assertEqual(caught.exception.status_code, 400, caught.exception)
            self.assertTrue(caught.exception.code)
            with self.assertRaises(sdk.SbnError):
                self.snapchore.seal(payload)

    def test_a_body_that_is_no_json_object_is_refused(self):
        for body in (b"", b"{", b"[1]", b"{\"payload\": {}} x", b"\xff\xfe", b"{\"payload\": {\"n\": NaN}}"):
            answer = httpx.post(self.server.base_url + _CAPTURE, content=body, headers={"x-api-key": self.server.key})
            self.assertEqual(answer.status_code, 400, body)
            error = answer.json()["error"]
            self.assertTrue(error["code"] and error["message"], body)
            self.assertIsInstance(error["details"], dict)

    def test_a_body_that_is_too_large_is_refused_as_such(self):
        with self.refused(413, "body_too_large"):
            self.snapchore.capture({"text": "x" * _MOST_BYTES})

    def test_nothing_of_a_credential_is_in_an_answer(self):
        for headers in ({"x-api-key": "sbn_live_secret"}, {"Authorization": "Bearer sbn_live_secret"},
                        {"x-api-key": self.server.key, "Authorization": "Bearer sbn_live_secret"}):
            answer = httpx.post(self.server.base_url + _CAPTURE, json={"payload": {}}, headers=headers)
            self.assertEqual(answer.status_code, 401)
            text = json.dumps([answer.text, list(answer.headers.items())])
            self.assertNotIn("secret", text)
            self.assertNotIn(self.server.key, text)
