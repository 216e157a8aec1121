#include "core/sbn/client_bitblocks.hpp"

#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::bitblocks {

json::Document submit(Client& client, const BitBlock& bitblock) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("slot_id", std::string_view(bitblock.slot_id));
  body.add("block_type", std::string_view(bitblock.block_type));
  body.add("domain", std::string_view(bitblock.domain));
  body.add("payload", bitblock.payload);
  add_unless_null(body, "metadata", bitblock.metadata);
  add_unless_empty(body, "operation_id", bitblock.operation_id);
  add_unless_empty(body, "idempotency_key", bitblock.idempotency_key);
  return data_of(client.post("/api/bitblocks/submit", body.done()));
}

json::Document list(Client& client, std::string_view slot_id, std::optional<std::int64_t> generation,
                    std::optional<std::int64_t> limit, std::optional<std::int64_t> offset) {
  http::Query query;
  query.add("slot_id", slot_id);
  add_if_given(query, "generation", generation);
  add_if_given(query, "limit", limit);
  add_if_given(query, "offset", offset);
  return data_of(client.get("/api/bitblocks" + query.text()));
}

std::string submit_lines(Client& client, std::string_view query, std::string body) {
  return client.send("POST", "/internal/agentnet/bitblocks" + std::string(query), std::move(body)).body;
}

json::Document read_slot(Client& client, std::string_view slot_id) {
  return client.get("/internal/agentnet/slots/" + http::percent_encode(slot_id));
}

}  // namespace agentnet::sbn::bitblocks
