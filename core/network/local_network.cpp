#include "core/network/local_network.hpp"

#include "core/auth/api_key.hpp"
#include "core/auth/idempotency.hpp"
#include "core/auth/schema.hpp"
#include "core/network/system_routes.hpp"
#include "core/paybond/routes.hpp"
#include "core/paybond/tables.hpp"
#include "core/sbn/atlas_schema.hpp"
#include "core/sbn/console_schema.hpp"
#include "core/sbn/routes.hpp"
#include "core/sbn/schema.hpp"
#include "core/sbn/slot_schema.hpp"

namespace agentnet::network {
namespace {

// A released step never changes; what comes later is a new one.
constexpr store::Migration kSchema[] = {{1, auth::kTables},
                                        {2, sbn::kTables},
                                        {3, auth::kAccessTokenTables},
                                        {4, sbn::kAtlasTables},
                                        {5, sbn::kSlotTables},
                                        {6, sbn::kConsoleTables},
                                        {7, auth::kIdempotencyTables},
                                        {8, paybond::kTables},
                                        {9, paybond::kReviewTables},
                                        {10, paybond::kReceiptTables},
                                        {11, paybond::kOrgPolicyTables},
                                        {12, paybond::kNonceTables},
                                        {13, paybond::kReportedRunTables}};

// Payments here move no money: the key says so.
Secret add_paybond_key(store::Connection& connection, std::string_view tenant_id, const Clock& clock,
                       Random& random) {
  const auth::ApiKeyOptions options{
      .mode = auth::KeyMode::test, .label = "made on first use", .form = auth::KeyForm::paybond};
  return auth::add_api_key(connection, tenant_id, options, clock.now(), random).key;
}

// The default tenant with new keys that may do everything.
Credentials add_local_tenant(store::Database& database, const Clock& clock, Random& random) {
  Credentials credentials{std::string(kLocalTenant), {}};
  database.write([&](store::Connection& connection) {
    if (!auth::find_tenant(connection, kLocalTenant))
      auth::add_tenant(connection, kLocalTenant, "this machine", clock.now());
    auth::NewApiKey made =
        auth::add_api_key(connection, kLocalTenant, {.label = "made on first use"}, clock.now(), random);
    credentials.sbn_key = std::move(made.key);
    credentials.paybond_key = add_paybond_key(connection, kLocalTenant, clock, random);
  });
  return credentials;
}

// The credentials in the folder, if the store knows them.
std::optional<Credentials> find_credentials(const StateFolder& folder, const Filesystem& files,
                                            store::Database& database) {
  if (!exists(folder.credentials())) return std::nullopt;
  std::string text = files.read(folder.credentials(), kMaxStateFileBytes);
  Credentials credentials = read_credentials(text, folder.credentials());
  wipe(text);
  bool known = false;
  database.read([&](store::Connection& connection) {
    const auto is_known = [&](const Secret& secret) {
      const auto key = auth::find_api_key(connection, auth::api_key_hash(as_text(secret.expose())));
      return key && !key->revoked_at;
    };
    known = is_known(credentials.sbn_key);
    if (!is_known(credentials.paybond_key)) credentials.paybond_key = Secret();
  });
  if (!known) return std::nullopt;
  return credentials;
}

std::vector<crypto::SigningKey> make_validators(Random& random) {
  std::vector<crypto::SigningKey> keys;
  for (std::size_t i = 0; i < kValidators; ++i)
    keys.push_back(crypto::SigningKey::generate(random));
  return keys;
}

// There is one file for all who come at the same time.
void make_lock_file(const std::string& path, const Filesystem& files) {
  try {
    if (!exists(path)) files.create_private(path, "");
  } catch (const Error& error) {
    if (error.category() != Category::conflict) throw;
  }
}

bool has_keys(const StateFolder& folder) {
  if (!exists(folder.harbor())) return false;
  for (std::size_t number = 1; number <= kValidators; ++number)
    if (!exists(folder.validator(number))) return false;
  return true;
}

}  // namespace

std::span<const store::Migration> schema() {
  return kSchema;
}

std::unique_ptr<LocalNetwork> LocalNetwork::open(const LocalNetworkOptions& options, const Filesystem& files,
                                                 const Clock& clock, Random& random) {
  if (options.in_memory) {
    auto database = store::Database::open({}, kSchema);
    Credentials credentials = add_local_tenant(*database, clock, random);
    return std::unique_ptr<LocalNetwork>(
        new LocalNetwork(std::move(database), std::move(credentials), make_validators(random),
                         crypto::SigningKey::generate(random), clock, random));
  }
  const StateFolder folder{options.state_folder};
  if (!exists(folder.path)) files.make_private_folder(folder.path);
  auto database = store::Database::open({.path = folder.database()}, kSchema);
  std::optional<Credentials> credentials = find_credentials(folder, files, *database);
  std::unique_ptr<FileLock> setting_up;
  const auto is_whole = [&] { return credentials && !credentials->paybond_key.empty(); };
  if (!is_whole() || !has_keys(folder)) {
    make_lock_file(folder.setup_lock(), files);
    setting_up = files.lock(folder.setup_lock());
    credentials = find_credentials(folder, files, *database);  // another process may have been faster
  }
  std::vector<crypto::SigningKey> validators = load_validators(folder, files, random);
  crypto::SigningKey harbor = load_harbor_key(folder, files, random);
  if (!is_whole()) {
    if (!credentials) {
      credentials = add_local_tenant(*database, clock, random);
    } else {  // an earlier release made the folder
      database->write([&](store::Connection& connection) {
        credentials->paybond_key = add_paybond_key(connection, credentials->tenant_id, clock, random);
      });
    }
    files.replace_private(folder.credentials(), as_text(write_credentials(*credentials).expose()));
  }
  return std::unique_ptr<LocalNetwork>(new LocalNetwork(
      std::move(database), std::move(*credentials), std::move(validators), std::move(harbor), clock, random));
}

LocalNetwork::LocalNetwork(std::unique_ptr<store::Database> database, Credentials credentials,
                           std::vector<crypto::SigningKey> validators, crypto::SigningKey harbor,
                           const Clock& clock, Random& random)
    : database_(std::move(database)),
      credentials_(std::move(credentials)),
      validators_(std::move(validators)),
      harbor_(std::move(harbor)),
      authenticator_(*database_, clock),
      sbn_(*database_, validators_, clock, random),
      paybond_{*database_, harbor_, clock, random} {
  sbn::add_routes(router_, sbn_, authenticator_);
  paybond::add_routes(router_, paybond_, authenticator_);
  add_system_routes(router_, *database_);
}

LocalNetwork::~LocalNetwork() {
  try {
    sbn_.close();
  } catch (const std::exception&) {
    // Counts are lost with a disk that cannot be written; there is nobody left to tell.
  }
  database_->close();
}

void LocalNetwork::add_metrics(std::function<std::string()> text, bool guarded) {
  router_.add("GET", "/metrics",
              [this, guarded, text = std::move(text)](const std::shared_ptr<http::Exchange>& exchange) {
                if (guarded) authenticator_.authenticate(exchange->request().headers);
                exchange->reply({200, {{"Content-Type", "text/plain; version=0.0.4"}}, text()});
              });
}

std::vector<crypto::PublicKey> LocalNetwork::validator_keys() const {
  std::vector<crypto::PublicKey> keys;
  for (const crypto::SigningKey& validator : validators_)
    keys.push_back(validator.public_key());
  return keys;
}

}  // namespace agentnet::network
