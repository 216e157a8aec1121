#include "core/paybond/gateway.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

[[noreturn]] void bad_gateway(const std::string& what) {
  throw Error(Category::usage, "bad_gateway", what,
              "https goes anywhere, http only to localhost, 127.0.0.0/8 and ::1");
}

// "user@host:port/path" to "host", without the brackets of an IPv6 address.
std::string host_in(std::string_view rest) {
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return lower_ascii(rest.substr(0, rest.find(':')));
}

std::optional<std::array<int, 4>> parse_ipv4(std::string_view host) {
  std::array<int, 4> parts{};
  const char* at = host.data();
  const char* const end = at + host.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      if (at == end || *at != '.') return std::nullopt;
      ++at;
    }
    const auto read = std::from_chars(at, end, parts[i]);
    if (read.ec != std::errc() || parts[i] < 0 || parts[i] > 255 || read.ptr - at > 3) return std::nullopt;
    at = read.ptr;
  }
  if (at != end) return std::nullopt;
  return parts;
}

bool is_loopback(const std::string& host) {
  const auto address = parse_ipv4(host);
  return host == "localhost" || host == "::1" || (address && (*address)[0] == 127);
}

bool is_private(const std::string& host) {
  const auto address = parse_ipv4(host);
  if (!address) return false;
  const auto& part = *address;
  return part[0] == 10 || (part[0] == 192 && part[1] == 168) ||
         (part[0] == 172 && part[1] >= 16 && part[1] <= 31);
}

}  // namespace

std::string normalise_gateway(std::string_view url, bool allow_private) {
  std::string_view text = strip(url);
  while (text.ends_with('/'))
    text.remove_suffix(1);
  if (text.empty()) bad_gateway("the gateway's URL is missing");
  const std::size_t colon = text.find("://");
  const std::string scheme = lower_ascii(text.substr(0, colon));
  if (colon == std::string_view::npos || (scheme != "https" && scheme != "http")) {
    bad_gateway("the gateway's URL begins with https://");
  }
  const std::string host = host_in(text.substr(colon + 3));
  if (host.empty()) bad_gateway("the gateway's URL names no host");
  if (scheme == "http" && !is_loopback(host) && !(allow_private && is_private(host))) {
    bad_gateway("the gateway's URL must begin with https://");
  }
  return std::string(text);
}

std::optional<std::string> env_file_value(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = strip(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("export ")) line = strip(line.substr(7));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || strip(line.substr(0, equals)) != name) continue;
    std::string_view value = strip(line.substr(equals + 1));
    const bool quoted =
        value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
    if (quoted) value = value.substr(1, value.size() - 2);
    if (value.empty()) return std::nullopt;
    return std::string(value);
  }
  return std::nullopt;
}

std::optional<double> retry_after_seconds(std::string_view header) {
  const std::string_view text = strip(header);
  double seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(seconds)) return std::nullopt;
  return seconds;
}

}  // namespace agentnet::paybond
