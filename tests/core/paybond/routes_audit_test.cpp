// Audit exports, asked as the kit asks, and checked as an auditor checks.
#include "core/paybond/audit_export.hpp"
#include "core/paybond/audit_manifest.hpp"
#include "core/paybond/ledger_rules.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;

const std::string kJobs = "/v1/compliance/audit-exports";

Json made(PaybondNetwork& net, const std::string& body = "{}") {
  const Answer answer = net.post(kJobs, body);
  REQUIRE(answer.said() == "201");
  return answer.json()["job"];
}

// The pack of a job, fetched with a token.
std::string pack(PaybondNetwork& net, const std::string& id) {
  const Json job = net.get(kJobs + "/" + id + "?issue_download=1").json()["job"];
  const http::Headers headers{{"authorization", "Bearer " + job["download_token"].get<std::string>()}};
  const Answer answer = net.ask("POST", job["download_path"], "", headers);
  REQUIRE(answer.status == 200);
  return answer.body;
}

// A stored file of a ZIP archive.
std::string file_in(const std::string& archive, const std::string& name) {
  std::size_t at = archive.find(name);
  while (at != std::string::npos && (at < 30 || archive.compare(at - 30, 4, "PK\x03\x04") != 0))
    at = archive.find(name, at + 1);  // that was its name in the manifest
  if (at == std::string::npos) return {};
  std::size_t size = 0;
  for (int i = 3; i >= 0; --i)
    size = size << 8 | static_cast<unsigned char>(archive[at - 30 + 18 + static_cast<std::size_t>(i)]);
  return archive.substr(at + name.size(), size);
}

TEST_CASE("a pack of the whole ledger can be checked offline") {
  PaybondNetwork net;
  net.create();
  net.prove();
  const Json job = made(net, R"({"filter":{},"disclosure_tier":"standard","retention_hours":24})");
  CHECK(job["status"] == "ready");
  CHECK(job["tenant_realm_id"] == "local");
  const std::string archive = pack(net, job["id"]);
  CHECK(archive.size() == job["bundle_size_bytes"]);
  CHECK(crypto::sha256_hex(archive) == job["bundle_sha256"]);
  const std::string manifest = file_in(archive, "manifest.json");
  CHECK(crypto::sha256_hex(manifest) == job["manifest_sha256"]);
  CHECK(verify_manifest(json::parse(manifest).root, {}).valid);
  const std::string ledger = file_in(archive, "ledger.jsonl");
  CHECK(Json::parse(manifest)["artifacts"][0]["sha256_hex"] == crypto::sha256_hex(ledger));
  LedgerVerifier verifier({}, "local");
  std::istringstream lines(ledger);
  for (std::string line; std::getline(lines, line);)
    CHECK(verifier.add(json::parse(line).root).valid);
  CHECK(verifier.size() == net.ledger_size());
  CHECK(verifier.check(json::parse(file_in(archive, "checkpoint.json")).root).valid);
  CHECK(file_in(archive, "proofs.jsonl").empty());
}

TEST_CASE("what a filter selects comes with proofs that it is in the ledger") {
  PaybondNetwork net;
  net.create();
  fixtures::Terms other;
  other.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  net.create(other);
  const std::string archive =
      pack(net, made(net, R"({"filter":{"intent_id":")" + kIntentId + R"("}})")["id"]);
  std::istringstream lines(file_in(archive, "ledger.jsonl")), proofs(file_in(archive, "proofs.jsonl"));
  int count = 0;
  for (std::string line, proof; std::getline(lines, line); ++count) {
    REQUIRE(std::getline(proofs, proof));
    CHECK(Json::parse(line)["event"]["intent_id"] == kIntentId);
    const json::Document shown = json::parse(proof);
    const json::Value& head = *shown.root.find("checkpoint");
    CHECK(verify_checkpoint(head, {}).valid);
    CHECK(verify_ledger_inclusion(*shown.root.find("proof"), head).valid);
    CHECK(Json::parse(proof)["proof"]["entry_commitment_hex"] == Json::parse(line)["entry_commitment_hex"]);
  }
  CHECK(count == 2);
  CHECK(Json::parse(file_in(archive, "manifest.json"))["export_filter"]["intent_id"] == kIntentId);
}

TEST_CASE("times and operators select, too") {
  PaybondNetwork net;
  net.create();
  const auto entries = [&](const std::string& filter) {
    const std::string ledger =
        file_in(pack(net, made(net, R"({"filter":)" + filter + "}")["id"]), "ledger.jsonl");
    return std::count(ledger.begin(), ledger.end(), '\n');
  };
  CHECK(entries(R"({"operator_did":"did:web:v.example"})") == 2);
  CHECK(entries(R"({"operator_did":"did:web:none"})") == 0);
  CHECK(entries(R"({"time_start":"2026-11-23T00:00:00Z","time_end":"2026-11-24T00:00:00Z"})") == 2);
  CHECK(entries(R"({"time_start":"2026-11-24T00:00:00Z"})") == 0);
  CHECK(entries(R"({"time_end":"2026-11-23T00:00:00Z"})") == 0);
}

TEST_CASE("a request that is none is refused by name, and nothing is made") {
  PaybondNetwork net;
  const auto said = [&](const std::string& body) { return net.post(kJobs, body).said(); };
  CHECK(said(R"({"filter":{"case_id":"c"}})") == "400 unknown_filter");
  CHECK(said(R"({"filter":[]})") == "400 bad_field");
  CHECK(said(R"({"filter":{"time_start":"yesterday"}})") == "400 bad_field");
  CHECK(said(R"({"disclosure_tier":"secret"})") == "400 bad_tier");
  CHECK(said(R"({"retention_hours":0})") == "400 bad_field");
  CHECK(said(R"({"retention_hours":8785})") == "400 bad_field");
  CHECK(net.get(kJobs).json()["jobs"].empty());
  CHECK(said(R"({"retention_hours":8784})") == "201");
}

TEST_CASE("a pack ends with its time, or when it is deleted") {
  PaybondNetwork net;
  const std::string old = made(net, R"({"retention_hours":1})")["id"];
  const std::string kept = made(net)["id"];
  const std::string gone = made(net)["id"];
  CHECK(net.ask("DELETE", kJobs + "/" + gone, {}, {{"x-api-key", net.key}}).said() == "200");
  CHECK(net.get(kJobs + "/" + gone).said() == "404 unknown_export");
  net.clock.micros += std::chrono::microseconds(std::chrono::hours(1)).count();
  CHECK(net.get(kJobs + "/" + old).said() == "404 unknown_export");
  const Json listed = net.get(kJobs).json()["jobs"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["id"] == kept);
}

TEST_CASE("a download token opens one pack, for a while, and ends with the next one") {
  PaybondNetwork net;
  const std::string id = made(net)["id"], other = made(net)["id"];
  const std::string path = kJobs + "/" + id + "/bundle";
  const auto issue = [&] {
    return net.get(kJobs + "/" + id + "?issue_download=1").json()["job"]["download_token"].get<std::string>();
  };
  const auto fetch = [&](const std::string& target, const std::string& token) {
    const Answer answer = net.ask("POST", target, "", {{"authorization", "Bearer " + token}});
    return answer.status == 200 ? "200" : answer.said();
  };
  const std::string token = issue();
  CHECK(fetch(path, token) == "200");
  CHECK(fetch(kJobs + "/" + other + "/bundle", token) == "401 invalid_credential");
  CHECK(fetch(path, net.key) == "401 invalid_credential");
  CHECK(net.ask("POST", path, "", {}).said() == "401 missing_credential");
  const std::string next = issue();
  CHECK(fetch(path, token) == "401 invalid_credential");
  net.clock.micros += std::chrono::microseconds(kDownloadLife).count();
  CHECK(fetch(path, next) == "401 invalid_credential");
}

TEST_CASE("another tenant's exports are found as little as ones that are not there") {
  PaybondNetwork net;
  net.create();
  const std::string path = kJobs + "/" + made(net)["id"].get<std::string>();
  CHECK(net.get_as(net.rival, path).said() == "404 unknown_export");
  CHECK(net.get_as(net.rival, path + "?issue_download=1").said() == "404 unknown_export");
  CHECK(net.ask("DELETE", path, {}, {{"x-api-key", net.rival}}).said() == "404 unknown_export");
  CHECK(net.get_as(net.rival, kJobs).json()["jobs"].empty());
  CHECK(net.get_as(net.rival, kJobs + "?cursor=" + path.substr(kJobs.size() + 1)).said() == "400 bad_cursor");
  CHECK(net.get(path).said() == "200");
}

TEST_CASE("exports are listed newest first, by pages") {
  PaybondNetwork net;
  Json ids = Json::array();
  for (int i = 0; i < 3; ++i)
    ids.insert(ids.begin(), made(net)["id"]);
  const Json first = net.get(kJobs + "?limit=2").json();
  const Json second = net.get(kJobs + "?limit=2&cursor=" + first["next_cursor"].get<std::string>()).json();
  CHECK(Json({first["jobs"][0]["id"], first["jobs"][1]["id"], second["jobs"][0]["id"]}) == ids);
  CHECK(second["next_cursor"].is_null());
}

}  // namespace
}  // namespace agentnet::paybond
