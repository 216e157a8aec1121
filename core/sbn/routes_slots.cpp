// Slots: opened, listed, closed, sealed (wire reference sbn, section c); and those of the legacy client,
// whose paths name the tenant.
#include "core/json/write.hpp"
#include "core/sbn/batches.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_answers.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedSlots = 1'000;
constexpr std::int64_t kDefaultListedSlots = 50;
constexpr std::int64_t kMaxReaped = 200;
constexpr std::int64_t kMaxAgeSeconds = 10LL * 366 * 24 * 60 * 60;
constexpr std::int64_t kDefaultAgeSeconds = 1800;
constexpr std::int64_t kMaxPlace = std::int64_t{1} << 53;

Error bad_field(const std::string& name, const std::string& wanted) {
  return {Category::usage, "bad_field", name + " must be " + wanted, {}, {{"field", name}}};
}

std::int64_t integer_field(const Call& call, const std::string& name, std::int64_t fallback,
                           std::int64_t least, std::int64_t most) {
  const json::Value value = call.value(name);
  if (value.is_null()) return fallback;
  const auto number = value.as_int64();
  if (number && *number >= least && *number <= most) return *number;
  throw bad_field(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

std::string needed_text(const Call& call, std::string_view name) {
  const auto text = call.short_text(name);
  if (!text) throw bad_field(std::string(name), "a line of text that is not empty");
  return *text;
}

// The tenant that a path of the legacy client names must be the caller's.
void require_path_tenant(const Call& call) {
  if (call.exchange->path_value("tenant_id") == call.tenant()) return;
  throw Error(Category::not_found, "unknown_tenant", "there is no such tenant");
}

void open(const Routes& routes, const std::shared_ptr<Call>& call) {
  SlotRequest request;
  request.worker_id = needed_text(*call, "worker_id");
  request.task_type = call->short_text("task_type").value_or("workflow");
  request.generation_interval =
      integer_field(*call, "generation_interval", kDefaultInterval, 1, kMaxInterval);
  request.metadata = call->value("metadata");
  Opening opening = prepare_opening(routes.service, call->tenant(), request);
  json::Arena arena;
  reply_sealed(routes, call, std::move(opening.group),
               json::to_compact(under_data(slot_row(opening.slot, arena), arena)));
}

void list(const Routes& routes, const Call& call) {
  SlotFilter filter;
  filter.state = call.exchange->query("state").value_or("");
  filter.source = call.exchange->query("source").value_or("");
  filter.after = call.exchange->query("after").value_or("");
  filter.limit = call.exchange->query_number("limit", kDefaultListedSlots, 1, kMaxListedSlots);
  if (!filter.state.empty() && filter.state != kSlotOpen && filter.state != kSlotClosing &&
      filter.state != kSlotClosed) {
    throw Error(Category::usage, "bad_parameter",
                "the query parameter state must be one of open, closing, closed", {},
                {{"parameter", "state"}});
  }
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder items(arena);
    std::string last;
    std::int64_t count = 0;
    list_slots(connection, call.tenant(), filter, [&](const StoredSlot& slot) {
      items.add(slot_row(slot, arena));
      last = slot.slot_id;
      ++count;
    });
    const bool is_full = count == filter.limit;
    return json::ObjectBuilder(arena)
        .add("items", items.done())
        .add_integer("count", count)
        .add_optional("next_after", is_full ? std::optional(last) : std::nullopt)
        .done();
  });
}

void close(const Routes& routes, const Call& call, bool sealing) {
  const StoredSlot slot = close_slot(routes.service, call.tenant(), call.exchange->path_value("slot_id"));
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return under_data(sealing ? seal_row(connection, slot, arena) : close_row(connection, slot, arena),
                      arena);
  });
}

void list_blocks(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedSlots, 1, kMaxListedSlots);
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kMaxPlace);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const StoredSlot slot = require_slot(connection, call.tenant(), call.exchange->path_value("slot_id"));
    json::ArrayBuilder blocks(arena);
    std::int64_t count = 0;
    list_slot_blocks(connection, slot, {}, offset, limit, [&](const SlotBlock& block) {
      blocks.add(slot_block_row(connection, slot, block, arena));
      ++count;
    });
    return under_data(json::ObjectBuilder(arena)
                          .add("slot_id", std::string_view(slot.slot_id))
                          .add("state", std::string_view(slot.state))
                          .add("blocks", blocks.done())
                          .add_integer("count", count)
                          .add_integer("offset", offset)
                          .done(),
                      arena);
  });
}

// --- orphans

OrphanFilter orphans_of(const Routes& routes, std::int64_t age, std::int64_t idle) {
  const Instant now = routes.service.clock().now();
  OrphanFilter filter;
  filter.opened_before = now - std::chrono::seconds(age);
  filter.idle_since = now - std::chrono::seconds(idle);
  return filter;
}

void list_orphan_slots(const Routes& routes, const Call& call) {
  const http::Exchange& exchange = *call.exchange;
  const auto seconds = [&](const char* name) {
    return exchange.query_number(name, kDefaultAgeSeconds, 0, kMaxAgeSeconds);
  };
  OrphanFilter filter = orphans_of(routes, seconds("min_age_seconds"), seconds("idle_seconds"));
  filter.limit = exchange.query_number("limit", kMaxReaped, 1, kMaxListedSlots);
  filter.include_unmanaged = exchange.query("include_unmanaged").value_or("false") == "true";
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder items(arena);
    std::int64_t count = 0;
    list_orphans(connection, call.tenant(), filter, [&](const StoredSlot& slot) {
      items.add(slot_row(slot, arena));
      ++count;
    });
    return json::ObjectBuilder(arena).add("items", items.done()).add_integer("count", count).done();
  });
}

void reap_orphan_slots(const Routes& routes, const Call& call) {
  const auto seconds = [&](const char* name) {
    return integer_field(call, name, kDefaultAgeSeconds, 0, kMaxAgeSeconds);
  };
  OrphanFilter filter = orphans_of(routes, seconds("min_age_seconds"), seconds("idle_seconds"));
  filter.limit = integer_field(call, "limit", kMaxReaped, 1, kMaxReaped);
  const json::Value unmanaged = call.value("include_unmanaged");
  if (!unmanaged.is_null() && !unmanaged.is_boolean()) throw bad_field("include_unmanaged", "a boolean");
  filter.include_unmanaged = unmanaged.truthy();
  std::vector<std::string> ids;
  routes.service.database().read([&](store::Connection& connection) {
    list_orphans(connection, call.tenant(), filter,
                 [&](const StoredSlot& slot) { ids.push_back(slot.slot_id); });
  });
  json::Arena arena;
  json::ArrayBuilder reaped(arena);
  for (const std::string& id : ids) {
    const StoredSlot slot = close_slot(routes.service, call.tenant(), id);
    reaped.add(json::ObjectBuilder(arena)
                   .add("slot_id", std::string_view(slot.slot_id))
                   .add("receipt_id", std::string_view(receipt_id(slot.receipt_block())))
                   .add_integer("blocks_composed", slot.composed)
                   .done());
  }
  call.reply(json::ObjectBuilder(arena)
                 .add("reaped", reaped.done())
                 .add_integer("count", static_cast<std::int64_t>(ids.size()))
                 .done());
}

}  // namespace

void add_slot_routes(const Routes& routes) {
  const auto opening = [routes](const std::shared_ptr<Call>& call) { open(routes, call); };
  const auto closing = [routes](const std::shared_ptr<Call>& call) { close(routes, *call, false); };
  const auto blocks = [routes](const std::shared_ptr<Call>& call) { list_blocks(routes, *call); };
  add_call(routes, "POST", "/slots", auth::kScopeSlots, opening);
  add_call(routes, "GET", "/slots", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "GET", "/slots/orphans", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list_orphan_slots(routes, *call); });
  add_call(routes, "POST", "/slots/orphans/reap", auth::kScopeSlots,
           [routes](const std::shared_ptr<Call>& call) { reap_orphan_slots(routes, *call); });
  add_call(routes, "GET", "/slots/{slot_id}/blocks", auth::kScopeRead, blocks);
  add_call(routes, "POST", "/slots/{slot_id}/close", auth::kScopeSlots, closing);
  add_call(routes, "POST", "/slots/{slot_id}/seal", auth::kScopeSlots,
           [routes](const std::shared_ptr<Call>& call) { close(routes, *call, true); });

  const auto add_legacy = [&](const char* method, const char* pattern, std::string_view scope,
                              const CallHandler& handler) {
    add_call(routes, method, pattern, scope, [handler](const std::shared_ptr<Call>& call) {
      require_path_tenant(*call);
      handler(call);
    });
  };
  add_legacy("POST", "/tenants/{tenant_id}/slots", auth::kScopeSlots, opening);
  add_legacy("GET", "/tenants/{tenant_id}/slots/{slot_id}/blocks", auth::kScopeRead, blocks);
  add_legacy("POST", "/tenants/{tenant_id}/slots/{slot_id}/close", auth::kScopeSlots, closing);
}

}  // namespace agentnet::sbn
