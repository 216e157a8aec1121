#include "commands/sbn/connection.hpp"

#include <set>

#include "commands/network_options.hpp"
#include "core/http/remote.hpp"
#include "core/json/write.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"

namespace agentnet::commands {
namespace {

// Answers with the request itself.
class DryRunTransport final : public http::Transport {
 public:
  explicit DryRunTransport(std::string base_url) : base_url_(std::move(base_url)) {}

  http::Response send(const http::Request& request) override {
    json::Arena arena;
    return http::json_response(200, json::to_compact(shown_request(request, base_url_, arena)));
  }
  std::string name() const override { return base_url_; }

 private:
  std::string base_url_;
};

std::function<void(http::Headers&)> with_api_key(const Secret& key) {
  return [&key](http::Headers& headers) { headers.add("x-api-key", std::string(as_text(key.expose()))); };
}

std::unique_ptr<auth::TokenMinter> make_minter(const network::Settings& settings, Context& context) {
  const network::Credential& credential = *settings.credential;
  auth::TokenOptions options{.issuer = credential.issuer, .audience = credential.audience};
  if (!credential.kid.empty()) options.kid = credential.kid;
  if (!credential.subject.empty()) options.subject = credential.subject;
  if (!credential.scopes.empty()) options.scopes = credential.scopes;
  if (settings.tenant) options.tenant_id = settings.tenant->value;
  return std::make_unique<auth::TokenMinter>(
      crypto::SigningKey::from_pem(as_text(credential.secret.expose())), std::move(options), context.clock,
      context.random);
}

}  // namespace

Connection::Connection(const Arguments& arguments, Context& context) : dry_run_(context.dry_run) {
  network::Settings settings = settings_from(network::kSbn, arguments, context);
  const CallOptions call = call_options_from(arguments);
  local_ = settings.is_local();
  sbn::ClientOptions options = local_ ? connect_local(context) : connect_remote(settings, context);
  context.diagnostics.info("network", "using " + transport_->name());
  if (settings.tenant) options.tenant_id = settings.tenant->value;
  options.request_id = call.request_id.value_or("");
  options.idempotency_key = call.idempotency_key.value_or("");
  if (dry_run_) transport_ = std::make_unique<DryRunTransport>(transport_->name());
  watching_ = std::make_unique<WatchingTransport>(*transport_, context.diagnostics);
  client_ = std::make_unique<sbn::Client>(*watching_, std::move(options));
}

Connection::~Connection() = default;

sbn::ClientOptions Connection::connect_remote(network::Settings& settings, Context& context) {
  const std::string url(settings.base_url ? settings.base_url->value : std::string(network::kSbn.hosted));
  http::RemoteOptions remote;
  remote.connect_timeout = settings.timeout;
  remote.timeout = settings.timeout;
  transport_ = std::make_unique<http::RemoteTransport>(url, remote);
  sbn::ClientOptions options;
  options.retries = {settings.retries + 1, http::kThreeAttempts.first_backoff};
  if (!settings.credential) return options;
  options.credential_origin = settings.credential->origin;
  if (settings.credential->kind == network::CredentialKind::signing_key) {
    minter_ = make_minter(settings, context);
    options.authorize = [this](http::Headers& headers) {
      headers.add("Authorization", "Bearer " + minter_->token());
    };
    return options;
  }
  key_ = std::move(settings.credential->secret);
  options.authorize = with_api_key(key_);
  if (settings.credential->kind == network::CredentialKind::bearer) {
    options.authorize = [this](http::Headers& headers) {
      headers.add("Authorization", "Bearer " + std::string(as_text(key_.expose())));
    };
  }
  return options;
}

sbn::ClientOptions Connection::connect_local(Context& context) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  sbn::ClientOptions options;
  options.credential_origin = folder.path;
  options.retries = http::kNoRetries;
  if (const auto server = network::find_server(folder, context.files)) {
    transport_ = std::make_unique<http::RemoteTransport>(server->base_url);
    options.retries = http::kThreeAttempts;
    key_ = Secret(server->credentials.sbn_key.expose());
  } else if (dry_run_) {
    transport_ = std::make_unique<DryRunTransport>("http://embedded");  // nothing is made for it
  } else {
    embedded_ = network::LocalNetwork::open({folder.path}, context.files, context.clock, context.random);
    transport_ = std::make_unique<http::LocalTransport>(embedded_->router());
    key_ = Secret(embedded_->credentials().sbn_key.expose());
  }
  options.authorize = with_api_key(key_);
  return options;
}

void deliver(Connection& connection, Context& context, const json::Value& answer,
             const std::optional<json::Value>& brief, const std::string& id) {
  if (connection.is_dry_run()) {
    context.sink.default_to(Format::json);
    return context.sink.result({answer, {}, {}});
  }
  context.sink.result({answer, {}, id, false, brief});
}

Exit deliver_verdict(Connection& connection, Context& context, const json::Value& answer) {
  const json::Value* valid = answer.find("valid");
  const bool holds = valid != nullptr && valid->truthy();
  deliver(connection, context, answer, {}, holds ? "true" : "false");
  return holds || connection.is_dry_run() ? Exit::done : Exit::verification;
}

std::string first_text(const json::Value& answer, std::initializer_list<std::string_view> names) {
  return first_text(answer, std::span(names.begin(), names.size()));
}

std::string first_text(const json::Value& answer, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const json::Value* member = answer.find(name);
    if (member != nullptr && member->is_string() && !member->text().empty())
      return std::string(member->text());
  }
  return {};
}

namespace {

void deliver_row(Sink& sink, const json::Value& item, std::span<const std::string_view> columns,
                 std::span<const std::string_view> id_members) {
  json::Arena arena;
  sink.row({item, {}, first_text(item, id_members), false, columns_of(item, columns, arena)});
}

}  // namespace

void deliver_list(Connection& connection, Context& context, const json::Value& answer,
                  std::string_view member, std::initializer_list<std::string_view> columns,
                  std::initializer_list<std::string_view> id_members) {
  Sink& sink = context.sink;
  const json::Value* list = answer.is_array() ? &answer : answer.find(member);
  // An answer that is a list has no more to it than its rows.
  const bool whole = !answer.is_array() && (sink.format() == Format::json || sink.format() == Format::yaml);
  if (whole || connection.is_dry_run() || list == nullptr || !list->is_array())
    return deliver(connection, context, answer, {}, {});
  sink.begin_rows();
  for (const json::Value& item : list->items())
    deliver_row(sink, item, {columns.begin(), columns.size()}, {id_members.begin(), id_members.size()});
  sink.end_rows();
}

void deliver_all(Connection& connection, Context& context, const RowShape& shape,
                 const std::function<json::Document(const PagePlace& place)>& page) {
  Sink& sink = context.sink;
  PagePlace place;
  if (connection.is_local()) place.cursor.emplace();
  if (connection.is_dry_run()) return deliver(connection, context, page(place).root, {}, {});
  sink.begin_rows();
  std::set<std::string> shown;  // of the page before
  for (;; place.offset += kRowsOfPage) {
    const json::Document answer = page(place);
    const json::Value* list = answer.root.find(shape.member);
    if (list == nullptr || !list->is_array()) break;
    std::set<std::string> ids;
    for (const json::Value& item : list->items()) {
      const std::string id = first_text(item, shape.id_members);
      if (!shown.contains(id)) deliver_row(sink, item, shape.columns, shape.id_members);
      if (!id.empty()) ids.insert(id);
    }
    if (static_cast<std::int64_t>(list->items().size()) < kRowsOfPage) break;
    shown = std::move(ids);
    if (place.cursor) place.cursor = first_text(answer.root, {"cursor"});
  }
  sink.end_rows();
}

}  // namespace agentnet::commands
