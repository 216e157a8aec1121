// Typed calls to Paybond: to Harbor itself, or to the gateway before it (wire reference paybond 6 and 7).
//
// A Client is one tenant's, and holds what every call shares: headers, credential, retries, the form of
// errors, and the checks that an answer speaks of the tenant and the thing that were asked for. The calls are
// functions over a Client, by group: client_intents.hpp, client_funding.hpp, client_verify.hpp,
// client_ledger.hpp, client_signal.hpp, client_fraud.hpp, client_guardrails.hpp, client_spend.hpp,
// client_protocol.hpp, client_audit.hpp, client_keys.hpp. Requests are those of the official kit, to the byte
// of their bodies.
//
// A client without a tenant is unbound: it has not asked whose its key is, so it compares no tenants, and
// other names only where an answer has them. Whoever acts on an answer binds the client first.
//
// Answers come back as the JSON they are. Everything throws what refusal.hpp says of statuses and answers,
// and unreachable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/paybond/attempts.hpp"

namespace agentnet::paybond {

enum class Side : std::uint8_t {
  harbor,   // paths as they are
  gateway,  // Harbor's paths behind /harbor, but for /verify
};

struct ClientOptions {
  Side side = Side::gateway;
  std::string tenant_id = {};  // empty: the client is unbound
  // The token or API key, asked for once a call and not once an attempt; empty: none is sent.
  std::function<std::string()> bearer = {};
  std::string credential_origin = {};  // where it came from, for messages
  std::string request_id = {};         // x-request-id when not empty
  Attempts attempts = {};
};

// One request, beyond what every call has.
struct ClientCall {
  std::string_view method = "GET";
  std::string target;
  std::optional<std::string> body = {};  // of JSON; none: no content-type either
  std::string idempotency_key = {};      // trimmed; nothing is sent when nothing is left
  http::Headers headers = {};
  bool names_tenant = true;        // sends x-tenant-id
  bool once = false;               // no second attempt, whatever comes back
  bool payment_is_answer = false;  // 402 is an answer and no Error
};

// An answer that is a JSON object.
struct Answer {
  http::Response response;
  json::Document document;

  const json::Value& root() const { return document.root; }
};

class Client {
 public:
  // The transport must outlive this.
  Client(http::Transport& transport, ClientOptions options)
      : transport_(transport), options_(std::move(options)) {}

  // Any answer below 400.
  http::Response send(const ClientCall& call);
  // The same, parsed; throws Error unreachable/bad_response unless it is a JSON object.
  Answer ask(const ClientCall& call);
  // Nullopt for 404.
  std::optional<Answer> ask_unless_missing(const ClientCall& call);

  // Where Harbor has the path.
  std::string harbor(std::string_view path) const;
  const std::string& tenant_id() const { return options_.tenant_id; }
  bool is_bound() const { return !options_.tenant_id.empty(); }
  bool is_gateway() const { return options_.side == Side::gateway; }
  std::string url(const ClientCall& call) const { return transport_.name() + call.target; }

  // Throws binding_mismatch unless the member, "" when it is not a text, is exactly `asked`.
  void require_echo(const json::Value& object, std::string_view member, const std::string& asked,
                    const std::string& what, const ClientCall& call) const;
  void require_tenant(const json::Value& object, std::string_view member, const std::string& what,
                      const ClientCall& call) const;
  // unreachable/bad_response about this answer.
  Error bad(const Answer& answer, const ClientCall& call, const std::string& why) const;

 private:
  http::Response attempt(const ClientCall& call);

  http::Transport& transport_;
  ClientOptions options_;
};

// --- parts of bodies

// Adds the member when it is not blank, without white space around it.
void add_trimmed(json::ObjectBuilder& body, std::string_view name, std::string_view text);
// Without white space at the ends, as Python's strip.
std::string_view strip(std::string_view text);
// The text as one line of JSON the way the kit's HTTP library writes it: no spaces, UTF-8 as it is, decimals
// as Python's repr. Throws Error usage/bad_json.
std::string as_sent(std::string_view json);
std::string as_sent(const json::Value& value);

// The text of a UUID in lower case with hyphens. Throws Error usage/bad_intent_id.
std::string intent_path_id(std::string_view intent_id);

}  // namespace agentnet::paybond
