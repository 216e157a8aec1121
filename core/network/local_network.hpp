// The local network put together: the store of a state folder, its tenants and keys, the services over it,
// and one router for all of them. Embedded in a command and served by `agentnet serve` alike.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/auth/authenticator.hpp"
#include "core/base/clock.hpp"
#include "core/http/router.hpp"
#include "core/network/local_state.hpp"
#include "core/paybond/service.hpp"
#include "core/sbn/service.hpp"
#include "core/store/database.hpp"

namespace agentnet::network {

struct LocalNetworkOptions {
  std::string state_folder;  // made when it is not there
  bool in_memory = false;    // the data and all keys end with the process; the folder is not touched
};

// The schema of the store, every step of it.
std::span<const store::Migration> schema();

class LocalNetwork {
 public:
  // Opens the folder, or makes it with a tenant, a key and validators. All arguments but the options must
  // outlive it. Throws what Database::open throws, and Error failed/bad_state.
  static std::unique_ptr<LocalNetwork> open(const LocalNetworkOptions& options, const Filesystem& files,
                                            const Clock& clock, Random& random);
  // Finishes what is being written.
  ~LocalNetwork();
  LocalNetwork(const LocalNetwork&) = delete;
  LocalNetwork& operator=(const LocalNetwork&) = delete;

  http::Router& router() { return router_; }
  store::Database& database() { return *database_; }
  auth::Authenticator& authenticator() { return authenticator_; }
  // The tenant and the keys that this user's commands use by default.
  const Credentials& credentials() const { return credentials_; }
  std::vector<crypto::PublicKey> validator_keys() const;
  // What a server does beside answering: it delivers webhooks. Until this is destroyed.
  void start_background() { sbn_.start_background(); }

  // GET /metrics, answered with what `text` makes; only for callers with a credential when `guarded`.
  void add_metrics(std::function<std::string()> text, bool guarded);

 private:
  LocalNetwork(std::unique_ptr<store::Database> database, Credentials credentials,
               std::vector<crypto::SigningKey> validators, crypto::SigningKey harbor, const Clock& clock,
               Random& random);

  std::unique_ptr<store::Database> database_;
  Credentials credentials_;
  std::vector<crypto::SigningKey> validators_;
  crypto::SigningKey harbor_;
  auth::Authenticator authenticator_;
  sbn::Service sbn_;
  paybond::Service paybond_;
  http::Router router_;
};

}  // namespace agentnet::network
