#include "core/sbn/client_blocks.hpp"

#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::blocks {
namespace {

std::string path(std::string_view block_id, std::string_view rest = {}) {
  return "/api/blocks/" + http::percent_encode(block_id) + std::string(rest);
}

}  // namespace

json::Document create(Client& client, json::Value payload, std::string_view domain, json::Value metadata) {
  json::Arena arena;
  // What the official client says of where a block comes from.
  if (!metadata.truthy()) metadata = json::ObjectBuilder(arena).add("source", "sbn-sdk").done();
  return client.post("/api/blocks", json::ObjectBuilder(arena)
                                        .add("payload", payload)
                                        .add("domain", domain)
                                        .add("metadata", metadata)
                                        .done());
}

json::Document submit(Client& client, std::string_view slot_id, json::Value payload, std::string_view domain,
                      json::Value metadata) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("slot_id", slot_id).add("payload", payload).add("domain", domain);
  add_unless_null(body, "metadata", metadata);
  return data_of(client.post("/api/blocks/submit", body.done()));
}

json::Document list(Client& client, std::string_view domain, std::int64_t limit) {
  http::Query query;
  query.add("limit", std::to_string(limit));
  add_unless_empty(query, "domain", domain);
  return client.get("/api/blocks" + query.text());
}

json::Document get(Client& client, std::string_view block_id) {
  return client.get(path(block_id));
}

json::Document get_bitblocks(Client& client, std::string_view block_id, bool include_stack) {
  http::Query query;
  if (include_stack) query.add("include_stack", "true");
  return data_of(client.get(path(block_id, "/bitblocks") + query.text()));
}

}  // namespace agentnet::sbn::blocks
