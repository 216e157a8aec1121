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

// One line of an env file; without a name it sets nothing.
struct EnvLine {
  std::string_view name = {};
  std::string_view value = {};  // with its quotes
  bool exported = false;
};

constexpr std::string_view kExport = "export ";

// Takes a line off the front of the text, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

EnvLine env_line(std::string_view line) {
  line = strip(line);
  const bool exported = line.starts_with(kExport);
  if (exported) line = strip(line.substr(kExport.size()));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {};
  return {strip(line.substr(0, equals)), strip(line.substr(equals + 1)), exported};
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
    const EnvLine line = env_line(take_line(text));
    if (line.name != name) continue;
    std::string_view value = line.value;
    const bool quoted =
        value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
    if (quoted) value = value.substr(1, value.size() - 2);
    if (value.empty()) return std::nullopt;
    return std::string(value);
  }
  return std::nullopt;
}

std::string with_env_file_value(std::string_view text, std::string_view name, std::string_view value) {
  std::string out;
  out.reserve(text.size() + name.size() + value.size() + 16);
  const auto put = [&](bool exported) {
    if (exported) out += kExport;
    out.append(name).append("=").append(value).append("\n");
  };
  bool done = false;
  while (!text.empty()) {
    const std::string_view whole = take_line(text);
    const EnvLine line = env_line(whole);
    if (done || line.name != name) {
      out.append(whole).append("\n");
      continue;
    }
    put(line.exported);
    done = true;
  }
  if (!done) put(false);
  return out;
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
