// Sealing line by line, and taking a run up again.
#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kSeals = "/internal/agentnet/seals";

std::vector<Json> lines_of(const Answer& answer) {
  std::vector<Json> lines;
  std::size_t from = 0;
  while (from < answer.body.size()) {
    const std::size_t end = answer.body.find('\n', from);
    REQUIRE(end != std::string::npos);
    lines.push_back(Json::parse(answer.body.substr(from, end - from)));
    from = end + 1;
  }
  return lines;
}

std::string repeated(const std::string& line, std::size_t count) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i)
    lines += line;
  return lines;
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST_CASE("each route asks for a credential with its scope") {
  TestNetwork net;
  check_guarded(net, "POST", kSeals, "snapchore.seal", "{}\n");
  check_guarded(net, "GET", kSeals + "/run", "receipts.read");
}

TEST_CASE("each line is answered by the block of its payload, in order, and each receipt verifies") {
  TestNetwork net;
  const Answer answer =
      net.post(kSeals + "?domain=ops&block_type=audit", "{\"n\":0}\n{\"n\":1}\r\n{\"n\":2}");
  REQUIRE(answer.status == 200);
  const std::vector<Json> blocks = lines_of(answer);
  REQUIRE(blocks.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(blocks[i]["payload"]["n"] == i);
    CHECK(blocks[i]["domain"] == "ops");
    CHECK(blocks[i]["type"] == "audit");
    const std::string receipt = blocks[i]["receipt_id"];
    CHECK(net.receipt_fault(net.get("/receipts/" + receipt).json(), blocks[i]["hash"]) == "");
  }
}

TEST_CASE("a faulty line is answered in its place and stops none of the others") {
  TestNetwork net;
  const Answer answer = net.post(kSeals, "{}\nnonsense\n\n[1]\n{\"a\":\"\xff\"}\n{\"a\":" + nested(991) +
                                             "}\n{\"a\":" + nested(51) + "}\n{}\n");
  const std::vector<Json> lines = lines_of(answer);
  REQUIRE(lines.size() == 8);
  std::string said;
  for (const Json& line : lines)
    said += (line.contains("error") ? line["error"]["code"].get<std::string>() : "block") + " ";
  CHECK(said == "block bad_json bad_json bad_payload bad_json bad_json too_deep block ");
  CHECK(net.get("/internal/snapchore/blocks").json()["count"] == 2);
}

TEST_CASE("a request has at most 4096 lines") {
  TestNetwork net;
  CHECK(lines_of(net.post(kSeals, repeated("{}\n", kMaxBulkLines))).size() == kMaxBulkLines);
  CHECK(net.post(kSeals, repeated("{}\n", kMaxBulkLines + 1)).said() == "413 too_large");
  CHECK(net.post(kSeals, repeated("\n", kMaxBulkLines + 1)).said() == "413 too_large");
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == kMaxBulkLines);
}

TEST_CASE("a request without lines is answered with none") {
  TestNetwork net;
  const Answer answer = net.post(kSeals, "");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
}

TEST_CASE("a domain or a type that is none is the fault of every line") {
  TestNetwork net;
  for (const char* query : {"?block_type=nope", "?block_type=", "?domain=", "?domain=caf%e9"}) {
    CAPTURE(query);
    const Json line = lines_of(net.post(kSeals + query, "{}")).at(0);
    CHECK(line["error"]["code"] ==
          (std::string(query).starts_with("?domain") ? "bad_domain" : "bad_block_type"));
  }
  CHECK(net.get("/internal/snapchore/blocks").json()["count"] == 0);
}

TEST_CASE("lines go onto a chain in order; an unknown chain refuses the request whole") {
  TestNetwork net;
  net.post("/internal/snapchore/chain", R"({"chain_id":"c"})");
  const std::vector<Json> blocks = lines_of(net.post(kSeals + "?chain_id=c", "{}\nx\n{}\n"));
  const Json chain = net.get("/internal/snapchore/chain/c").json();
  REQUIRE(chain["length"] == 2);
  CHECK(chain["entries"][0]["block_hash"] == blocks[0]["hash"]);
  CHECK(chain["entries"][1]["block_hash"] == blocks[2]["hash"]);
  CHECK(net.post(kSeals + "?chain_id=nowhere", "{}").said() == "404 unknown_chain");
  CHECK(net.post_as(net.rival, kSeals + "?chain_id=c", "{}").said() == "404 unknown_chain");
  CHECK(net.get("/internal/snapchore/chain/c").json()["length"] == 2);
}

TEST_CASE("a payload as deep as can be sealed can be read again, alone, in lists and from its run") {
  TestNetwork net;
  // What is volatile no hash covers, so no hash limits its depth.
  const auto line = [&](std::size_t levels) {
    return lines_of(
               net.post(kSeals + "?run_id=r-" + std::to_string(levels), "{\"nonce\":" + nested(levels) + "}"))
        .at(0);
  };
  CHECK(line(kMaxBlockDepth)["error"]["code"] == "too_deep");
  const Json block = line(kMaxBlockDepth - 1);
  for (const std::string& path : {std::string("/internal/snapchore/blocks"),
                                  "/internal/snapchore/blocks/" + block["id"].get<std::string>(),
                                  kSeals + "/r-" + std::to_string(kMaxBlockDepth - 1)}) {
    CAPTURE(path);
    CHECK(json::parse(net.get(path).body).root.is_object());
  }
}

// --- runs

TEST_CASE("a run is taken up again where it was cut: its durable lines and their answers") {
  TestNetwork net;
  const Answer first = net.post(kSeals + "?run_id=run-1", "{\"n\":1}\nx\n");
  const Answer second = net.post(kSeals + "?run_id=run-1&first_line=3", "{\"n\":3}\n");
  std::vector<Json> said = lines_of(first);
  const Json run = net.get(kSeals + "/run-1").json();
  CHECK(run["durable_lines"] == 3);
  CHECK(run["answers"] == Json(said));
  CHECK(net.get(kSeals + "/run-1?line=2").json()["answers"] == Json({said[1]}));
  CHECK(net.get(kSeals + "/run-1?line=3").json()["answers"] == Json(lines_of(second)));
  CHECK(net.get(kSeals + "/run-1?line=4").json() == Json({{"durable_lines", 3}, {"answers", Json::array()}}));
}

TEST_CASE("a step that is sent again, or leaves a gap, is refused with what is durable, and seals nothing") {
  TestNetwork net;
  CHECK(net.post(kSeals + "?run_id=r", "{}\n{}\n").status == 200);
  for (const char* line : {"1", "2", "4"}) {
    const Answer again = net.post(kSeals + "?run_id=r&first_line=" + std::string(line), "{}\n");
    CHECK(again.said() == "409 wrong_step");
    CHECK(again.json()["error"]["details"]["durable_lines"] == 2);
  }
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == 2);
}

TEST_CASE("a step without lines does no harm to its run") {
  TestNetwork net;
  CHECK(net.post(kSeals + "?run_id=r", "").status == 200);
  CHECK(net.post(kSeals + "?run_id=r", "").status == 200);
  CHECK(net.post(kSeals + "?run_id=r", "{}").status == 200);
  CHECK(net.get(kSeals + "/r").json()["durable_lines"] == 1);
}

TEST_CASE("ids of runs and numbers of lines are checked") {
  TestNetwork net;
  for (const char* query :
       {"?run_id=", "?run_id=a%20b", "?run_id=r&first_line=0", "?run_id=r&first_line=x"}) {
    CAPTURE(query);
    CHECK(net.post(kSeals + query, "{}").said() == "400 bad_parameter");
  }
  CHECK(net.post(kSeals + "?run_id=" + std::string(65, 'r'), "{}").said() == "400 bad_parameter");
  CHECK(net.post(kSeals + "?run_id=" + std::string(64, 'r'), "{}").status == 200);
  CHECK(net.get(kSeals + "/r?line=0").said() == "400 bad_parameter");
  CHECK(net.get(kSeals + "/r?line=9007199254740993").said() == "400 bad_parameter");
}

TEST_CASE("another tenant's run is one of which nothing is known") {
  TestNetwork net;
  net.post(kSeals + "?run_id=r", "{}\n");
  CHECK(net.get_as(net.rival, kSeals + "/r").json() ==
        Json({{"durable_lines", 0}, {"answers", Json::array()}}));
  CHECK(net.post_as(net.rival, kSeals + "?run_id=r", "{}\n").status == 200);
  CHECK(net.get(kSeals + "/r").json()["durable_lines"] == 1);
}

}  // namespace
}  // namespace agentnet::sbn
