#include "core/paybond/access.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/refusal.hpp"

namespace agentnet::paybond {
namespace {

// As Python's str.strip; the texts that are trimmed here are ASCII.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string bearer_header(const Secret& key) {
  return "Bearer " + std::string(trimmed(as_text(key.expose())));
}

json::Document parse_answer(const std::string& body) {
  try {
    return json::parse(body, json::kAsPython);
  } catch (const Error&) {
    return {};  // null, which is no object
  }
}

// The member as text without white space around it: a text, or a number as it is written.
std::string trimmed_member(const json::Value& object, std::string_view name, bool numbers_too = false) {
  const json::Value* member = object.find(name);
  if (member == nullptr) return {};
  if (!member->is_string() && !(numbers_too && member->is_number())) return {};
  return std::string(trimmed(member->text()));
}

// Whole seconds above 0, from a number or a text of digits; fractions are cut off.
std::optional<Seconds> read_lifetime(const json::Value* member) {
  if (member == nullptr) return std::nullopt;
  double seconds = 0;
  if (member->is_number()) {
    seconds = std::trunc(json::to_double(member->text()));
  } else if (member->is_string()) {
    const std::string_view digits = trimmed(member->text());
    std::int64_t whole = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    seconds = static_cast<double>(whole);
  }
  if (!(seconds > 0)) return std::nullopt;
  return std::min(Seconds(seconds), kMostLifetime);
}

Error bad_answer(const http::Response& response, const std::string& network, std::string_view path,
                 const std::string& code, const std::string& why) {
  const Error cause = bad_response(response, network, std::string(path), why);
  std::vector<Detail> details = cause.details();
  // What the body holds may be a token.
  std::erase_if(details, [](const Detail& detail) { return detail.name == "body_text"; });
  return {Category::auth, code, cause.message(), {}, std::move(details)};
}

http::Request access_request(std::string method, std::string target, const Secret& api_key) {
  http::Request request{std::move(method), std::move(target), {}, {}};
  request.headers.add("authorization", bearer_header(api_key));
  request.headers.add("accept", "application/json");
  request.headers.add("user-agent", "agentnet/" AGENTNET_VERSION);
  return request;
}

}  // namespace

Seconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

HarborAccess::HarborAccess(http::Transport& gateway, const Secret& api_key, AccessOptions options)
    : gateway_(gateway), api_key_(api_key), options_(std::move(options)) {
  if (!options_.path.starts_with('/')) options_.path.insert(0, 1, '/');
}

std::string HarborAccess::bearer() {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || options_.now() >= valid_until_) exchange();
  return token_;
}

std::string HarborAccess::ensure_initial() {
  const std::lock_guard lock(mutex_);
  exchange();
  return token_;
}

std::optional<std::string> HarborAccess::tenant_id() const {
  const std::lock_guard lock(mutex_);
  return tenant_id_;
}

void HarborAccess::exchange() {
  const Seconds started = options_.now();
  const http::Request request = access_request("POST", options_.path, api_key_);
  const http::Response response = send(gateway_, request, {.most = 1});
  const std::string network = gateway_.name();
  if (response.status >= 400) throw refusal(response, network, options_.path, options_.credential_origin);
  const auto bad = [&](const std::string& why) {
    return bad_answer(response, network, options_.path, "bad_access", why);
  };
  const json::Document document = parse_answer(response.body);
  const json::Value& root = document.root;
  if (!root.is_object()) throw bad("the answer to the exchange of the key is no JSON object");
  std::string token = trimmed_member(root, "access_token");
  if (token.empty()) throw bad("the exchange of the key gave no access_token");
  const auto lifetime = read_lifetime(root.find("expires_in"));
  if (!lifetime) throw bad("the exchange of the key gave no expires_in above 0");
  std::string tenant = trimmed_member(root, "tenant_id", true);
  if (tenant.empty()) throw bad("the exchange of the key gave no tenant_id (PAYBOND-V1-008)");
  token_ = std::move(token);
  tenant_id_ = std::move(tenant);
  const Seconds skew = std::max(options_.clock_skew, Seconds(0));
  valid_until_ = started + std::max(*lifetime - skew, kLeastLifetime);
}

Principal read_principal(http::Transport& gateway, const Secret& api_key, const Attempts& attempts,
                         std::string_view expected_environment, const std::string& credential_origin,
                         const std::string& request_id) {
  if (!expected_environment.empty() && expected_environment != "live" && expected_environment != "sandbox") {
    throw Error(Category::usage, "bad_environment", "the environment is 'live' or 'sandbox'");
  }
  http::Request request = access_request("GET", std::string(kPrincipalPath), api_key);
  if (!request_id.empty()) request.headers.add("x-request-id", request_id);
  const http::Response response = send(gateway, request, attempts);
  const std::string network = gateway.name();
  if (response.status >= 400)
    throw refusal(response, network, std::string(kPrincipalPath), credential_origin);
  const auto bad = [&](const std::string& code, const std::string& why) {
    return bad_answer(response, network, kPrincipalPath, code, why);
  };
  Principal principal;
  try {
    principal.answer = json::parse(response.body, json::kAsPython);
  } catch (const Error&) {
    throw bad_response(response, network, std::string(kPrincipalPath), "the answer is no JSON");
  }
  const json::Value& root = principal.answer.root;
  if (!root.is_object()) throw bad("bad_principal", "the answer about the key's owner is no JSON object");
  principal.tenant_id = trimmed_member(root, "tenant_id");
  if (principal.tenant_id.empty()) throw bad("bad_principal", "the key's owner has no tenant_id");
  if (expected_environment.empty()) return principal;
  const std::string environment = trimmed_member(root, "environment");
  if (environment != expected_environment) {
    throw bad("wrong_environment",
              "the key is for '" + environment + "', not for '" + std::string(expected_environment) + "'");
  }
  return principal;
}

}  // namespace agentnet::paybond
