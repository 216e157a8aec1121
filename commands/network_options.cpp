#include "commands/network_options.hpp"

#include <algorithm>
#include <charconv>

namespace agentnet::commands {
namespace {

// Seconds with a fraction, to the millisecond.
std::optional<std::chrono::milliseconds> timeout_from(const Arguments& arguments) {
  const std::optional<std::string> text = arguments.find("--timeout");
  if (!text) return std::nullopt;
  double seconds = 0;
  const auto [end, fault] =
      std::from_chars(text->data(), text->data() + text->size(), seconds, std::chars_format::fixed);
  const bool whole = fault == std::errc() && end == text->data() + text->size();
  constexpr double kLeast = 0.001;
  if (!whole || !(seconds >= kLeast && seconds <= static_cast<double>(kMaxTimeoutSeconds))) {
    throw Error(Category::usage, "bad_number",
                "--timeout takes seconds from 0.001 to " + std::to_string(kMaxTimeoutSeconds) + ", not '" +
                    *text + "'");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000 + 0.5));
}

std::optional<std::string> call_id(const Arguments& arguments, std::string_view name) {
  std::optional<std::string> text = arguments.find(name);
  if (!text) return std::nullopt;
  const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (text->empty() || text->size() > kMaxCallIdBytes || !std::all_of(text->begin(), text->end(), visible)) {
    throw Error(
        Category::usage, "bad_value",
        std::string(name) + " takes 1 to " + std::to_string(kMaxCallIdBytes) + " visible ASCII characters");
  }
  return text;
}

}  // namespace

network::Given given_from(const Arguments& arguments) {
  network::Given given;
  given.config = arguments.find(kConfigOption.name);
  given.profile = arguments.find(kProfileOption.name);
  given.base_url = arguments.find(kBaseUrlOption.name);
  if (const auto gateway = arguments.find(kGatewayOption.name)) {
    if (given.base_url) {
      throw Error(Category::usage, "bad_usage", "--gateway and --base-url exclude each other");
    }
    given.base_url = gateway;
  }
  given.api_key_file = arguments.find(kApiKeyFileOption.name);
  given.tenant = arguments.find(kTenantOption.name);
  given.timeout = timeout_from(arguments);
  if (const auto retries = arguments.number("--retries", 0, kMaxRetries)) {
    given.retries = static_cast<int>(*retries);
  }
  if (std::optional<std::string> key = arguments.find(kApiKeyOption.name)) {
    // An empty one would look as if it had not been given.
    if (key->empty()) throw Error(Category::usage, "bad_value", "--api-key is empty");
    given.api_key = Secret(as_bytes(*key));
    wipe(*key);
  }
  return given;
}

network::Settings settings_from(const network::NetworkNames& names, const Arguments& arguments,
                                Context& context) {
  network::Settings settings =
      network::resolve(names, given_from(arguments), context.environment, context.files, context.input);
  for (const std::string& warning : settings.warnings)
    context.diagnostics.warn("credential", warning);
  return settings;
}

ProfilePlace profile_place(const network::Given& given, const Context& context) {
  const std::string path = network::config_path(given, context.environment);
  network::ConfigFile config = network::read_config(context.files, path);
  network::Setting profile = network::choose_profile_of(config, given, context.environment);
  return {path, std::move(profile), std::move(config)};
}

CallOptions call_options_from(const Arguments& arguments) {
  return {call_id(arguments, "--request-id"), call_id(arguments, kIdempotencyOption.name)};
}

}  // namespace agentnet::commands
