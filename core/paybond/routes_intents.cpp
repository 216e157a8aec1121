// Harbor: intents from their creation to their settlement.
#include "core/base/bytes.hpp"
#include "core/base/unicode_text.hpp"
#include "core/http/message.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/harbor.hpp"
#include "core/paybond/intent_answers.hpp"
#include "core/paybond/key_registry.hpp"
#include "core/paybond/nonces.hpp"
#include "core/paybond/recognition.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

// With a capability where there is money to spend.
json::Value funded(const StoredIntent& intent, const HarborCall& harbor, json::Arena& arena) {
  const std::string token =
      intent.state == IntentState::funded ? capability_of(intent, harbor.service, harbor.now) : std::string();
  return funding_answer(intent, token, arena);
}

// The agent that a request's proof names, with what makes the proof this one; nullopt without a proof. Throws
// Error usage/bad_recognition_proof, verification with the reasons of verify_recognition.
struct ShownAgent {
  std::string key_id;
  ProofNonce proof;
};
enum class Body : std::uint8_t { signed_itself, covered_by_proof };

std::optional<ShownAgent> shown_agent(const Call& call, std::string_view purpose, Body body, Instant now) {
  const http::Request& request = call.exchange->request();
  const auto header = request.headers.find(kRecognitionHeader);
  if (!header) return std::nullopt;
  json::Document proof;
  try {
    const auto text = base64_decode(*header, Base64::url);
    if (!text) throw Error(Category::usage, "malformed", "not base64url");
    proof = json::parse(as_text(*text));
  } catch (const Error& error) {
    throw Error(Category::usage, "bad_recognition_proof",
                std::string(kRecognitionHeader) + ": " + error.message());
  }
  const RecognitionExpectation expected{
      .tenant_id = call.tenant(),
      .purpose = purpose,
      .method = request.method,
      .path = http::path_of(request.target),
      .body = body == Body::signed_itself ? std::nullopt : std::optional<std::string_view>(request.body),
      .now = now};
  const Verdict verdict = verify_recognition(proof.root, expected, {});
  if (!verdict.valid) {
    throw Error(verdict.reason == "malformed" ? Category::usage : Category::verification,
                verdict.reason == "malformed" ? "bad_recognition_proof" : verdict.reason, verdict.message);
  }
  const auto text = [&proof](std::string_view name) { return strip(proof.root.find(name)->text()); };
  return ShownAgent{
      lower_ascii(text("key_id")),
      {.key = crypto::PublicKey::from_raw(parse_hex(text("signing_public_key_ed25519_hex")).value()),
       .nonce = std::string(text("nonce")),
       .expires_at = parse_iso(text("expires_at")).value()}};
}

// The first key that an agent shows is pinned, as those of DIDs are; its proof counts once.
void recognise(const HarborCall& harbor, const std::optional<ShownAgent>& agent) {
  if (!agent) return;
  pin_or_match(harbor.connection, harbor.tenant_id, agent->key_id, agent->proof.key, "wrong_agent_key",
               harbor.now);
  take_nonce(harbor.connection, harbor.tenant_id, agent->proof, harbor.now);
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  // The signature is checked here and not in the write, which has to be short.
  const ArrivedIntent arrived = read_intent(call->body.root, call->tenant(), now);
  const auto agent = shown_agent(*call, kCreatePurpose, Body::signed_itself, now);
  reply_written(routes, call, 201, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    recognise(harbor, agent);
    return funded(create_intent(harbor, arrived), harbor, arena);
  });
}

void fund(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  const auto agent = shown_agent(*call, kFundPurpose, Body::covered_by_proof, now);
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    recognise(harbor, agent);
    return funded(fund_intent(harbor, call->intent_id()), harbor, arena);
  });
}

void evidence(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  const ArrivedEvidence arrived = read_evidence(call->body.root, call->tenant(), call->intent_id());
  const auto agent = shown_agent(*call, kEvidencePurpose, Body::signed_itself, now);
  Judgement judgement;
  try {
    routes.service.database.read([&](store::Connection& connection) {
      const HarborCall harbor{connection, routes.service, call->tenant(), now};
      judgement = judge_arrived(harbor, call->intent_id(), arrived);
    });
  } catch (const Error& error) {
    // A request that comes again is answered as it was, although the intent has moved on.
    if (error.category() != Category::conflict || !is_answered(routes, *call)) throw;
  }
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    recognise(harbor, agent);
    return evidence_answer(submit_evidence(harbor, call->intent_id(), arrived, judgement), arena);
  });
}

void confirm(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  SettlementRequest request;
  if (const auto outcome = call->short_text("outcome")) {
    request.outcome = outcome_named(*outcome);
    if (!request.outcome) bad_field("bad_outcome", "outcome", "one of release, refund, split");
  }
  request.payee_cents = call->cents("payee_cents");
  if (request.payee_cents != 0 && request.outcome != Outcome::split)
    bad_field("bad_field", "payee_cents", "only for a split");
  const auto agent = shown_agent(*call, kConfirmPurpose, Body::covered_by_proof, now);
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    recognise(harbor, agent);
    return settlement_answer(confirm_settlement(harbor, call->intent_id(), request), arena);
  });
}

void dispute(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  const std::string reason = call->short_text("reason").value_or("");
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    return settlement_answer(dispute_intent(harbor, call->intent_id(), reason), arena);
  });
}

void get(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return intent_detail(require_intent(connection, call.tenant(), call.intent_id()), arena);
  });
}

void list(const Routes& routes, const Call& call) {
  IntentFilter filter;
  filter.limit = call.exchange->query_number("limit", filter.limit, 1, kMaxListedIntents);
  filter.cursor = call.exchange->query("cursor").value_or("");
  if (const auto state = call.exchange->query("status"); state && !state->empty()) {
    filter.state = state_named(*state);
    if (!filter.state) {
      throw Error(Category::usage, "bad_parameter", "the query parameter status must be a state of intents",
                  {}, {{"parameter", "status"}});
    }
  }
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::vector<StoredIntent> intents = list_intents(connection, call.tenant(), filter);
    json::ArrayBuilder rows(arena);
    for (const StoredIntent& intent : intents)
      rows.add(intent_row(intent, arena));
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(intents.size()) == filter.limit) next = intents.back().intent_id;
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("intents", rows.done())
        .add_optional("next_cursor", next)
        .done();
  });
}

}  // namespace

void add_intent_routes(const Routes& routes) {
  const auto with = [&routes](auto handler) {
    return [routes, handler](const std::shared_ptr<Call>& call) { handler(routes, call); };
  };
  add_harbor_call(routes, "POST", "/intents", auth::kScopePaybondWrite, with(create));
  add_harbor_call(routes, "POST", "/intents/{intent_id}/fund", auth::kScopePaybondWrite, with(fund));
  add_harbor_call(routes, "POST", "/intents/{intent_id}/evidence", auth::kScopePaybondWrite, with(evidence));
  add_harbor_call(routes, "POST", "/intents/{intent_id}/settlement/confirm", auth::kScopePaybondSettle,
                  with(confirm));
  add_harbor_call(routes, "POST", "/intents/{intent_id}/dispute", auth::kScopePaybondSettle, with(dispute));
  add_harbor_call(routes, "GET", "/operator/v1/intents", auth::kScopePaybondRead,
                  [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_harbor_call(routes, "GET", "/operator/v1/intents/{intent_id}", auth::kScopePaybondRead,
                  [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
}

}  // namespace agentnet::paybond
