#include "commands/sbn/atlas_credentials.hpp"

#include "commands/input.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

AtlasCredentials from_file(const std::string& file, const Context& context) {
  InputText input = read_input(file == "-" || file.starts_with('@') ? file : "@" + file, context);
  const json::Document document = parse_input(input);
  const json::Value* id = document.root.find("client_id");
  const json::Value* secret = document.root.find("client_secret");
  const auto is_text = [](const json::Value* value) {
    return value != nullptr && value->is_string() && !value->text().empty();
  };
  if (!is_text(id) || !is_text(secret)) {
    throw Error(Category::usage, "bad_credentials",
                input.name + " must be a JSON object with client_id and client_secret");
  }
  AtlasCredentials credentials{std::string(id->text()), Secret(as_bytes(secret->text())), input.name};
  wipe(input.text);
  return credentials;
}

}  // namespace

AtlasCredentials atlas_credentials(const Arguments& arguments, Context& context) {
  // The parser has put the variables in the place of flags that were not given.
  std::string id = arguments.text("--client-id");
  std::string secret = arguments.text("--client-secret");
  const std::string set_id = context.environment.get_or_empty(kAtlasIdVariable);
  const std::string set_secret = context.environment.get_or_empty(kAtlasSecretVariable);
  const bool on_the_line = !secret.empty() && secret != set_secret;
  if (on_the_line) {
    context.diagnostics.warn("secret_in_arguments",
                             "--client-secret shows the secret to every user of this machine; "
                             "--credentials-file and ATLAS_CLIENT_SECRET do not");
  }
  if (const auto file = arguments.find("--credentials-file"); file && !on_the_line)
    return from_file(*file, context);
  if (id.empty()) id = set_id;
  if (secret.empty()) secret = set_secret;
  if (id.empty() || secret.empty()) {
    throw Error(Category::auth, "missing_credential", "this needs the credentials of an Atlas app",
                "set ATLAS_CLIENT_ID and ATLAS_CLIENT_SECRET, or give --credentials-file");
  }
  AtlasCredentials credentials{std::move(id), Secret(as_bytes(secret)),
                               on_the_line ? "--client-secret" : std::string(kAtlasSecretVariable)};
  wipe(secret);
  return credentials;
}

json::Document exchange(Connection& connection, const AtlasCredentials& credentials) {
  sbn::Client nobody = connection.client().as({}, credentials.origin);
  return sbn::atlas::exchange_token(nobody, credentials.client_id,
                                    as_text(credentials.client_secret.expose()));
}

sbn::Client as_app(Connection& connection, const json::Value& exchanged,
                   const AtlasCredentials& credentials) {
  std::string token = first_text(exchanged, {"access_token"});
  if (token.empty()) {
    throw Error(Category::unreachable, "bad_response",
                connection.client().network() + ": the token exchange was answered without a token");
  }
  // Shared by the copies that a std::function makes of what it holds.
  const auto kept = std::make_shared<const Secret>(as_bytes(token));
  wipe(token);
  return connection.client().as(
      [kept](http::Headers& headers) {
        headers.add("Authorization", "Bearer " + std::string(as_text(kept->expose())));
      },
      credentials.origin);
}

}  // namespace agentnet::commands
