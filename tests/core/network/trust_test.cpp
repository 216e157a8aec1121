#include "core/network/trust.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/rules_receipt.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace agentnet;
using namespace agentnet::network;
using agentnet::tests::TemporaryFolder;

namespace {

const RealFilesystem kFiles;

// Keys from seeds of one repeated byte: the same in every run.
crypto::SigningKey signing_key(int byte) {
  const Bytes seed(32, static_cast<std::uint8_t>(byte));
  return crypto::SigningKey::from_seed(Secret(seed));
}

TrustedValidator validator(int byte, const std::string& label = "") {
  return {signing_key(byte).public_key(), label};
}

std::string private_pem(int byte) {
  return std::string(as_text(signing_key(byte).to_pem().expose()));
}

// "code: message" of the Error; "" for none. Never with a line of a private key in it.
template <typename Action>
std::string fault_of(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    CHECK(error.category() == Category::usage);
    const std::string pem = private_pem(1);
    const std::string secret = pem.substr(pem.find('\n') + 1, 40);
    CHECK(error.message().find(secret) == std::string::npos);
    CHECK(error.hint().find(secret) == std::string::npos);
    return error.code() + ": " + error.message();
  }
}

std::string fault_of_text(const std::string& text) {
  return fault_of([&] { read_trust(text, "t.json"); });
}

// A trust file with the members that are given for its one key.
std::string file_of(const std::string& members) {
  return R"({"version": 1, "keys": [{)" + members + "}]}";
}

std::string quoted_pem(const crypto::PublicKey& key) {
  std::string pem = key.to_pem();
  for (std::size_t at = pem.find('\n'); at != std::string::npos; at = pem.find('\n', at))
    pem.replace(at, 1, "\\n");
  return "\"" + pem + "\"";
}

std::string members_of(const TrustedValidator& each) {
  return R"("key_id": ")" + each.key_id() + R"(", "public_key": )" + quoted_pem(each.key);
}

int mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return static_cast<int>(facts.st_mode & 07777);
}

bool same(const TrustList& a, const TrustList& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].key != b[i].key || a[i].label != b[i].label) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a trust file is read as it was written") {
  const TrustList list = {validator(1, "one"), validator(2), validator(3, "drei \"ü\"")};
  CHECK(same(read_trust(write_trust(list), "t.json"), list));
  CHECK(same(read_trust(write_trust({}), "t.json"), {}));
  CHECK(keys_of(list) == std::vector{list[0].key, list[1].key, list[2].key});
}

TEST_CASE("the members of a trust file are fixed") {
  const json::Document document = json::parse(write_trust({validator(1, "one")}));
  CHECK(document.root.members().size() == 2);
  CHECK(document.root.find("version")->as_int64() == 1);
  const json::Value key = document.root.find("keys")->items()[0];
  CHECK(key.members().size() == 3);
  CHECK(key.find("key_id")->text() == sbn::validator_id(signing_key(1).public_key()));
  CHECK(key.find("public_key")->text() == signing_key(1).public_key().to_pem());
  CHECK(key.find("label")->text() == "one");
}

TEST_CASE("a label may be missing") {
  CHECK(same(read_trust(file_of(members_of(validator(1))), "t.json"), {validator(1)}));
}

TEST_CASE("a file with a fault is refused whole, with its name and the place") {
  const std::string good = members_of(validator(1));
  const auto refused = [](const std::string& text, const std::string& what) {
    CAPTURE(text);
    CHECK(fault_of_text(text).starts_with("bad_trust_file: t.json: "));
    CHECK(fault_of_text(text).find(what) != std::string::npos);
  };
  refused("", "");
  refused("[]", "must be a JSON object");
  refused("{", "");
  refused("{}", "version is missing");
  refused(R"({"version": 1})", "keys must be an array");
  refused(R"({"version": 1, "keys": {}})", "keys must be an array");
  refused(R"({"version": 2, "keys": []})", "newer");
  refused(R"({"version": 0, "keys": []})", "whole number from 1");
  refused(R"({"version": "1", "keys": []})", "whole number from 1");
  refused(R"({"version": 1, "keys": [], "note": 1})", "unknown member 'note'");
  refused(R"({"version": 1, "version": 1, "keys": []})", "'version' appears twice");
  refused(R"({"version": 1, "keys": [7]})", "keys[0] must be an object");
  refused(file_of(""), "keys[0] has no public_key");
  refused(file_of(good + R"(, "more": 1)"), "keys[0] has an unknown member 'more'");
  refused(file_of(good + R"(, "label": 1)"), "label must be a string");
  refused(file_of(good + R"(, "label": "a\u0007")"), "control character");
  refused(file_of(good + R"(, "key_id": "x")"), "'key_id' appears twice");
  refused(file_of(R"("key_id": "x", "public_key": "no PEM")"), "keys[0]: public_key: ");
  refused(file_of(R"("key_id": 1, "public_key": )" + quoted_pem(validator(1).key)),
          "key_id must be a string");
}

TEST_CASE("a key id that is another key's is refused") {
  const std::string text = file_of(R"("key_id": ")" + validator(2).key_id() + R"(", "public_key": )" +
                                   quoted_pem(validator(1).key));
  CHECK(fault_of_text(text) == "bad_trust_file: t.json: keys[0]: key_id is not that of public_key");
}

TEST_CASE("a key that stands twice is refused") {
  CHECK(fault_of_text(write_trust({validator(1), validator(2), validator(1)})) ==
        "bad_trust_file: t.json: keys[2] stands there twice");
}

TEST_CASE("limits hold at their edge and one past it") {
  const std::string label(kMaxTrustLabelBytes, 'x');
  CHECK(fault_of_text(write_trust({validator(1, label)})) == "");
  CHECK(fault_of_text(write_trust({validator(1, label + "x")})).find("too long") != std::string::npos);
  std::string padded = write_trust({validator(1)});
  padded.resize(kMaxTrustBytes, ' ');
  CHECK(fault_of_text(padded) == "");
  CHECK(fault_of_text(padded + " ").find("is larger than") != std::string::npos);

  TrustList many;
  for (std::size_t i = 0; i < kMaxTrustKeys; ++i) {
    Bytes raw(32, 0);
    raw[0] = static_cast<std::uint8_t>(i);
    raw[1] = static_cast<std::uint8_t>(i >> 8);
    many.push_back({crypto::PublicKey::from_raw(raw), ""});
  }
  CHECK(read_trust(write_trust(many), "t.json").size() == kMaxTrustKeys);
  many.push_back(validator(1));
  CHECK(fault_of_text(write_trust(many)).find("more than 1024 keys") != std::string::npos);
}

TEST_CASE("public keys in PEM are taken, also several, and get the label") {
  const std::string two =
      validator(1).key.to_pem() + "and\n" + validator(2).key.to_pem() + validator(1).key.to_pem();
  CHECK(same(read_trust_or_pem(two, "k.pem", "mine"), {validator(1, "mine"), validator(2, "mine")}));
  CHECK(same(read_trust_or_pem(" \n" + write_trust({validator(3)}), "t.json"), {validator(3)}));
}

TEST_CASE("what is neither a trust file nor a public key is refused") {
  const auto fault = [](const std::string& text, const std::string& label = "") {
    return fault_of([&] { read_trust_or_pem(text, "x", label); });
  };
  CHECK(fault("").starts_with("bad_trust_file: x is neither"));
  CHECK(fault("hello").starts_with("bad_trust_file: x is neither"));
  CHECK(fault("-----BEGIN PUBLIC KEY-----\n").starts_with("bad_pem: "));
  CHECK(fault("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").starts_with("bad_key: x: "));
  CHECK(fault(validator(1).key.to_pem(), "a\nb").starts_with("bad_label: "));
}

TEST_CASE("a private key is refused wherever it stands, and not repeated") {
  const std::string pem = private_pem(1);
  std::string quoted = pem;
  for (std::size_t at = quoted.find('\n'); at != std::string::npos; at = quoted.find('\n', at))
    quoted.replace(at, 1, "\\n");
  CHECK(fault_of_text(file_of(R"("key_id": "x", "public_key": ")" + quoted + "\""))
            .starts_with("private_key: t.json"));
  for (const std::string& text : {pem, validator(2).key.to_pem() + pem, std::string("{") + pem})
    CHECK(fault_of([&] { read_trust_or_pem(text, "x"); }).starts_with("private_key: x holds a private key"));
}

TEST_CASE("pinned keys come back, and only their owner may read them") {
  const TemporaryFolder folder;
  const std::string path = pinned_path(folder.file("config/agentnet"));
  CHECK(read_pinned(kFiles, path).empty());
  CHECK(same(pin(kFiles, path, {validator(1, "a"), validator(2)}), {validator(1, "a"), validator(2)}));
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(folder.file("config/agentnet")) == 0700);
  CHECK(same(pin(kFiles, path, {validator(2, "b"), validator(3)}), {validator(3)}));
  CHECK(same(read_pinned(kFiles, path), {validator(1, "a"), validator(2), validator(3)}));
}

TEST_CASE("a pinned key is forgotten, and an unknown one is told") {
  const TemporaryFolder folder;
  const std::string path = folder.file("trust.json");
  CHECK_FALSE(unpin(kFiles, path, validator(1).key_id()));
  CHECK_FALSE(std::filesystem::exists(path));
  pin(kFiles, path, {validator(1), validator(2)});
  CHECK(unpin(kFiles, path, validator(1).key_id()));
  CHECK_FALSE(unpin(kFiles, path, validator(1).key_id()));
  CHECK(same(read_pinned(kFiles, path), {validator(2)}));
}

TEST_CASE("a damaged file of pinned keys is named and left alone") {
  const TemporaryFolder folder;
  const std::string path = folder.put("trust.json", R"({"version": 9})");
  CHECK(fault_of([&] { pin(kFiles, path, {validator(1)}); }).starts_with("bad_trust_file: " + path));
  CHECK(fault_of([&] { unpin(kFiles, path, validator(1).key_id()); }).starts_with("bad_trust_file: "));
  CHECK(tests::read_file(path) == R"({"version": 9})");
}

TEST_CASE("no key is lost when several are pinned at once") {
  const TemporaryFolder folder;
  const std::string path = folder.file("trust.json");
  std::vector<std::thread> threads;
  for (int byte = 1; byte <= 8; ++byte)
    threads.emplace_back([&path, byte] { pin(kFiles, path, {validator(byte)}); });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(read_pinned(kFiles, path).size() == 8);
}
