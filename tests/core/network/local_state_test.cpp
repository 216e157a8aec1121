#include "core/network/local_state.hpp"

#include <sys/stat.h>

#include "tests/core/network/fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::network {
namespace {

using fixtures::fault_of;
using fixtures::Json;
using fixtures::text_of;
using tests::TemporaryFolder;

const RealFilesystem kFiles;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("the files of a state folder have fixed names") {
  const StateFolder folder{"/x"};
  CHECK(folder.database() == "/x/network.db");
  CHECK(folder.credentials() == "/x/credentials.json");
  CHECK(folder.validator(1) == "/x/validator-1.pem");
  CHECK(folder.setup_lock() == "/x/setup.lock");
}

TEST_CASE("credentials come back as they were written, as JSON that a person can read") {
  const std::string key = "sbn_live_" + std::string(40, 'k');
  const Credentials written{"local", Secret(as_bytes(key))};
  const std::string text = text_of(write_credentials(written));
  CHECK(Json::parse(text) == Json({{"tenant_id", "local"}, {"api_keys", {{"sbn", key}}}}));
  CHECK(text.ends_with("}\n"));
  const Credentials read = read_credentials(text, "file");
  CHECK(read.tenant_id == "local");
  CHECK(text_of(read.sbn_key) == key);
  const Credentials copied = copy_of(read);
  CHECK(copied.tenant_id == "local");
  CHECK(copied.sbn_key.equals(read.sbn_key));
}

TEST_CASE("members that are not known are passed over, so that later versions may add some") {
  const Credentials read =
      read_credentials(R"({"tenant_id":"t","more":1,"api_keys":{"other":"x","sbn":"k"}})", "file");
  CHECK(text_of(read.sbn_key) == "k");
}

TEST_CASE("credentials that are damaged are named, and nothing of them is repeated") {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"tenant_id":"t"})", R"({"tenant_id":"t","api_keys":"canary"})",
        R"({"tenant_id":"t","api_keys":{"sbn":5}})", R"({"tenant_id":5,"api_keys":{"sbn":"canary"}})",
        "{\"tenant_id\":\"t\",\"api_keys\":{\"sbn\":\"canary\xff\"}}"}) {
    CAPTURE(text);
    try {
      read_credentials(text, "the-file");
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.code() == "bad_state");
      CHECK(error.message().find("the-file") != std::string::npos);
      CHECK(error.message().find("canary") == std::string::npos);
    }
  }
}

TEST_CASE("validators are made once, readable by their owner alone, and stay the same") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  SystemRandom random;
  CHECK(read_validator_keys(folder, kFiles).empty());
  const std::vector<crypto::SigningKey> made = load_validators(folder, kFiles, random);
  REQUIRE(made.size() == kValidators);
  const std::vector<crypto::SigningKey> again = load_validators(folder, kFiles, random);
  const std::vector<crypto::PublicKey> known = read_validator_keys(folder, kFiles);
  REQUIRE(known.size() == kValidators);
  for (std::size_t i = 0; i < kValidators; ++i) {
    CHECK(again[i].public_key().bytes == made[i].public_key().bytes);
    CHECK(known[i].bytes == made[i].public_key().bytes);
    CHECK(mode_of(folder.validator(i + 1)) == 0600);
    for (std::size_t other = 0; other < i; ++other)
      CHECK(made[other].public_key().bytes != made[i].public_key().bytes);
  }
}

TEST_CASE("a validator that is missing is made, the others stay") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  SystemRandom random;
  const std::vector<crypto::SigningKey> made = load_validators(folder, kFiles, random);
  std::filesystem::remove(folder.validator(2));
  CHECK(read_validator_keys(folder, kFiles).size() == 2);
  const std::vector<crypto::SigningKey> again = load_validators(folder, kFiles, random);
  CHECK(again[0].public_key().bytes == made[0].public_key().bytes);
  CHECK(again[1].public_key().bytes != made[1].public_key().bytes);
  CHECK(again[2].public_key().bytes == made[2].public_key().bytes);
}

TEST_CASE("a validator's file that is damaged is named and left as it is") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  SystemRandom random;
  load_validators(folder, kFiles, random);
  temporary.put("validator-3.pem", "nonsense");
  CHECK(fault_of([&] { load_validators(folder, kFiles, random); }) == "failed/bad_state");
  CHECK(fault_of([&] { read_validator_keys(folder, kFiles); }) == "failed/bad_state");
  CHECK(tests::read_file(folder.validator(3)) == "nonsense");
  temporary.put("validator-3.pem", std::string(kMaxStateFileBytes + 1, 'x'));
  CHECK(fault_of([&] { load_validators(folder, kFiles, random); }) == "usage/too_large");
}

}  // namespace
}  // namespace agentnet::network
