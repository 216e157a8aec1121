// The options of commands that read settings or call a network, and what they gave.
//
// A command says by Command::reach which of these tables it takes; the parser refuses them everywhere else,
// so none is ever ignored. A command that takes only some of the network's options has them among its own.
#pragma once

#include "commands/command.hpp"
#include "core/network/settings.hpp"

namespace agentnet::commands {

inline constexpr std::size_t kMaxCallIdBytes = 255;  // of a request id and of an idempotency key
inline constexpr std::int64_t kMaxTimeoutSeconds = 24 * 60 * 60;
inline constexpr std::int64_t kMaxRetries = 20;

inline constexpr Option kConfigOption{.name = "--config",
                                      .value = "FILE",
                                      .help = "the configuration to use instead of the user's own",
                                      .completes = Completes::files};
inline constexpr Option kProfileOption{.name = "--profile",
                                       .value = "NAME",
                                       .help = "the profile of the configuration that counts",
                                       .fallback = "default"};
inline constexpr Option kBaseUrlOption{
    .name = "--base-url", .value = "URL", .help = "where the network is reached"};
inline constexpr Option kApiKeyFileOption{.name = "--api-key-file",
                                          .value = "FILE",
                                          .help = "the file that holds the API key, or - for standard input",
                                          .completes = Completes::files};
inline constexpr Option kApiKeyOption{
    .name = "--api-key",
    .value = "KEY",
    .help = "the API key itself, which other users of this machine can then see"};
inline constexpr Option kTenantOption{.name = "--tenant", .value = "ID", .help = "the tenant to act for"};

// Reach::configured and above.
inline constexpr Option kConfiguredOptions[] = {kProfileOption, kConfigOption};

// Reach::network and above; --tenant not of Reach::gateway.
inline constexpr Option kNetworkOptions[] = {
    kBaseUrlOption,
    kApiKeyFileOption,
    kApiKeyOption,
    kTenantOption,
    {.name = "--timeout",
     .value = "SECONDS",
     .help = "how long to wait without a byte coming or going",
     .fallback = "10"},
    {.name = "--retries", .value = "N", .help = "how often to try again after a fault", .fallback = "2"},
    {.name = "--request-id", .value = "ID", .help = "the id of the request in the logs of both sides"},
};
// Reach::gateway.
inline constexpr Option kGatewayOption{.name = "--gateway", .value = "URL", .help = "the same as --base-url"};
inline constexpr Option kEnvFileOption{
    .name = "--env-file",
    .value = "FILE",
    .help = "the file whose PAYBOND_API_KEY counts when the variable is not set",
    .fallback = ".env.local",
    .completes = Completes::files};
inline constexpr Option kGatewayOptions[] = {kGatewayOption, kEnvFileOption};

// Reach::network and above, of commands that write.
inline constexpr Option kIdempotencyOption{
    .name = "--idempotency-key",
    .value = "KEY",
    .help = "send KEY along, by which a network can tell a request that it has answered already"};

// Commands that ask before they do something.
inline constexpr Option kAskingOptions[] = {
    {.name = "--yes", .help = "take every question as answered with yes"},
    {.name = "--no-input", .help = "ask nothing: what would need an answer fails"},
};

// What the flags of these tables gave. Throws Error usage/bad_number for --timeout and --retries.
network::Given given_from(const Arguments& arguments);

// Where the command goes and as whom; says the warnings. Throws what network::resolve throws.
network::Settings settings_from(const network::NetworkNames& names, const Arguments& arguments,
                                Context& context);

// The profile that a command changes, and the file it is in.
struct ProfilePlace {
  std::string file;
  network::Setting profile;
  network::ConfigFile config;  // as it is now
};
// Of the options of Reach::configured. Throws what network::read_config throws, Error usage/bad_profile and
// failed/no_home.
ProfilePlace profile_place(const network::Given& given, const Context& context);

// What goes along with each request of one run. Throws Error usage/bad_value unless they are 1 to
// kMaxCallIdBytes of visible ASCII.
struct CallOptions {
  std::optional<std::string> request_id;
  std::optional<std::string> idempotency_key;
};
CallOptions call_options_from(const Arguments& arguments);

}  // namespace agentnet::commands
