#include "core/paybond/client_signal.hpp"

namespace agentnet::paybond {
namespace {

// The version as the kit's HTTP library leaves it: only what a request line cannot carry is escaped.
std::string version_query(std::string_view version) {
  if (version.empty()) return {};
  std::string query = "?score_version=";
  for (const char c : version) {
    const bool carried = c > 0x20 && c < 0x7f && std::string_view("\"#<>").find(c) == std::string_view::npos;
    query += carried ? std::string(1, c) : http::percent_encode({&c, 1});
  }
  return query;
}

ClientCall signal_call(std::string path, std::string_view version) {
  return {.target = std::move(path) + version_query(version), .names_tenant = false};
}

json::Document read_portfolio(Client& client, const std::string& path, std::string_view version) {
  const ClientCall call = signal_call(path, version);
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "portfolio", call);
  return std::move(answer.document);
}

std::optional<json::Document> read_operator(Client& client, std::string_view did, const std::string& what,
                                            std::string_view version) {
  const ClientCall call =
      signal_call("/signal/v1/operators/" + http::percent_encode(did) + "/" + what, version);
  std::optional<Answer> answer = client.ask_unless_missing(call);
  if (!answer) return std::nullopt;
  client.require_tenant(answer->root(), "tenant_id", what, call);
  client.require_echo(answer->root(), "operator_did", std::string(did), what + " operator", call);
  return std::move(answer->document);
}

}  // namespace

std::optional<json::Document> get_reputation_receipt(Client& client, std::string_view operator_did,
                                                     std::string_view score_version) {
  const ClientCall call = signal_call("/reputation/" + http::percent_encode(operator_did), score_version);
  std::optional<Answer> answer = client.ask_unless_missing(call);
  if (!answer) return std::nullopt;
  const json::Value* receipt = answer->root().find("receipt");
  if (receipt == nullptr || !receipt->is_object()) {
    throw client.bad(*answer, call, "the answer has no receipt");
  }
  client.require_tenant(*receipt, "tenant_id", "receipt", call);
  client.require_echo(*receipt, "operator_did", std::string(operator_did), "receipt operator", call);
  return std::move(answer->document);
}

json::Document get_portfolio_summary(Client& client, std::string_view score_version) {
  return read_portfolio(client, "/signal/v1/portfolio/summary", score_version);
}

json::Document get_signed_portfolio_export(Client& client, std::string_view score_version) {
  return read_portfolio(client, "/signal/v1/portfolio/signed-export", score_version);
}

std::optional<json::Document> get_operator_explanation(Client& client, std::string_view operator_did,
                                                       std::string_view score_version) {
  return read_operator(client, operator_did, "explanation", score_version);
}

std::optional<json::Document> get_operator_review_status(Client& client, std::string_view operator_did,
                                                         std::string_view score_version) {
  return read_operator(client, operator_did, "review-status", score_version);
}

}  // namespace agentnet::paybond
