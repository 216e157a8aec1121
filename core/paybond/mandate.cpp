#include "core/paybond/mandate.hpp"

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/paybond/artefact_fields.hpp"
#include "core/paybond/field.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kKinds[] = {kMandateKind};
constexpr std::string_view kConstraintKinds[] = {"predicate", "policy"};

constexpr Field kAuthorization[] = {
    {.name = "kind", .rule = Rule::lower, .choices = kAuthorizationKinds},
    {.name = "tenant_id", .rule = Rule::tenant},
    {.name = "principal_subject", .rule = Rule::text, .absent = Absent::blank},
    {.name = "principal_type", .rule = Rule::token, .absent = Absent::blank},
};
constexpr Field kSettlement[] = {
    {.name = "default_rail", .rule = Rule::lower},
    {.name = "allowed_rails", .rule = Rule::tokens},
};
constexpr Field kConstraint[] = {
    {.name = "kind", .rule = Rule::lower, .choices = kConstraintKinds},
    {.name = "id", .rule = Rule::text, .absent = Absent::blank},
    {.name = "version", .rule = Rule::text, .absent = Absent::blank},
    {.name = "digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::blank},
    {.name = "uri", .rule = Rule::text, .absent = Absent::blank},
};
constexpr Field kMandate[] = {
    {.name = "schema_version", .rule = Rule::integer, .absent = Absent::fallback, .fallback = "1"},
    {.name = "kind",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kKinds,
     .fallback = R"("paybond.agent_mandate_v1")"},
    {.name = "authorization", .rule = Rule::object, .members = kAuthorization},
    {.name = "agent", .rule = Rule::object, .members = kAgentFields},
    {.name = "allowed_actions", .rule = Rule::tokens, .absent = Absent::blank},
    {.name = "allowed_tools", .rule = Rule::tokens, .absent = Absent::blank},
    {.name = "spend_ceiling", .rule = Rule::object, .members = kSpendCeilingFields},
    {.name = "settlement", .rule = Rule::object, .members = kSettlement},
    {.name = "constraint", .rule = Rule::object, .members = kConstraint},
    {.name = "expires_at", .rule = Rule::trimmed_instant},
    {.name = "nonce", .rule = Rule::text, .most_characters = kMaxNonceCharacters},
    {.name = "human_presence_mode", .rule = Rule::lower, .choices = kPresenceModes},
};

void check_authorization(const json::Value& authorization) {
  const bool has_subject = !authorization.find("principal_subject")->text().empty();
  const bool has_type = !authorization.find("principal_type")->text().empty();
  if (authorization.find("kind")->text() == "tenant") {
    if (has_subject || has_type) {
      bad_field("malformed", "authorization", "a tenant's mandate names no principal");
    }
  } else if (!has_subject) {
    bad_field("malformed", "authorization.principal_subject", "missing");
  }
}

void check_rails(const json::Value& settlement) {
  const auto rails = settlement.find("allowed_rails")->items();
  for (const json::Value& rail : rails) {
    if (std::find(std::begin(kSettlementRails), std::end(kSettlementRails), rail.text()) ==
        std::end(kSettlementRails)) {
      bad_field("malformed", "settlement.allowed_rails", "unknown settlement rail");
    }
  }
  const std::string_view chosen = settlement.find("default_rail")->text();
  const auto is_chosen = [chosen](const json::Value& rail) { return rail.text() == chosen; };
  if (std::none_of(rails.begin(), rails.end(), is_chosen)) {
    bad_field("malformed", "settlement.default_rail", "not one of allowed_rails");
  }
}

void check_constraint(const json::Value& constraint) {
  for (const char* const name : {"id", "uri", "digest_sha256_hex"}) {
    if (!constraint.find(name)->text().empty()) return;
  }
  bad_field("malformed", "constraint", "sets none of id, uri and digest_sha256_hex");
}

}  // namespace

void check_scopes(const json::Value& normal) {
  if (!normal.find("allowed_actions")->items().empty() || !normal.find("allowed_tools")->items().empty())
    return;
  bad_field("malformed", "allowed_tools", "neither an action nor a tool is allowed");
}

std::string canonical_mandate(const json::Value& mandate) {
  std::string canonical;
  write_shape(mandate, kMandate, Escapes::go, canonical);
  const json::Document normal = json::parse(canonical);
  if (normal.root.find("schema_version")->as_int64() != 1) {
    bad_field("malformed", "schema_version", "only 1 is supported");
  }
  check_authorization(*normal.root.find("authorization"));
  check_scopes(normal.root);
  check_rails(*normal.root.find("settlement"));
  check_constraint(*normal.root.find("constraint"));
  return canonical;
}

std::string sign_mandate(const json::Value& mandate, const crypto::KeyView& key) {
  return seal(canonical_mandate(mandate), key);
}

Verdict verify_mandate(const json::Value& mandate, Instant now, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    const std::string canonical = canonical_mandate(mandate);
    const Verdict sealed = check_seal(mandate, canonical, trusted);
    if (!sealed.valid) return sealed;
    const json::Document normal = json::parse(canonical);
    const auto expires = parse_iso(normal.root.find("expires_at")->text());
    if (*expires <= now) return Verdict::no("expired", "the mandate has expired");
    return sealed;
  });
}

}  // namespace agentnet::paybond
