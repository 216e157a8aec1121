// Which credentials an Atlas command takes, of all that are there.
#include "commands/sbn/atlas_credentials.hpp"

#include <doctest/doctest.h>

#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::CommandRun;
using tests::fault_of;
using tests::with;

constexpr std::string_view kFile = R"({"app_id":"a","client_id":"file-id","client_secret":"file-secret"})";

Environment variables() {
  return Environment({{"ATLAS_CLIENT_ID", "set-id"}, {"ATLAS_CLIENT_SECRET", "set-secret"}});
}

// "id:secret from origin", the folder of a file left out.
std::string taken(const Arguments& arguments, CommandRun& run) {
  const AtlasCredentials found = atlas_credentials(arguments, run.context);
  return found.client_id + ":" + std::string(as_text(found.client_secret.expose())) + " from " +
         found.origin.substr(found.origin.rfind('/') + 1);
}

TEST_CASE("variables are the last resort, then a file, then what stands on the line") {
  CommandRun run("", variables());
  const std::string file = run.folder.put("app.json", kFile);
  CHECK(taken({}, run) == "set-id:set-secret from ATLAS_CLIENT_SECRET");
  CHECK(taken(with({{"--credentials-file", {file}}}), run) == "file-id:file-secret from app.json");
  CHECK(taken(with({{"--client-id", {"i"}}, {"--client-secret", {"s"}}}), run) == "i:s from --client-secret");
  CHECK(taken(with({{"--client-id", {"i"}}, {"--client-secret", {"s"}}, {"--credentials-file", {file}}}),
              run) == "i:s from --client-secret");
}

TEST_CASE("a secret that the parser took from its variable is not one of the line") {
  CommandRun run("", variables());
  const std::string file = run.folder.put("app.json", kFile);
  CHECK(taken(with({{"--client-id", {"set-id"}}, {"--client-secret", {"set-secret"}}}), run) ==
        "set-id:set-secret from ATLAS_CLIENT_SECRET");
  CHECK(taken(with({{"--client-secret", {"set-secret"}}, {"--credentials-file", {file}}}), run) ==
        "file-id:file-secret from app.json");
}

TEST_CASE("credentials can come from standard input, and a file's name may begin with a brace") {
  CommandRun run(kFile);
  CHECK(taken(with({{"--credentials-file", {"-"}}}), run) == "file-id:file-secret from standard input");
  // The argument is never the secret itself, which would be on the line.
  CHECK(fault_of([&] {
          (void)taken(with({{"--credentials-file", {std::string(kFile)}}}), run);
        }) == "usage/bad_input");
}

TEST_CASE("half of the credentials are none") {
  CommandRun run;
  CHECK(fault_of([&] { (void)taken({}, run); }) == "auth/missing_credential");
  CHECK(fault_of([&] { (void)taken(with({{"--client-id", {"i"}}}), run); }) == "auth/missing_credential");
  CHECK(fault_of([&] { (void)taken(with({{"--client-secret", {"s"}}}), run); }) == "auth/missing_credential");
}

TEST_CASE("a file without both is refused") {
  for (const char* content :
       {"[]", "{}", R"({"client_id":"i"})", R"({"client_id":"i","client_secret":""})",
        R"({"client_id":1,"client_secret":"s"})", R"({"client_id":"i","client_secret":null})"}) {
    CAPTURE(content);
    CommandRun run("", variables());
    const std::string file = run.folder.put("app.json", content);
    CHECK(fault_of([&] {
            (void)taken(with({{"--credentials-file", {file}}}), run);
          }) == "usage/bad_credentials");
  }
}

}  // namespace
}  // namespace agentnet::commands
