#include "core/paybond/refusal.hpp"

#include "core/http/transport.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

struct Said {
  std::string code;
  std::string message;
  std::string harbor_code;
  std::string request_id;
};

std::string text_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_string() || member->has_lone_surrogate()) return {};
  return std::string(member->text());
}

Said read_body(const std::string& body) {
  json::Document document;
  try {
    document = json::parse(body, json::kAsPython);
  } catch (const Error&) {
    return {};  // no JSON: the status has to do
  }
  const json::Value& root = document.root;
  Said said{text_of(root, "code"), text_of(root, "message"), {}, text_of(root, "request_id")};
  const json::Value* error = root.find("error");
  if (error != nullptr && error->is_object()) {
    said.code = text_of(*error, "code");
    said.message = text_of(*error, "message");
    said.harbor_code = text_of(*error, "harbor_code");
  } else if (error != nullptr && error->is_string()) {
    said.code = text_of(root, "error");
  }
  if (said.message.empty()) said.message = text_of(root, "detail");  // problem+json
  if (said.message.empty()) said.message = text_of(root, "title");
  return said;
}

std::vector<Detail> details_of(const http::Response& response, const std::string& network,
                               const std::string& target) {
  return {{"status", std::int64_t{response.status}},
          {"url", network + target},
          {"body_text", http::to_utf8(response.body.substr(0, kMaxQuotedBytes))}};
}

}  // namespace

Category category_of_status(int status) {
  return status == 410 ? Category::not_found : http::category_of_status(status);
}

Error refusal(const http::Response& response, const std::string& network, const std::string& target,
              const std::string& origin) {
  Said said = read_body(response.body);
  const std::string reason(http::reason_phrase(response.status));
  if (said.message.empty()) said.message = reason.empty() ? "the request failed" : reason;
  if (said.code.empty()) said.code = "http_" + std::to_string(response.status);
  std::vector<Detail> details = details_of(response, network, target);
  if (!said.harbor_code.empty()) details.push_back({"harbor_code", said.harbor_code});
  if (!said.request_id.empty()) details.push_back({"request_id", said.request_id});
  const Category category = category_of_status(response.status);
  std::string hint;
  if (category == Category::auth) {
    hint = origin.empty() ? "no credential was sent; PAYBOND_API_KEY or --api-key-file give one"
                          : "the credential came from " + origin;
  }
  return {category, said.code, network + ": " + said.message, hint, std::move(details)};
}

Error bad_response(const http::Response& response, const std::string& network, const std::string& target,
                   const std::string& why) {
  return {
      Category::unreachable, "bad_response", network + ": " + why, {}, details_of(response, network, target)};
}

Error binding_mismatch(const std::string& what, const std::string& asked, const std::string& answered,
                       const std::string& url) {
  return {Category::verification,
          "tenant_binding_mismatch",
          "the answer's " + what + " is '" + answered + "' and not '" + asked + "'",
          "do not use this answer: either the network mixes tenants up or somebody answers in its place",
          {{"asked", asked}, {"answered", answered}, {"url", url}}};
}

}  // namespace agentnet::paybond
