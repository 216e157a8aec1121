#include "core/network/trust.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/pem.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/network/local_state.hpp"
#include "core/sbn/rules_receipt.hpp"

namespace agentnet::network {
namespace {

constexpr std::string_view kPublicLabel = "PUBLIC KEY";
constexpr std::string_view kPrivateMark = "PRIVATE KEY-----";  // of every kind of private key in PEM

bool has_key(const TrustList& list, const crypto::PublicKey& key) {
  return std::any_of(list.begin(), list.end(), [&](const TrustedValidator& each) { return each.key == key; });
}

bool is_label(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  return text.size() <= kMaxTrustLabelBytes && !has_control && count_code_points(text).has_value();
}

// Reads a trust file out of its JSON, and knows what to call it in an error.
class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  TrustList read(std::string_view text) const {
    if (text.size() > kMaxTrustBytes) fail("is larger than " + std::to_string(kMaxTrustBytes) + " bytes");
    json::Arena arena;
    const json::Value root = parse(text, arena);
    check_members(root, {"version", "keys"}, "the file");
    const json::Value* version = root.find("version");
    if (version == nullptr) fail("version is missing");
    const auto number = version->as_int64();
    if (!number || *number < 1) fail("version must be a whole number from 1");
    if (*number > kTrustVersion) {
      fail("version " + std::to_string(*number) + " is newer than this program knows (" +
           std::to_string(kTrustVersion) + ")");
    }
    const json::Value* keys = root.find("keys");
    if (keys == nullptr || !keys->is_array()) fail("keys must be an array");
    if (keys->items().size() > kMaxTrustKeys) fail_too_many();
    TrustList list;
    for (const json::Value& item : keys->items()) {
      const std::string where = "keys[" + std::to_string(list.size()) + "]";
      TrustedValidator validator = read_key(item, where);
      if (has_key(list, validator.key)) fail(where + " stands there twice");
      list.push_back(std::move(validator));
    }
    return list;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Category::usage, "bad_trust_file", name_ + ": " + what);
  }
  [[noreturn]] void fail_too_many() const {
    fail("there are more than " + std::to_string(kMaxTrustKeys) + " keys");
  }

 private:
  json::Value parse(std::string_view text, json::Arena& arena) const {
    json::Value root;
    try {
      root = json::Parser().parse(text, arena);
    } catch (const Error& error) {
      throw Error(Category::usage, "bad_trust_file", name_ + ": " + error.message(), {}, error.details());
    }
    std::optional<json::Value> repeated;
    json::without_duplicates(root, arena, &repeated);
    if (repeated) fail("the member '" + std::string(repeated->text()) + "' appears twice");
    if (!root.is_object()) fail("must be a JSON object");
    return root;
  }

  void check_members(const json::Value& object, std::initializer_list<std::string_view> known,
                     const std::string& where) const {
    for (const json::Member& member : object.members()) {
      const std::string_view name = member.name.text();
      if (std::find(known.begin(), known.end(), name) == known.end())
        fail(where + " has an unknown member '" + std::string(name) + "'");
    }
  }

  std::string text_of(const json::Value& object, std::string_view name, const std::string& where) const {
    const json::Value* member = object.find(name);
    if (member == nullptr) fail(where + " has no " + std::string(name));
    if (!member->is_string()) fail(where + ": " + std::string(name) + " must be a string");
    return std::string(member->text());
  }

  TrustedValidator read_key(const json::Value& item, const std::string& where) const {
    if (!item.is_object()) fail(where + " must be an object");
    check_members(item, {"key_id", "public_key", "label"}, where);
    TrustedValidator validator;
    const std::string pem = text_of(item, "public_key", where);
    try {
      validator.key = crypto::PublicKey::from_pem(pem);
    } catch (const Error& error) {
      fail(where + ": public_key: " + error.message());
    }
    if (text_of(item, "key_id", where) != validator.key_id())
      fail(where + ": key_id is not that of public_key");
    if (item.find("label") == nullptr) return validator;
    validator.label = text_of(item, "label", where);
    if (!is_label(validator.label)) fail(where + ": label is too long or holds a control character");
    return validator;
  }

  const std::string& name_;
};

// One change of the pinned keys, from reading them to writing them.
class Change {
 public:
  Change(const Filesystem& files, const std::string& path) : files_(files), path_(path) {
    if (const std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0)
      files.make_private_folder(path.substr(0, slash));
    try {
      files.create_private(path, write_trust({}));  // a lock needs a file
    } catch (const Error& error) {
      if (error.category() != Category::conflict) throw;
    }
    lock_ = files.lock(path);
    list = read_pinned(files, path);
  }
  void write() const { files_.replace_private(path_, write_trust(list)); }

  TrustList list;

 private:
  const Filesystem& files_;
  const std::string path_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace

std::string TrustedValidator::key_id() const {
  return sbn::validator_id(key);
}

std::vector<crypto::PublicKey> keys_of(const TrustList& list) {
  std::vector<crypto::PublicKey> keys;
  for (const TrustedValidator& validator : list)
    keys.push_back(validator.key);
  return keys;
}

json::Value trust_value(const TrustList& list, json::Arena& arena) {
  json::ArrayBuilder keys(arena);
  for (const TrustedValidator& validator : list) {
    keys.add(json::ObjectBuilder(arena)
                 .add("key_id", validator.key_id())
                 .add("public_key", validator.key.to_pem())
                 .add("label", validator.label)
                 .done());
  }
  return json::ObjectBuilder(arena).add_integer("version", kTrustVersion).add("keys", keys.done()).done();
}

std::string write_trust(const TrustList& list) {
  json::Arena arena;
  return json::to_indented(trust_value(list, arena)) + "\n";
}

TrustList read_trust(std::string_view text, const std::string& name) {
  refuse_private_key(text, name);
  return Reader(name).read(text);
}

TrustList read_trust_or_pem(std::string_view text, const std::string& name, const std::string& label) {
  refuse_private_key(text, name);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && text[start] == '{') return read_trust(text, name);
  if (!is_label(label)) {
    throw Error(Category::usage, "bad_label",
                "a label has at most " + std::to_string(kMaxTrustLabelBytes) +
                    " bytes of UTF-8 and no control characters");
  }
  TrustList list;
  for (const crypto::PemBlock& block : crypto::pem_read(text)) {
    const std::string pem = crypto::pem_write(block.label, block.bytes.expose());
    try {
      const crypto::PublicKey key = crypto::PublicKey::from_pem(pem);
      if (!has_key(list, key)) list.push_back({key, label});
    } catch (const Error& error) {
      throw Error(error.category(), error.code(), name + ": " + error.message(), error.hint());
    }
  }
  if (list.empty()) {
    throw Error(Category::usage, "bad_trust_file",
                name + " is neither a trust file nor a public key (PEM, -----BEGIN " +
                    std::string(kPublicLabel) + ")",
                "'agentnet trust export' prints a trust file");
  }
  return list;
}

void refuse_private_key(std::string_view text, const std::string& name) {
  if (text.find(kPrivateMark) == std::string_view::npos) return;
  throw Error(Category::usage, "private_key",
              name + " holds a private key, which nobody but its owner may have; nothing was read from it",
              "give the public key: openssl pkey -in KEY.pem -pubout");
}

std::string pinned_path(const std::string& config_folder) {
  return config_folder + "/trust.json";
}

TrustList read_pinned(const Filesystem& files, const std::string& path) {
  if (!exists(path)) return {};
  return read_trust(files.read(path, kMaxTrustBytes), path);
}

TrustList pin(const Filesystem& files, const std::string& path, const TrustList& list) {
  (void)read_pinned(files, path);  // a fault must not leave an empty file behind
  Change change(files, path);
  TrustList added;
  for (const TrustedValidator& validator : list) {
    if (has_key(change.list, validator.key)) continue;
    change.list.push_back(validator);
    added.push_back(validator);
  }
  if (change.list.size() > kMaxTrustKeys) Reader(path).fail_too_many();
  if (!added.empty()) change.write();
  return added;
}

bool unpin(const Filesystem& files, const std::string& path, std::string_view key_id) {
  const auto is_that = [&](const TrustedValidator& each) { return each.key_id() == key_id; };
  const TrustList before = read_pinned(files, path);
  if (std::none_of(before.begin(), before.end(), is_that)) return false;
  Change change(files, path);
  const auto removed = std::erase_if(change.list, is_that);
  if (removed > 0) change.write();
  return removed > 0;
}

}  // namespace agentnet::network
