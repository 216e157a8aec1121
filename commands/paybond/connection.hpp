// Where a `paybond` command's calls go: to a gateway that the settings name, to this user's running server,
// or into the network inside the command.
//
// The key is the first of: a flag, PAYBOND_API_KEY, the line of it in the env file (--env-file, the one that
// the kit's configuration names, .env.local), the project file, the profile. The gateway is --gateway,
// PAYBOND_GATEWAY_URL or PAYBOND_GATEWAY_BASE_URL, the profile's, the one that the kit's configuration names
// (kit_settings.hpp); it must be https unless it is on this machine. The local network's own key is never
// sent to the hosted one: without a gateway it means the local network.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "commands/command.hpp"
#include "core/network/local_network.hpp"
#include "core/network/settings.hpp"
#include "core/paybond/access.hpp"
#include "core/paybond/client.hpp"

namespace agentnet::commands {

// Where a connection may go: where the settings say, or to no other than the local network.
enum class Reached : std::uint8_t { configured, local };

// The settings of a command with reach gateway, the env file read. Says the warnings. Throws what
// network::resolve throws and Error usage/bad_gateway.
network::Settings paybond_settings(const Arguments& arguments, Context& context);

// --request-id, or a new one as the kit makes them. Throws Error usage/bad_value.
std::string request_id_of(const Arguments& arguments, Context& context);

class PaybondConnection {
 public:
  // Says with -v which of the three it is. Throws what paybond_settings and LocalNetwork::open throw.
  PaybondConnection(const Arguments& arguments, Context& context, Reached reached = Reached::configured);
  ~PaybondConnection();
  PaybondConnection(const PaybondConnection&) = delete;
  PaybondConnection& operator=(const PaybondConnection&) = delete;

  // The gateway, without asking first who the key belongs to: what an answer names is not compared.
  paybond::Client& unbound() { return *unbound_; }
  // The gateway for the key's tenant, which it is asked for once.
  paybond::Client& gateway();
  // Harbor for the key's tenant: directly in a local network, whose exchange of the key is then used; behind
  // the gateway otherwise.
  paybond::Client& harbor();
  // Whether Harbor is behind a gateway, which wants recognition proofs.
  bool is_behind_gateway() const { return !local_; }
  // The gateway's URL, or how the local network is called.
  std::string place() const { return transport_->name(); }
  // The tenant of gateway() or harbor().
  const std::string& tenant();
  // What the gateway says of the key.
  paybond::Principal principal();

  // Whether this is the key that calls are made with. Takes the same time for every wrong key.
  bool is_key(std::string_view key) const;

  const std::string& request_id() const { return request_id_; }
  const std::string& idempotency_key() const { return idempotency_key_; }
  // Things the kit's envelope warns of.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void connect_remote(network::Settings& settings);
  void connect_local(Context& context);
  std::unique_ptr<paybond::Client> make_client(paybond::Side side, const std::string& tenant,
                                               std::function<std::string()> bearer) const;
  std::function<std::string()> key_as_bearer() const;

  bool local_ = false;
  bool dry_run_ = false;
  std::string request_id_;
  std::string idempotency_key_;
  std::string origin_;  // of the credential
  std::vector<std::string> warnings_;
  paybond::Attempts attempts_;
  std::unique_ptr<network::LocalNetwork> embedded_;
  Secret key_;
  std::unique_ptr<http::Transport> transport_;  // the inner one first
  std::unique_ptr<http::Transport> watching_;
  std::unique_ptr<paybond::HarborAccess> access_;
  std::unique_ptr<paybond::Client> unbound_;
  std::unique_ptr<paybond::Client> gateway_;
  std::unique_ptr<paybond::Client> harbor_;
};

// What a command that runs dry would have sent; leaves it on the way to call_paybond.
struct DryRequest {
  std::string line;      // method and URL
  json::Document shown;  // {"dry_run": true, "request": {method, url, headers, body}}, credentials as ***
};

// Connects and works. With --dry-run nothing is sent: the first request that would have been is the result.
template <typename Work>
Exit call_paybond(const Arguments& arguments, Context& context, const Work& work,
                  Reached reached = Reached::configured) {
  try {
    PaybondConnection connection(arguments, context, reached);
    return work(connection);
  } catch (const DryRequest& request) {
    context.sink.default_to(Format::json);
    context.sink.result({request.shown.root, {}, request.line});
    return Exit::done;
  }
}

}  // namespace agentnet::commands
