// Where an `sbn` command's calls go: to a network that the settings name, to this user's running server, or
// into the network inside the command.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "commands/wire.hpp"
#include "core/auth/token_minter.hpp"
#include "core/network/local_network.hpp"
#include "core/network/settings.hpp"
#include "core/sbn/client.hpp"

namespace agentnet::commands {

class Connection {
 public:
  // Of a command with reach network. Says with -v which of the three it is. Throws what network::resolve and
  // LocalNetwork::open throw.
  Connection(const Arguments& arguments, Context& context);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sbn::Client& client() { return *client_; }
  // Whether it is a local network, which seals many in one request.
  bool is_local() const { return local_; }
  // With --dry-run nothing is sent: each call is answered with the request that would have been,
  // {"dry_run": true, "request": {method, url, headers, body}}, credentials as ***.
  bool is_dry_run() const { return dry_run_; }

 private:
  sbn::ClientOptions connect_remote(network::Settings& settings, Context& context);
  sbn::ClientOptions connect_local(Context& context);

  bool local_ = false;
  bool dry_run_ = false;
  std::unique_ptr<network::LocalNetwork> embedded_;
  std::unique_ptr<auth::TokenMinter> minter_;
  Secret key_;                                  // of the credential that is sent as it is
  std::unique_ptr<http::Transport> transport_;  // the inner one first
  std::unique_ptr<http::Transport> watching_;
  std::unique_ptr<sbn::Client> client_;
};

// Hands an answer to the sink: all of it as JSON; `brief` in a table; `id` in quiet.
void deliver(Connection& connection, Context& context, const json::Value& answer,
             const std::optional<json::Value>& brief, const std::string& id);
// Hands a verdict of the network to the sink, an answer with `valid`; done, or verification when that is no.
Exit deliver_verdict(Connection& connection, Context& context, const json::Value& answer);
// The first of these members that is a text; "" when there is none.
std::string first_text(const json::Value& answer, std::span<const std::string_view> names);
std::string first_text(const json::Value& answer, std::initializer_list<std::string_view> names);
// A list in an answer, or an answer that is a list, as rows; in JSON and YAML the answer as it is. `columns`
// are those of a table.
void deliver_list(Connection& connection, Context& context, const json::Value& answer,
                  std::string_view member, std::initializer_list<std::string_view> columns,
                  std::initializer_list<std::string_view> id_members);

// Of commands that list page by page: all pages instead of one.
inline constexpr Option kAllOption{.name = "--all",
                                   .help = "every row, fetched page by page; --limit does not count"};
inline constexpr std::int64_t kRowsOfPage = 200;

// What a list has of rows.
struct RowShape {
  std::string_view member;  // of an answer: the list
  std::vector<std::string_view> columns;
  std::vector<std::string_view> id_members;
};
// Where a page begins.
struct PagePlace {
  std::int64_t offset = 0;
  std::optional<std::string> cursor;  // with a local network, which finds it without counting rows
};
// Every row of a list that comes page by page, the newest first: `page` fetches kRowsOfPage rows from a place
// on. Holds two pages at a time. With offsets what is added meanwhile moves rows to the next page; those are
// not shown again.
void deliver_all(Connection& connection, Context& context, const RowShape& shape,
                 const std::function<json::Document(const PagePlace& place)>& page);

}  // namespace agentnet::commands
