// How requests of any network are shown, and how its answers become rows: what the connections of `sbn` and
// `paybond` share.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "commands/diagnostics.hpp"
#include "core/http/transport.hpp"
#include "core/json/value.hpp"

namespace agentnet::commands {

inline constexpr std::string_view kMask = "***";  // in place of a credential

// What --dry-run prints of a request, {"dry_run": true, "request": {method, url, headers, body}}, credentials
// masked, also those in the body. Refers to the request and lies in the arena.
json::Value shown_request(const http::Request& request, const std::string& base_url, json::Arena& arena);

// Says with -vv what goes over the wire, without credentials.
class WatchingTransport final : public http::Transport {
 public:
  // Both must outlive this.
  WatchingTransport(http::Transport& inner, const Diagnostics& diagnostics)
      : inner_(inner), diagnostics_(diagnostics) {}

  http::Response send(const http::Request& request) override;
  std::string name() const override { return inner_.name(); }

 private:
  http::Transport& inner_;
  const Diagnostics& diagnostics_;
};

// The members of an answer that are there, in that order, under their own names.
json::Value pick(const json::Value& answer, std::initializer_list<std::string_view> names,
                 json::Arena& arena);
// The members of a row that a table shows, in that order; null for one that is not there.
json::Value columns_of(const json::Value& item, std::span<const std::string_view> columns,
                       json::Arena& arena);

}  // namespace agentnet::commands
