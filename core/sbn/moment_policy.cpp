#include "core/sbn/moment_policy.hpp"

#include <charconv>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"
#include "core/base/unicode_text.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kPrivateKey = "SNAPCHORE_MOMENT_PRIVATE_KEY";
constexpr std::string_view kPublicKey = "SNAPCHORE_MOMENT_PUBLIC_KEY";
constexpr std::string_view kTrustedKeys = "SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS";
constexpr std::string_view kTimeDrift = "SB_SNAPCHORE_TIME_DRIFT_SEC";

// These values end up inside claims, where only UTF-8 can stand.
void require_utf8(std::string_view variable, const std::string& value) {
  if (count_code_points(value)) return;
  throw Error(Category::usage, "bad_environment", std::string(variable) + " is not valid UTF-8");
}

std::string environment_name(const Environment& environment) {
  for (const std::string_view variable : {"ENVIRONMENT", "SB_ENV", "SNAPCHORE_ENV"}) {
    const std::string value = environment.get_or_empty(variable);
    if (value.empty()) continue;
    require_utf8(variable, value);
    const std::string name = lower_ascii(strip(value));
    return name.empty() ? "dev" : name;
  }
  return "dev";
}

bool simulates(const Environment& environment, MomentPolicy& policy) {
  const std::string value = environment.get_or_empty("SNAPCHORE_CAPTURE_MODE");
  const std::string mode = lower_ascii(strip(value));
  if (mode == "device") return false;
  if (mode == "simulate") return true;
  if (!mode.empty() && mode != "auto") {
    policy.warnings.push_back("SNAPCHORE_CAPTURE_MODE is none of device, simulate, auto: auto is used");
  }
  // Here the whole name decides, while the checks look at the part before the first '-': "production-eu"
  // simulates, and is then refused.
  return policy.environment.find('-') != std::string::npos || !is_secure_environment(policy.environment);
}

// An integer as Python's int() reads it: white space around it, one sign, single underscores between digits.
// A value that one tool understands and another does not would give them different tolerances.
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  text = strip(text);
  std::string digits;
  if (text.starts_with('-') || text.starts_with('+')) {
    if (text.front() == '-') digits = "-";
    text.remove_prefix(1);
  }
  if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
  if (text.find("__") != std::string_view::npos) return std::nullopt;
  for (const char c : text) {
    if (c == '_') continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (fault != std::errc() || seconds > kMaxTimeDriftSeconds || seconds < -kMaxTimeDriftSeconds) {
    return std::nullopt;
  }
  return seconds;
}

// The home folders of other users are not looked up.
std::string home_expanded(const Environment& environment, std::string path) {
  if (!path.starts_with('~')) return path;
  const std::string home = environment.get_or_empty("HOME");
  if (home.empty() || (path.size() > 1 && path[1] != '/')) {
    throw Error(Category::usage, "bad_environment",
                "SNAPCHORE_MOMENT_REPLAY_DB names an unknown home folder: " + path);
  }
  return home + path.substr(1);
}

// The file a variable names; the hint of a fault says which variable that was.
template <typename Read>
auto read_key(const Filesystem& files, std::string_view variable, const std::string& path, Read read) {
  std::string pem;
  try {
    pem = files.read(path, kMaxKeyFileBytes);
    auto key = read(std::string_view(pem));
    wipe(pem);
    return key;
  } catch (const Error& error) {
    wipe(pem);
    throw Error(error.category(), error.code(), error.message(),
                std::string(variable) + " names the file " + path, error.details());
  }
}

std::optional<CaptureSigner> signer_from(const Environment& environment, const Filesystem& files) {
  const std::string path(strip(environment.get_or_empty(kPrivateKey)));
  if (path.empty()) return std::nullopt;
  const std::string key_id(strip(environment.get_or_empty("SNAPCHORE_MOMENT_KEY_ID")));
  require_utf8("SNAPCHORE_MOMENT_KEY_ID", key_id);
  return CaptureSigner{read_key(files, kPrivateKey, path, crypto::SigningKey::from_pem), key_id};
}

}  // namespace

MomentPolicy MomentPolicy::from(const Environment& environment, const Filesystem& files) {
  MomentPolicy policy;
  policy.environment = environment_name(environment);
  policy.simulate = simulates(environment, policy);
  policy.skip_auth = environment.is_true("SB_SNAPCHORE_SKIP_AUTH");
  constexpr std::string_view kLegacy = "SNAPCHORE_ALLOW_LEGACY_MOMENT_V1";
  policy.allow_legacy =
      environment.is_true(kLegacy) || lower_ascii(environment.get_or_empty(kLegacy)) == "on";
  if (const auto drift = environment.get(kTimeDrift)) {
    const std::optional<std::int64_t> seconds = parse_seconds(*drift);
    if (!seconds)
      policy.warnings.push_back(std::string(kTimeDrift) + " is not a number of seconds: 10 is used");
    policy.time_drift_seconds = seconds.value_or(kDefaultTimeDriftSeconds);
  }
  policy.replay_database =
      home_expanded(environment, std::string(strip(environment.get_or_empty("SNAPCHORE_MOMENT_REPLAY_DB"))));
  if (!policy.skip_auth) policy.signer = signer_from(environment, files);
  policy.trusted = trusted_keys_from(environment, files);
  return policy;
}

TrustedKeys trusted_keys_from(const Environment& environment, const Filesystem& files) {
  TrustedKeys trusted;
  // Reading goes on after a fault: the other keys may be all that is asked for.
  const auto add = [&](std::string_view variable, std::string_view text) {
    const std::string path(strip(text));
    if (path.empty()) return;
    try {
      trusted.add(read_key(files, variable, path, crypto::PublicKey::from_pem));
    } catch (const Error& error) {
      trusted.fail(error);
    }
  };
  add(kPublicKey, environment.get_or_empty(kPublicKey));
  const std::string list = environment.get_or_empty(kTrustedKeys);
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t colon = rest.find(':');
    add(kTrustedKeys, rest.substr(0, colon));
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
  }
  return trusted;
}

}  // namespace agentnet::sbn
