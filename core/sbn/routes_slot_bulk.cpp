// The local network's own way into a slot for those who have many events: NDJSON in, NDJSON out, one commit.
//
//   POST /internal/agentnet/bitblocks?slot_id=&place=&block_type=&domain=
//     a line {payload, metadata, block_type, domain, operation_id, idempotency_key} for each BitBlock, at
//     most kMaxBulkLines; block_type and domain of the query are for lines without. Line N of the answer is
//     the BitBlock of line N, or {"error":{…}}; such lines take no place. `place` is where in the slot the
//     first one must come to lie: a request that is sent again, because its answer was lost, is answered with
//     the BitBlocks that it led to, and one that lies across others is 409 wrong_place.
//   GET  /internal/agentnet/slots/{slot_id}
//     {"slot":{…},"bitblock_count":N}: a slot, and how many BitBlocks of it are durable.
#include "core/json/write.hpp"
#include "core/sbn/bitblock_request.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_answers.hpp"
#include "core/sbn/slot_events.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kNdjson = "application/x-ndjson";
constexpr std::int64_t kMaxPlace = std::int64_t{1} << 53;

// A line: a BitBlock that is to be written, or what it is answered with.
struct Prepared {
  StoredBitBlock bitblock;
  std::string fault;
};

struct Lines {
  std::string slot_id;
  std::optional<std::int64_t> place;
  std::vector<Prepared> lines;
  std::string answers;  // in the end
};

Prepared prepare(std::string_view line, const BitBlockDefaults& defaults, json::Parser& parser,
                 json::Arena& arena) {
  try {
    const json::Value request = parser.parse(line, arena);
    if (!request.is_object()) throw Error(Category::usage, "not_an_object", "a line must be a JSON object");
    return {read_bitblock(request, defaults), {}};
  } catch (const Error& error) {
    return {{}, http::write_error(error).body};
  }
}

std::vector<Prepared> prepare_all(std::string_view body, const BitBlockDefaults& defaults) {
  std::vector<Prepared> lines;
  json::Arena arena;
  json::Parser parser;
  while (!body.empty()) {
    if (lines.size() == kMaxBulkLines) {
      throw Error(Category::usage, "too_large",
                  "a bulk request has at most " + std::to_string(kMaxBulkLines) + " lines");
    }
    const std::size_t end = body.find('\n');
    lines.push_back(prepare(body.substr(0, end), defaults, parser, arena));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    arena.reset();
  }
  return lines;
}

// What an earlier request of the same lines led to. Throws Error conflict/wrong_place unless all of it is
// there and nothing else.
void repeat(store::Connection& connection, const StoredSlot& slot, Lines& lines, std::int64_t durable) {
  std::vector<StoredBitBlock> found;
  list_bitblocks(connection, slot, {{}, *lines.place, static_cast<std::int64_t>(lines.lines.size())},
                 [&](const StoredBitBlock& bitblock) { found.push_back(bitblock); });
  std::size_t next = 0;
  bool same = *lines.place < durable;
  for (Prepared& line : lines.lines) {
    if (!line.fault.empty()) continue;
    same = same && next < found.size() && found[next].payload == line.bitblock.payload &&
           found[next].metadata == line.bitblock.metadata && found[next].domain == line.bitblock.domain &&
           found[next].block_type == line.bitblock.block_type;
    if (!same) break;
    line.bitblock = found[next++];
  }
  if (same) return;
  throw Error(Category::conflict, "wrong_place", "the lines do not follow what the slot has", {},
              {{"slot_id", slot.slot_id}, {"bitblock_count", durable}});
}

void submit_all(store::Connection& connection, const StoredSlot& slot, Lines& lines, Instant now) {
  require_open(slot);
  NextPlace next = next_place(connection, slot);
  const std::int64_t first = next.place;
  for (Prepared& line : lines.lines) {
    if (!line.fault.empty()) continue;
    try {
      if (auto repeated = find_repeated(connection, slot, line.bitblock)) {
        line.bitblock = std::move(*repeated);
      } else {
        line.bitblock = add_bitblock(connection, slot, std::move(line.bitblock), next, now);
      }
    } catch (const Error& error) {
      if (error.code() != "idempotency_key_reused") throw;
      line.fault = http::write_error(error).body;
    }
  }
  bitblocks_submitted(connection, slot, next.place - first, now);
}

void write_lines(store::Connection& connection, const Call& call, Lines& lines, Instant now) {
  const StoredSlot slot = require_slot(connection, call.tenant(), lines.slot_id);
  const std::int64_t durable = next_place(connection, slot).place;
  const bool is_new = !lines.place || *lines.place == durable;
  if (is_new) {
    submit_all(connection, slot, lines, now);
  } else {
    repeat(connection, slot, lines, durable);
  }
  for (const Prepared& line : lines.lines) {
    if (line.fault.empty()) {
      write_bitblock(slot, line.bitblock, lines.answers);
    } else {
      lines.answers += line.fault;
    }
    lines.answers += '\n';
  }
}

void submit_lines(const Routes& routes, const std::shared_ptr<http::Exchange>& exchange) {
  const auto call = std::make_shared<Call>();
  call->caller = routes.authenticator.authenticate(exchange->request().headers);
  call->caller.require(auth::kScopeSlots);
  call->exchange = exchange;
  const auto lines = std::make_shared<Lines>();
  lines->slot_id = exchange->query("slot_id").value_or("");
  if (exchange->query("place")) lines->place = exchange->query_number("place", 0, 0, kMaxPlace);
  lines->lines =
      prepare_all(exchange->request().body, {.block_type = exchange->query("block_type").value_or(""),
                                             .domain = exchange->query("domain").value_or("")});
  Service& service = routes.service;
  service.bounds().check(call->tenant(), true, static_cast<std::int64_t>(lines->lines.size()));
  service.database().write_later(
      [call, lines, &service](store::Connection& connection) {
        write_lines(connection, *call, *lines, service.clock().now());
      },
      [call, lines](const std::exception_ptr& fault) {
        call->exchange->answer([&] {
          if (fault) std::rethrow_exception(fault);
          return http::Response{200, {{"Content-Type", std::string(kNdjson)}}, std::move(lines->answers)};
        });
      });
}

void get_slot(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const StoredSlot slot = require_slot(connection, call.tenant(), call.exchange->path_value("slot_id"));
    return json::ObjectBuilder(arena)
        .add("slot", slot_row(slot, arena))
        .add_integer("bitblock_count", next_place(connection, slot).place)
        .done();
  });
}

}  // namespace

void add_slot_bulk_routes(const Routes& routes) {
  // The body is not JSON, so this is no add_call.
  routes.router.add(
      "POST", "/internal/agentnet/bitblocks",
      [routes](const std::shared_ptr<http::Exchange>& exchange) { submit_lines(routes, exchange); });
  add_call(routes, "GET", "/internal/agentnet/slots/{slot_id}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get_slot(routes, *call); });
}

}  // namespace agentnet::sbn
