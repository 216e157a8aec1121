#include "core/sbn/tenant_validators.hpp"

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/http/host_check.hpp"
#include "core/http/message.hpp"
#include "core/sbn/stored_chain.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_VALIDATOR_ROW \
  "SELECT validator_id, endpoint, region, registered_at, last_seen_at FROM sbn_validators "
constexpr std::string_view kById = AGENTNET_VALIDATOR_ROW "WHERE tenant_id = ? AND validator_id = ?";
constexpr std::string_view kOfTenant = AGENTNET_VALIDATOR_ROW "WHERE tenant_id = ? ORDER BY validator_id";
#undef AGENTNET_VALIDATOR_ROW

Validator read_validator(const store::Query& row) {
  Validator validator{row.text(0), row.text(1), {}, auth::from_column(row.integer(3)), {}};
  if (!row.is_null(2)) validator.region = row.text(2);
  if (!row.is_null(4)) validator.last_seen_at = auth::from_column(row.integer(4));
  return validator;
}

std::optional<Validator> find_validator(store::Connection& connection, std::string_view tenant,
                                        std::string_view id) {
  store::Query rows = connection.query(kById, {tenant, id});
  if (!rows.next()) return std::nullopt;
  return read_validator(rows);
}

}  // namespace

std::string_view Validator::status(Instant now) const {
  if (!last_seen_at) return "registered";
  return now - *last_seen_at > kValidatorStale ? "stale" : "active";
}

void check_endpoint(std::string_view field, std::string_view url) {
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    rest = {};
  }
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (url.size() <= kMaxEndpointBytes && http::host_of_authority(authority) &&
      authority.find('@') == authority.npos && http::is_target("/" + std::string(rest))) {
    return;
  }
  throw Error(Category::usage, "bad_endpoint",
              std::string(field) + " must be an http or https URL of at most " +
                  std::to_string(kMaxEndpointBytes) + " bytes without credentials",
              {}, {{"field", std::string(field)}});
}

Validator add_validator(store::Connection& connection, std::string_view tenant, const Validator& wanted,
                        Instant now) {
  // What fits into a path, as for the id of a chain.
  if (!is_chain_id(wanted.validator_id)) {
    throw Error(Category::usage, "bad_validator",
                "a validator's id has 1 to " + std::to_string(kMaxChainIdBytes) +
                    " printable ASCII characters, no spaces, and is not . or ..",
                {}, {{"field", "validator_id"}});
  }
  check_endpoint("endpoint", wanted.endpoint);
  if (const auto known = find_validator(connection, tenant, wanted.validator_id)) {
    if (known->endpoint == wanted.endpoint && known->region == wanted.region) return *known;
    throw Error(Category::conflict, "validator_exists",
                "a validator of this id is registered with another endpoint or region", {},
                {{"validator_id", wanted.validator_id}});
  }
  if (count_validators(connection, tenant) >= static_cast<std::int64_t>(kMaxValidators)) {
    throw Error(Category::policy, "too_many_validators",
                "a tenant has at most " + std::to_string(kMaxValidators) + " validators");
  }
  Validator validator = wanted;
  validator.registered_at = now;
  connection.run(
      "INSERT INTO sbn_validators (tenant_id, validator_id, endpoint, region, registered_at) VALUES (?, ?, "
      "?, ?, ?)",
      {tenant, validator.validator_id, validator.endpoint, validator.region, auth::to_column(now)});
  return validator;
}

Validator note_heartbeat(store::Connection& connection, std::string_view tenant,
                         std::string_view validator_id, Instant now) {
  auto validator = find_validator(connection, tenant, validator_id);
  if (!validator) throw Error(Category::not_found, "unknown_validator", "the tenant has no such validator");
  connection.run("UPDATE sbn_validators SET last_seen_at = ? WHERE tenant_id = ? AND validator_id = ?",
                 {auth::to_column(now), tenant, validator_id});
  validator->last_seen_at = now;
  return std::move(*validator);
}

std::vector<Validator> list_validators(store::Connection& connection, std::string_view tenant) {
  std::vector<Validator> validators;
  store::Query rows = connection.query(kOfTenant, {tenant});
  while (rows.next())
    validators.push_back(read_validator(rows));
  return validators;
}

std::int64_t count_validators(store::Connection& connection, std::string_view tenant) {
  store::Query rows = connection.query("SELECT COUNT(*) FROM sbn_validators WHERE tenant_id = ?", {tenant});
  return rows.next() ? rows.integer(0) : 0;
}

json::Value validator_row(const Validator& validator, Instant now, json::Arena& arena) {
  std::optional<std::string> last_seen_at;
  if (validator.last_seen_at) last_seen_at = iso_offset(*validator.last_seen_at);
  return json::ObjectBuilder(arena)
      .add("validator_id", std::string_view(validator.validator_id))
      .add("endpoint", std::string_view(validator.endpoint))
      .add("status", validator.status(now))
      .add_optional("region", validator.region)
      .add("registered_at", std::string_view(iso_offset(validator.registered_at)))
      .add_optional("last_seen_at", last_seen_at)
      .done();
}

}  // namespace agentnet::sbn
