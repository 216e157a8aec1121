#include "core/network/local_state.hpp"

#include <unistd.h>

#include <filesystem>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::network {
namespace {

Error bad_state(const std::string& path) {
  return {Category::failed, "bad_state", path + " is damaged",
          "move it away; a new one is made with the next command"};
}

std::string member_text(const json::Value* object, std::string_view name, const std::string& path) {
  const json::Value* member = object == nullptr ? nullptr : object->find(name);
  if (member == nullptr || !member->is_string()) throw bad_state(path);
  return std::string(member->text());
}

crypto::SigningKey read_key(const std::string& path, const Filesystem& files) {
  std::string pem = files.read(path, kMaxStateFileBytes);
  try {
    crypto::SigningKey key = crypto::SigningKey::from_pem(pem);
    wipe(pem);
    return key;
  } catch (const Error&) {
    wipe(pem);
    throw bad_state(path);
  }
}

// Makes the key when there is none.
crypto::SigningKey load_key(const std::string& path, const Filesystem& files, Random& random) {
  if (!exists(path)) {
    const crypto::SigningKey made = crypto::SigningKey::generate(random);
    files.replace_private(path, as_text(made.to_pem().expose()));
  }
  return read_key(path, files);
}

}  // namespace

StateFolder StateFolder::at(std::string path) {
  std::error_code fault;
  if (exists(path) && !std::filesystem::is_directory(path, fault))
    throw Error(Category::usage, "not_a_folder", path + " is no folder");
  return {std::move(path)};
}

std::string StateFolder::validator(std::size_t number) const {
  return file("validator-" + std::to_string(number) + ".pem");
}

Credentials copy_of(const Credentials& credentials) {
  Credentials copy{credentials.tenant_id, Secret(credentials.sbn_key.expose())};
  if (!credentials.paybond_key.empty()) copy.paybond_key = Secret(credentials.paybond_key.expose());
  return copy;
}

Secret write_credentials(const Credentials& credentials) {
  json::Arena arena;
  return secret_text(json::ObjectBuilder(arena)
                         .add("tenant_id", std::string_view(credentials.tenant_id))
                         .add("api_keys", api_keys_of(credentials, arena))
                         .done());
}

Credentials read_credentials(std::string_view text, const std::string& path) {
  return credentials_in(parse_state(text, path).root, path);
}

Credentials credentials_in(const json::Value& document, const std::string& path) {
  const json::Value* keys = document.find("api_keys");
  std::string key = member_text(keys, "sbn", path);
  Credentials credentials{member_text(&document, "tenant_id", path), Secret(as_bytes(key))};
  wipe(key);
  if (keys->find("paybond") == nullptr) return credentials;
  key = member_text(keys, "paybond", path);
  credentials.paybond_key = Secret(as_bytes(key));
  wipe(key);
  return credentials;
}

json::Document parse_state(std::string_view text, const std::string& path) {
  try {
    return json::parse(text);
  } catch (const Error&) {
    throw bad_state(path);
  }
}

json::Value api_keys_of(const Credentials& credentials, json::Arena& arena) {
  json::ObjectBuilder keys(arena);
  keys.add("sbn", json::Value::string(as_text(credentials.sbn_key.expose())));
  if (!credentials.paybond_key.empty())
    keys.add("paybond", json::Value::string(as_text(credentials.paybond_key.expose())));
  return keys.done();
}

Secret secret_text(const json::Value& document) {
  std::string text = json::to_indented(document) + "\n";
  Secret secret(as_bytes(text));
  wipe(text);
  return secret;
}

std::vector<crypto::SigningKey> load_validators(const StateFolder& folder, const Filesystem& files,
                                                Random& random) {
  std::vector<crypto::SigningKey> keys;
  for (std::size_t number = 1; number <= kValidators; ++number)
    keys.push_back(load_key(folder.validator(number), files, random));
  return keys;
}

crypto::SigningKey load_harbor_key(const StateFolder& folder, const Filesystem& files, Random& random) {
  return load_key(folder.harbor(), files, random);
}

std::vector<crypto::PublicKey> read_validator_keys(const StateFolder& folder, const Filesystem& files) {
  std::vector<crypto::PublicKey> keys;
  for (std::size_t number = 1; number <= kValidators; ++number) {
    if (exists(folder.validator(number)))
      keys.push_back(read_key(folder.validator(number), files).public_key());
  }
  return keys;
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace agentnet::network
