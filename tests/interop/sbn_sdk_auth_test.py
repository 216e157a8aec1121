"""Who the SDK is taken for: its ways to authenticate, scopes, tenants, and what is refused."""

import base64
import json
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sbn import AgentClient, SigningKey

import keys
import sdk

_ISSUER, _AUDIENCE, _KID = "interop-issuer", "interop-audience", "interop-kid"
_LEEWAY_SECONDS = 60  # that the server grants to clocks


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token_of(signing_key, **claims):
    """A token as the SDK makes them, with claims that it would not put in."""
    now = int(time.time())
    stated = {"aud": signing_key.audience, "iss": signing_key.issuer, "iat": now, "exp": now + 300, "sub": "interop",
              "scope": ["attest.write"], **claims}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (
        {"alg": "EdDSA", "kid": signing_key.kid, "typ": "JWT"}, stated))
    return f"{text}.{base64url(signing_key.private_key.sign(text.encode()))}"


class ApiKeyAuthTest(sdk.SdkCase):
    def test_an_api_key_works_in_both_headers(self):
        bearer = self.connect()
        bearer.authenticate_bearer(self.server.key)
        for client in (self.client, bearer):
            self.assertIs(client.snapchore.verify_block(client.snapchore.seal({"a": 1}))["valid"], True)

    def test_the_agent_client_works_as_well(self):
        agent = AgentClient(base_url=self.server.base_url)
        self.addCleanup(agent.close)
        agent.authenticate_api_key(self.server.key)
        block = agent.snapchore.seal({"by": "an agent"}, block_type="instruction")
        self.assertEqual(agent.receipts.get(block["receipt_id"])["snapchore_hash"], block["hash"])
        self.assertEqual(self.snapchore.discover(block["hash"])["block_type"], "instruction")

    def test_a_call_without_a_credential_is_refused(self):
        with self.refused(401, "missing_credential"):
            self.connect().snapchore.capture({"a": 1})

    def test_a_wrong_credential_is_refused_in_both_headers(self):
        genuine = self.server.key
        for wrong in (genuine[:-1] + ("A" if genuine[-1] != "A" else "B"), "sbn_live_abc123", "x", genuine + "0",
                      genuine.lower(), "eyJ.x.y", "a.b.c"):
            with self.subTest(wrong=wrong[:12]):
                with self.refused(401, "invalid_credential"):
                    self.connect(wrong).snapchore.capture({"a": 1})
                bearer = self.connect()
                bearer.authenticate_bearer(wrong)
                with self.refused(401, "invalid_credential"):
                    bearer.receipts.list()

    def test_a_revoked_key_is_refused_in_both_headers(self):
        key, key_id = self.server.make_key("*")
        header, bearer = self.connect(key), self.connect()
        bearer.authenticate_bearer(key)
        for client in (header, bearer):
            client.snapchore.capture({"before": 1})
        self.snapchore.revoke_api_key(key_id)
        for client in (header, bearer):
            with self.refused(401, "revoked_credential"):
                client.snapchore.capture({"after": 1})

    def test_a_key_that_the_command_makes_and_revokes_counts_at_once(self):
        made = json.loads(self.server.keys("create", "--scope", "receipts.read", "-o", "json"))
        client = self.connect(made["api_key"])
        self.assertIsInstance(client.receipts.list(), dict)
        with self.refused(403, "insufficient_scope"):
            client.snapchore.seal({"a": 1})
        self.server.keys("revoke", next(key["id"] for key in self.snapchore.list_api_keys()["keys"]
                                        if key["last4"] == made["api_key"][-4:]))
        with self.refused(401, "revoked_credential"):
            client.receipts.list()

    def test_the_own_tenant_may_be_named_and_no_other(self):
        own = self.connect(self.server.key, tenant_id=self.server.tenant)
        self.assertIn("hash", own.snapchore.capture({"a": 1}))
        for foreign in ("somebody-else", self.server.tenant + "x", self.server.tenant.upper()):
            own.set_tenant(foreign)
            for call in (lambda: own.snapchore.capture({"a": 1}), own.receipts.list, own.snapchore.list_chains):
                with self.refused(403, "forbidden"):
                    call()
        own.set_tenant(None)
        self.assertIn("hash", own.snapchore.capture({"a": 1}))

    def test_the_health_check_asks_for_no_credential(self):
        self.assertIsInstance(self.connect().snapchore._t.get("/health").json(), dict)


class ScopeTest(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        self.block = self.snapchore.seal({"made": "before"})
        chain = self.chain = self.snapchore.create_chain()["chain_id"]
        self.writes = lambda client: (
            lambda: client.snapchore.capture({"a": 1}), lambda: client.snapchore.seal({"a": 1}),
            lambda: client.snapchore.create_chain(),
            lambda: client.snapchore.append_to_chain(chain, block_hash="d" * 64), client.snapchore.reconcile)
        self.reads = lambda client: (
            client.receipts.list, lambda: client.receipts.get(self.block["receipt_id"]), client.snapchore.list_chains,
            lambda: client.snapchore.get_chain(chain), lambda: client.snapchore.discover(self.block["hash"]),
            client.snapchore.discover_recent, client.snapchore.receipts_discover, client.snapchore.get_stats,
            client.snapchore.get_usage)
        self.keys = lambda client: (
            client.snapchore.create_api_key, client.snapchore.list_api_keys,
            lambda: client.snapchore.revoke_api_key("key_none"))

    def check(self, scopes, allowed, denied):
        client = self.connect(self.server.make_key(*scopes)[0])
        for calls in allowed:
            for call in calls(client):
                self.assertIsInstance(call(), dict)
        for calls in denied:
            for call in calls(client):
                with self.refused(403, "insufficient_scope"):
                    call()
        # What needs no more than a credential.
        self.assertIs(client.snapchore.verify_block(self.block)["valid"], True)
        self.assertIs(client.snapchore.verify(self.block["hash"], {})["valid"], False)
        self.assertIs(client.snapchore.verify_chain(self.chain)["valid"], True)

    def test_attest_write_may_write_and_not_read(self):
        self.check(["attest.write"], [self.writes], [self.reads, self.keys])

    def test_receipts_read_may_read_and_not_write(self):
        self.check(["receipts.read"], [self.reads], [self.writes, self.keys])

    def test_snapchore_seal_may_seal_and_chain_and_not_capture(self):
        client = self.connect(self.server.make_key("snapchore.seal")[0])
        capture, *others = self.writes(client)
        for call in others:
            self.assertIsInstance(call(), dict)
        with self.refused(403, "insufficient_scope"):
            capture()

    def test_several_scopes_add_up_to_less_than_all(self):
        self.check(["receipts.read", "snapchore.capture", "snapchore.seal"], [self.reads, self.writes], [self.keys])

    def test_a_scope_that_nobody_knows_allows_nothing(self):
        self.check(["unheard.of"], [], [self.reads, self.writes, self.keys])


class TenantTest(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        name = f"tenant-{self._testMethodName[5:25].replace('_', '-')}"
        self.other = self.connect(self.server.keys("create", "--tenant", name, "--new-tenant", "-o", "quiet").strip())
        self.other_name = name

    def test_a_tenant_sees_nothing_of_another(self):
        block = self.snapchore.seal({"whose": "ours"})
        chain = self.snapchore.create_chain()["chain_id"]
        key_id = self.snapchore.create_api_key()["record"]["id"]
        theirs = self.other.snapchore
        for code, call in (("unknown_hash", lambda: theirs.discover(block["hash"])),
                           ("unknown_receipt", lambda: self.other.receipts.get(block["receipt_id"])),
                           ("unknown_chain", lambda: theirs.get_chain(chain)),
                           ("unknown_chain", lambda: theirs.verify_chain(chain)),
                           ("unknown_chain", lambda: theirs.append_to_chain(chain, block_hash="e" * 64)),
                           ("unknown_key", lambda: theirs.revoke_api_key(key_id))):
            with self.refused(404, code):
                call()
        self.assertEqual(theirs.discover_recent()["entries"], [])
        self.assertEqual(self.other.receipts.list(project_id=self.server.tenant)["receipts"], [])
        self.assertEqual((theirs.list_chains()["chains"], theirs.get_stats()["seals"]), ([], 0))
        self.assertEqual(theirs.reconcile()["checked"], 0)
        self.assertNotIn(key_id, [key["id"] for key in theirs.list_api_keys()["keys"]])

    def test_two_tenants_have_the_same_names_and_hashes_apart(self):
        for client in (self.client, self.other):
            client.snapchore.create_chain("same-name")
            client.snapchore.capture({"same": "payload"})
        self.other.snapchore.append_to_chain("same-name", block_hash="f" * 64)
        self.assertEqual(self.snapchore.get_chain("same-name")["length"], 0)
        self.assertEqual(self.other.snapchore.get_chain("same-name")["length"], 1)
        self.assertEqual(self.other.snapchore.discover_recent()["count"], 1)

    def test_the_header_does_not_make_a_key_speak_for_another_tenant(self):
        self.other.set_tenant(self.other_name)
        self.assertEqual(self.other.snapchore.get_usage()["tenant_id"], self.other_name)
        self.other.set_tenant(self.server.tenant)
        with self.refused(403, "forbidden"):
            self.other.snapchore.get_usage()


class SigningKeyTest(sdk.SdkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = SigningKey.generate(issuer=_ISSUER, audience=_AUDIENCE, kid=_KID)
        cls.server.trust(keys.public_pem(cls.key.private_key), _KID, _ISSUER, _AUDIENCE)

    def signing(self, key=None, **options):
        client = self.connect()
        client.authenticate_signing_key(key or self.key, **options)
        return client

    def bearing(self, token):
        client = self.connect()
        client.authenticate_bearer(token)
        return client

    def test_a_trusted_key_may_what_its_tokens_say(self):
        writer = self.signing()  # attest.write is what the SDK asks for unless told otherwise
        block = writer.snapchore.seal({"signed": 1})
        with self.refused(403, "insufficient_scope"):
            writer.receipts.get(block["receipt_id"])
        reader = self.signing(scopes=["receipts.read"])
        self.assertEqual(reader.receipts.get(block["receipt_id"])["snapchore_hash"], block["hash"])
        with self.refused(403, "insufficient_scope"):
            reader.snapchore.seal({"signed": 2})

    def test_the_agent_client_signs_as_well(self):
        agent = AgentClient(base_url=self.server.base_url)
        self.addCleanup(agent.close)
        agent.authenticate_signing_key(self.key, scopes=["attest.write", "receipts.read"])
        block = agent.snapchore.seal({"agent": 1})
        self.assertEqual(agent.receipts.get(block["receipt_id"])["snapchore_hash"], block["hash"])

    def test_a_key_read_from_its_file_is_the_same_key(self):
        again = SigningKey.from_pem(self.key.private_key_pem(), issuer=_ISSUER, audience=_AUDIENCE, kid=_KID)
        self.assertIn("hash", self.signing(again).snapchore.capture({"a": 1}))

    def test_a_token_may_name_the_own_tenant_and_no_other(self):
        client = self.connect(tenant_id=self.server.tenant)
        client.authenticate_signing_key(self.key)
        self.assertIn("hash", client.snapchore.capture({"a": 1}))
        foreign = self.connect(tenant_id="somebody-else")
        foreign.authenticate_signing_key(self.key)
        with self.refused(403, "forbidden"):
            foreign.snapchore.capture({"a": 1})
        with self.refused(403, "forbidden"):
            self.bearing(token_of(self.key, tenant_id="somebody-else")).snapchore.capture({"a": 1})

    def test_a_token_made_by_hand_passes_as_the_control_of_those_below(self):
        self.assertIn("hash", self.bearing(token_of(self.key)).snapchore.capture({"a": 1}))

    def test_an_expired_token_is_refused_as_such(self):
        old = int(time.time()) - _LEEWAY_SECONDS - 10
        with self.refused(401, "expired_token"):
            self.bearing(token_of(self.key, iat=old - 300, exp=old)).snapchore.capture({"a": 1})

    def test_a_token_that_breaks_a_rule_is_refused(self):
        now = int(time.time())
        header, claims, signature = token_of(self.key).split(".")
        none = base64url(json.dumps({"alg": "none", "kid": _KID, "typ": "JWT"}).encode())
        for why, token in {
            "another audience": token_of(self.key, aud="another"), "another issuer": token_of(self.key, iss="another"),
            "from the future": token_of(self.key, iat=now + 600, exp=now + 900),
            "no expiry": token_of(self.key, exp=None), "too long a life": token_of(self.key, exp=now + 30 * 86400),
            "no signature": f"{header}.{claims}.", "no algorithm": f"{none}.{claims}.",
            "another signature": f"{header}.{claims}.{base64url(bytes(64))}",
            "claims of another": f"{header}.{token_of(self.key, sub='x').split('.')[1]}.{signature}",
        }.items():
            with self.subTest(why=why), self.refused(401, "invalid_credential"):
                self.bearing(token).snapchore.capture({"a": 1})

    def test_a_key_that_nobody_trusts_is_refused(self):
        stranger = SigningKey(private_key=Ed25519PrivateKey.generate(), issuer=_ISSUER, audience=_AUDIENCE, kid=_KID)
        with self.refused(401, "invalid_credential"):
            self.signing(stranger).snapchore.capture({"a": 1})
        unnamed = SigningKey(private_key=self.key.private_key, issuer=_ISSUER, audience=_AUDIENCE, kid="another")
        with self.refused(401, "invalid_credential"):
            self.signing(unnamed).snapchore.capture({"a": 1})

    def test_a_signing_key_cannot_make_api_keys_unless_its_token_says_so(self):
        with self.refused(403, "insufficient_scope"):
            self.signing(scopes=["attest.write", "receipts.read"]).snapchore.create_api_key()
