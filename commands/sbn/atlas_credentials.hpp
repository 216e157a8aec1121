// The credentials of an Atlas app, and calling the network as that app.
#pragma once

#include "commands/sbn/connection.hpp"
#include "core/base/secret.hpp"

namespace agentnet::commands {

inline constexpr std::string_view kAtlasIdVariable = "ATLAS_CLIENT_ID";
inline constexpr std::string_view kAtlasSecretVariable = "ATLAS_CLIENT_SECRET";
inline constexpr Option kCredentialsFileOption{
    .name = "--credentials-file",
    .value = "FILE",
    .help = "what 'sbn atlas register -f json' printed, or - for standard input",
    .completes = Completes::files};

struct AtlasCredentials {
  std::string client_id;
  Secret client_secret;
  std::string origin;  // for messages
};

// From --client-id and --client-secret where the command has them, else --credentials-file, else the two
// variables. Throws Error auth/missing_credential, usage/bad_credentials and what read_input throws.
AtlasCredentials atlas_credentials(const Arguments& arguments, Context& context);

// Exchanges them for a bearer token, sending nothing else along.
json::Document exchange(Connection& connection, const AtlasCredentials& credentials);
// The client that calls with the token of an exchange. Throws Error unreachable/bad_response for an answer
// without one.
sbn::Client as_app(Connection& connection, const json::Value& exchanged, const AtlasCredentials& credentials);

}  // namespace agentnet::commands
