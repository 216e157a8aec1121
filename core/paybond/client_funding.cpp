#include "core/paybond/client_funding.hpp"

#include "core/paybond/intent.hpp"
#include "core/paybond/refusal.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kScheme = "Payment ";

bool has_text(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member != nullptr && member->is_string() && !strip(member->text()).empty();
}

bool is_known_rail(const json::Value* rail) {
  if (rail == nullptr || !rail->is_string()) return false;
  try {
    (void)normalise_rail(rail->text());
    return true;
  } catch (const Error&) {
    return false;
  }
}

void check(Client& client, const Answer& answer, const ClientCall& call, const std::string& id) {
  const json::Value& root = answer.root();
  const auto require = [&](bool holds, const std::string& member) {
    if (!holds) throw client.bad(answer, call, "the answer to funding lacks " + member);
  };
  client.require_echo(root, "intent_id", id, "fund intent", call);
  client.require_tenant(root, "tenant", "fund", call);
  require(has_text(root, "state"), "state");
  require(is_known_rail(root.find("settlement_rail")), "a settlement_rail that is known");
  require(has_text(root, "currency"), "currency");
  const json::Value* amount = root.find("amount_cents");
  require(amount != nullptr && amount->is_integer(), "amount_cents");
  const json::Value* funded = root.find("funded");
  require(funded != nullptr && funded->is_boolean(), "funded");
  const json::Value* funding = root.find("funding");
  if (funding == nullptr || funding->is_null()) return;
  require(is_known_rail(funding->find("settlement_rail")), "a settlement_rail in funding");
}

}  // namespace

FundResult fund_intent(Client& client, std::string_view intent_id, const FundOptions& options,
                       std::string_view body) {
  const std::string id = intent_path_id(intent_id);
  ClientCall call =
      mutation(client.harbor("/intents/" + id + "/fund"), as_sent(body), kFundPurpose, options.mutation);
  call.payment_is_answer = true;
  const std::string signature(strip(options.payment_signature));
  if (!signature.empty()) call.headers.add("payment-signature", signature);
  std::string credential(strip(options.payment_authorization));
  if (!credential.empty()) {
    if (!credential.starts_with(kScheme)) credential.insert(0, kScheme);
    // Harbor takes it as a second authorization; at the gateway that name is the account's.
    call.headers.add(client.is_gateway() ? "x-paybond-payment-authorization" : "authorization", credential);
  }
  Answer answer = client.ask(call);
  const int status = answer.response.status;
  if (status != 200 && status != 202 && status != 402) {
    throw client.bad(answer, call, "funding is not answered with status " + std::to_string(status));
  }
  check(client, answer, call, id);
  FundResult result{status, answer.root().find("funded")->as_boolean(), {}, {}};
  for (const std::string_view name : kPaymentHeaders) {
    for (const auto& [field, value] : answer.response.headers.fields()) {
      if (http::equals_ignoring_case(field, name)) result.headers.add(std::string(name), value);
    }
  }
  result.answer = std::move(answer.document);
  return result;
}

}  // namespace agentnet::paybond
