// BitBlocks: submitted to an open slot, and listed (wire reference sbn, section c).
#include "core/sbn/bitblock_request.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedBitBlocks = 1'000;
constexpr std::int64_t kMaxPlace = std::int64_t{1} << 53;

void submit(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string slot_id = call->text("slot_id");
  StoredBitBlock bitblock = read_bitblock(call->body.root);
  const auto answer = std::make_shared<std::string>(R"({"data":)");
  Service& service = routes.service;
  service.database().write_later(
      [call, answer, slot_id, bitblock = std::move(bitblock), &service](store::Connection& connection) {
        const StoredSlot slot = require_slot(connection, call->tenant(), slot_id);
        const Instant now = service.clock().now();
        const StoredBitBlock added = submit_bitblock(connection, slot, bitblock, now);
        write_bitblock(slot, added, *answer);
        *answer += '}';
        if (call->once) call->once->keep(connection, 200, std::string_view(*answer));
      },
      [call, answer](const std::exception_ptr& fault) {
        call->exchange->answer([&] {
          if (fault) std::rethrow_exception(fault);
          return http::json_response(200, std::move(*answer));
        });
      });
}

void list(const Routes& routes, const Call& call) {
  const http::Exchange& exchange = *call.exchange;
  BitBlockRange range;
  range.first_place = exchange.query_number("offset", 0, 0, kMaxPlace);
  range.limit = exchange.query_number("limit", kMaxListedBitBlocks, 1, kMaxListedBitBlocks);
  const std::string generation = exchange.query("generation").value_or("");
  if (!generation.empty()) range.generation = exchange.query_number("generation", 0, 0, kMaxPlace);
  const std::string slot_id = exchange.query("slot_id").value_or("");
  std::string answer = R"({"data":{"bitblocks":[)";
  std::int64_t count = 0;
  routes.service.database().read([&](store::Connection& connection) {
    const StoredSlot slot = require_slot(connection, call.tenant(), slot_id);
    list_bitblocks(connection, slot, range, [&](const StoredBitBlock& bitblock) {
      if (count++ > 0) answer += ',';
      write_bitblock(slot, bitblock, answer);
    });
  });
  // An id that was found holds nothing that JSON would escape.
  answer += R"(],"slot_id":")" + slot_id + R"(","count":)" + std::to_string(count) + R"(,"offset":)" +
            std::to_string(range.first_place) + "}}";
  call.exchange->reply(http::json_response(200, std::move(answer)));
}

}  // namespace

void add_bitblock_routes(const Routes& routes) {
  add_call(routes, "POST", "/api/bitblocks/submit", auth::kScopeSlots,
           [routes](const std::shared_ptr<Call>& call) { submit(routes, call); });
  add_call(routes, "GET", "/api/bitblocks", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
}

}  // namespace agentnet::sbn
