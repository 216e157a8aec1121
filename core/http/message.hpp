// HTTP requests and responses as plain values, the same for the network, the embedded router and the tests.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agentnet::http {

// ASCII letters without regard to case, which is how field names, methods of joining and hosts compare.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// In the order of the wire; names compare without regard to case and may repeat.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
  std::size_t count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query, percent-encoded, as on the request line
  Headers headers;
  std::string body;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// {status, Content-Type: application/json, body}.
Response json_response(int status, std::string body);
// {"error":{"code","message","details":{}}}: a refusal that no Error stands behind. Bytes of the message that
// are not UTF-8 become U+FFFD.
Response error_response(int status, std::string_view code, std::string_view message);
// The text as well-formed UTF-8: what is not becomes U+FFFD, one for each byte.
std::string to_utf8(std::string_view text);
// The reason phrase of RFC 9110, or "" for a status it does not name.
std::string_view reason_phrase(int status);

// What RFC 9110 section 5.6.2 calls a token: a method, a field name. Not empty.
bool is_token(std::string_view text);
// What a field value may hold (section 5.5): no control character but the tab, so no line break either.
bool is_field_value(std::string_view text);
// A path and query as a request line may carry it: begins with '/', printable ASCII without '#'.
bool is_target(std::string_view text);

// --- targets
// ------------------------------------------------------------------------------------------------

// Percent-encodes every byte but A-Z a-z 0-9 - . _ ~ (hex digits in upper case): a query value, a path
// segment.
std::string percent_encode(std::string_view text);
// nullopt for a '%' without two hex digits behind it. '+' stays.
std::optional<std::string> percent_decode(std::string_view text);

// The path of a target, still encoded.
std::string_view path_of(std::string_view target);
// The query's name=value pairs in order, decoded ('+' is a space in names and values); pairs that cannot be
// decoded are left out.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);

// Collects query parameters: add() appends "name=value", encoded.
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  // "?a=1&b=2", or "" when nothing was added.
  std::string text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace agentnet::http
