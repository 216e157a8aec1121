#include "commands/paybond/connection.hpp"

#include "commands/network_options.hpp"
#include "commands/paybond/kit_settings.hpp"
#include "commands/wire.hpp"
#include "core/http/remote.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/recognition.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kOtherUrlVariable = "PAYBOND_GATEWAY_BASE_URL";
constexpr std::string_view kAllowInsecure = "PAYBOND_ALLOW_INSECURE_GATEWAY";
constexpr std::size_t kRequestIdBytes = 12;
constexpr std::string_view kUnknownTenant = "TENANT";  // of a dry run, which asks nobody

// Throws the request instead of sending it; only who the key belongs to is answered.
class DryTransport final : public http::Transport {
 public:
  DryTransport(std::string base_url, std::string tenant)
      : base_url_(std::move(base_url)), tenant_(std::move(tenant)) {}

  http::Response send(const http::Request& request) override {
    json::Arena arena;
    if (request.target == paybond::kPrincipalPath || request.target == paybond::kHarborAccessPath) {
      const json::Value answer = json::ObjectBuilder(arena)
                                     .add("tenant_id", std::string_view(tenant_))
                                     .add("access_token", kMask)
                                     .add_integer("expires_in", 900)
                                     .done();
      return http::json_response(200, json::to_compact(answer));
    }
    throw DryRequest{request.method + " " + base_url_ + request.target,
                     json::parse(json::to_compact(shown_request(request, base_url_, arena)))};
  }
  std::string name() const override { return base_url_; }

 private:
  std::string base_url_;
  std::string tenant_;
};

// The key's line in the env file; "" when there is no such file or line. A file that a flag names must be
// there.
std::string key_in_env_file(const Arguments& arguments, const Context& context, const KitSettings& kit,
                            std::string& origin) {
  const bool named = arguments.has(kEnvFileOption.name);
  const std::string& path = kit.env_file;
  try {
    std::string text = context.files.read(path, kMaxEnvFileBytes);
    const auto key = paybond::env_file_value(text, network::kPaybond.api_key_variable);
    wipe(text);
    if (key) origin = path;
    return key.value_or(std::string());
  } catch (const Error& error) {
    if (!named && error.category() == Category::not_found) return {};
    throw;
  }
}

// As the kit's, "01" and 24 digits.
std::string new_request_id(Random& random) {
  std::array<std::uint8_t, kRequestIdBytes> bytes{};
  random.fill(bytes);
  std::string digits = hex_lower(bytes);
  for (char& digit : digits) {
    if (digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
  }
  return "01" + digits;
}

}  // namespace

std::string request_id_of(const Arguments& arguments, Context& context) {
  return call_options_from(arguments).request_id.value_or(new_request_id(context.random));
}

network::Settings paybond_settings(const Arguments& arguments, Context& context) {
  const Environment& process = context.environment;
  std::map<std::string, std::string, std::less<>> added;
  network::Given given = given_from(arguments);
  const KitSettings kit = kit_settings(arguments, given, context);
  if (kit.hides_profile) hide_profile(given, added);
  const bool by_flag = arguments.has(kApiKeyOption.name) || arguments.has(kApiKeyFileOption.name);
  const std::string key_variable(network::kPaybond.api_key_variable);
  std::string env_file;
  if (!by_flag && process.get_or_empty(key_variable).empty()) {
    const std::string key = key_in_env_file(arguments, context, kit, env_file);
    if (!key.empty()) added[key_variable] = key;
  }
  if (process.get_or_empty(network::kPaybond.base_url_variable).empty()) {
    const std::string other = process.get_or_empty(kOtherUrlVariable);
    if (!other.empty()) added[std::string(network::kPaybond.base_url_variable)] = other;
  }
  const Environment environment = process.with(added);
  network::Settings settings =
      network::resolve(network::kPaybond, given, environment, context.files, context.input);
  add_kit_settings(kit, settings);
  for (const std::string& warning : settings.warnings)
    context.diagnostics.warn("credential", warning);
  if (!env_file.empty() && settings.credential && settings.credential->origin == key_variable) {
    settings.credential->origin = env_file;
    if (context.files.others_may_read(env_file)) {
      context.diagnostics.warn("credential", env_file + " holds a key and can be read by other users");
    }
  }
  prefer_local_network(settings, context);
  if (settings.base_url) {
    settings.base_url->value =
        paybond::normalise_gateway(settings.base_url->value, process.is_true(kAllowInsecure));
  }
  if (settings.credential && settings.credential->kind == network::CredentialKind::signing_key) {
    throw Error(Category::usage, "bad_config",
                settings.credential->origin + " has a signing key, and Paybond takes API keys only");
  }
  return settings;
}

PaybondConnection::PaybondConnection(const Arguments& arguments, Context& context, Reached reached)
    : dry_run_(context.dry_run) {
  network::Settings settings =
      reached == Reached::local ? network::Settings{} : paybond_settings(arguments, context);
  const CallOptions call = call_options_from(arguments);
  local_ = settings.is_local();
  request_id_ = request_id_of(arguments, context);
  idempotency_key_ = call.idempotency_key.value_or("");
  attempts_.jitter = paybond::jitter_of(context.random);
  attempts_.most = settings.retries + 1;
  if (local_) {
    connect_local(context);
  } else {
    connect_remote(settings);
  }
  context.diagnostics.info("network", "using " + transport_->name());
  if (dry_run_) {
    const std::string tenant(local_ ? network::kLocalTenant : kUnknownTenant);
    transport_ = std::make_unique<DryTransport>(transport_->name(), tenant);
  }
  watching_ = std::make_unique<WatchingTransport>(*transport_, context.diagnostics);
  unbound_ = make_client(paybond::Side::gateway, {}, key_as_bearer());
}

PaybondConnection::~PaybondConnection() = default;

void PaybondConnection::connect_remote(network::Settings& settings) {
  if (!settings.credential) {
    throw Error(Category::auth, "missing_api_key", "there is no key for " + settings.base_url->value,
                "PAYBOND_API_KEY, a line of it in .env.local, or --api-key-file FILE give one");
  }
  origin_ = settings.credential->origin;
  if (origin_ == network::kPaybond.api_key_variable) {
    warnings_.emplace_back("cli.warn.env_fallback: using PAYBOND_API_KEY from process environment");
  }
  key_ = std::move(settings.credential->secret);
  http::RemoteOptions remote;
  remote.connect_timeout = settings.timeout;
  remote.timeout = settings.timeout;
  transport_ = std::make_unique<http::RemoteTransport>(settings.base_url->value, remote);
}

void PaybondConnection::connect_local(Context& context) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  origin_ = folder.path;
  if (const auto server = network::find_server(folder, context.files)) {
    transport_ = std::make_unique<http::RemoteTransport>(server->base_url);
    key_ = Secret(server->credentials.paybond_key.expose());
  } else if (dry_run_) {
    transport_ = std::make_unique<DryTransport>("http://embedded", std::string(network::kLocalTenant));
  } else {
    attempts_.most = 1;
    embedded_ = network::LocalNetwork::open({folder.path}, context.files, context.clock, context.random);
    transport_ = std::make_unique<http::LocalTransport>(embedded_->router());
    key_ = Secret(embedded_->credentials().paybond_key.expose());
  }
}

bool PaybondConnection::is_key(std::string_view key) const {
  return !key_.empty() && key_.equals(Secret(as_bytes(key)));
}

std::function<std::string()> PaybondConnection::key_as_bearer() const {
  return [this] { return std::string(as_text(key_.expose())); };
}

std::unique_ptr<paybond::Client> PaybondConnection::make_client(paybond::Side side, const std::string& tenant,
                                                                std::function<std::string()> bearer) const {
  return std::make_unique<paybond::Client>(*watching_, paybond::ClientOptions{.side = side,
                                                                              .tenant_id = tenant,
                                                                              .bearer = std::move(bearer),
                                                                              .credential_origin = origin_,
                                                                              .request_id = request_id_,
                                                                              .attempts = attempts_});
}

paybond::Principal PaybondConnection::principal() {
  return paybond::read_principal(*watching_, key_, attempts_, {}, origin_, request_id_);
}

paybond::Client& PaybondConnection::gateway() {
  if (!gateway_) {
    const std::string tenant = principal().tenant_id;
    gateway_ = make_client(paybond::Side::gateway, tenant, key_as_bearer());
  }
  return *gateway_;
}

paybond::Client& PaybondConnection::harbor() {
  if (!local_) return gateway();
  if (!harbor_) {
    access_ = std::make_unique<paybond::HarborAccess>(*watching_, key_,
                                                      paybond::AccessOptions{.credential_origin = origin_});
    access_->force_rotate();
    harbor_ = make_client(paybond::Side::harbor, *access_->tenant_id(), [this] { return access_->bearer(); });
  }
  return *harbor_;
}

const std::string& PaybondConnection::tenant() {
  return harbor().tenant_id();
}

}  // namespace agentnet::commands
