// Many events of one slot in one request.
#include "core/sbn/routes.hpp"
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

const std::string kLines = "/internal/agentnet/bitblocks";
const std::string kDefaults = "&block_type=Action&domain=d";

std::vector<Json> lines_of(const Answer& answer) {
  REQUIRE(answer.status == 200);
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

std::string line(int n) {
  return "{\"payload\":{\"n\":" + std::to_string(n) + "}}\n";
}

std::string said(const std::vector<Json>& lines) {
  std::string text;
  for (const Json& each : lines)
    text +=
        (each.contains("error") ? each["error"]["code"].get<std::string>() : each["payload"]["n"].dump()) +
        " ";
  return text;
}

struct Bulk : SlotNetwork {
  std::string slot = open();
  Answer send(const std::string& body, const std::string& more = "") {
    return post(kLines + "?slot_id=" + slot + kDefaults + more, body);
  }
  Json state() { return get("/internal/agentnet/slots/" + slot).json(); }
};

TEST_CASE("each bulk route of slots asks for a credential with its scope") {
  Bulk net;
  check_guarded(net, "POST", kLines + "?slot_id=s", "slots.write", "{}\n");
  check_guarded(net, "GET", "/internal/agentnet/slots/s", "receipts.read");
}

TEST_CASE("each line is answered by its BitBlock, in order; faulty ones in their place") {
  Bulk net;
  const auto lines = lines_of(net.send(line(0) + "x\n" + line(1) + "\n[]\n{}\n" +
                                       R"({"payload":{"n":2},"domain":"e","block_type":"B"})"));
  CHECK(said(lines) == "0 bad_json 1 bad_json not_an_object bad_payload 2 ");
  CHECK(lines[0]["block_type"] == "Action");
  CHECK(lines[6]["domain"] == "e");
  CHECK(lines[6]["block_type"] == "B");
  CHECK(said(net.bitblocks(net.slot)["bitblocks"]) == "0 1 2 ");
  CHECK(net.state()["bitblock_count"] == 3);
  CHECK(net.state()["slot"]["id"] == net.slot);
}

TEST_CASE("a request that is sent again is answered as before and writes nothing") {
  Bulk net;
  const std::string body = line(0) + "x\n" + line(1);
  const Answer first = net.send(body, "&place=0");
  CHECK(net.send(body, "&place=0").body == first.body);
  CHECK(net.state()["bitblock_count"] == 2);
  const Answer second = net.send(line(2), "&place=2");
  CHECK(net.send(line(2), "&place=2").body == second.body);
  CHECK(net.send(body, "&place=0").body == first.body);
  net.closed(net.slot);
  CHECK(said(lines_of(net.send(line(2), "&place=2"))) == "2 ");
}

TEST_CASE("lines that lie across what the slot has are refused whole, with what is durable") {
  Bulk net;
  net.send(line(0) + line(1), "&place=0");
  for (const auto& [body, place] : std::initializer_list<std::pair<std::string, std::string>>{
           {line(7), "0"}, {line(1) + line(2), "1"}, {line(2), "3"}, {line(0) + line(7), "0"}}) {
    const Answer answer = net.send(body, "&place=" + place);
    CHECK(answer.said() == "409 wrong_place");
    CHECK(answer.json()["error"]["details"]["bitblock_count"] == 2);
  }
  CHECK(net.state()["bitblock_count"] == 2);
}

TEST_CASE("keys hold within a request and against what was there") {
  Bulk net;
  const std::string keyed = R"({"payload":{"n":1},"operation_id":"o"})"
                            "\n";
  const auto lines =
      lines_of(net.send(keyed + keyed + R"({"payload":{"n":2},"operation_id":"o"})" + "\n" + line(3)));
  CHECK(said(lines) == "1 1 idempotency_key_reused 3 ");
  CHECK(lines[0] == lines[1]);
  CHECK(net.state()["bitblock_count"] == 2);
}

TEST_CASE("a slot that is closed, unknown or another tenant's refuses the request whole") {
  Bulk net;
  CHECK(net.post(kLines + "?slot_id=x" + kDefaults, line(0)).said() == "404 unknown_slot");
  CHECK(net.post(kLines, line(0)).said() == "404 unknown_slot");
  CHECK(net.post_as(net.rival, kLines + "?slot_id=" + net.slot + kDefaults, line(0)).said() ==
        "404 unknown_slot");
  CHECK(net.get_as(net.rival, "/internal/agentnet/slots/" + net.slot).said() == "404 unknown_slot");
  net.closed(net.slot);
  CHECK(net.send(line(0)).said() == "409 slot_closed");
  CHECK(net.state()["bitblock_count"] == 0);
}

TEST_CASE("a bulk request for a slot has at most 4096 lines, and may have none") {
  Bulk net;
  std::string body;
  for (std::size_t i = 0; i < kMaxBulkLines; ++i)
    body += line(static_cast<int>(i));
  CHECK(net.send(body + line(0)).said() == "413 too_large");
  CHECK(net.state()["bitblock_count"] == 0);
  CHECK(lines_of(net.send(body)).size() == kMaxBulkLines);
  CHECK(net.send("").body.empty());
  CHECK(net.send(line(0), "&place=-1").said() == "400 bad_parameter");
}

}  // namespace
}  // namespace agentnet::sbn
