#include "core/paybond/client_ledger.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

json::Document read(Client& client, const std::string& path) {
  const ClientCall call{.target = client.harbor("/ledger/v1/" + path)};
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "ledger", call);
  return std::move(answer.document);
}

// The parameter when there is something to say.
std::string sized(std::string_view name, std::int64_t size, char before) {
  return size == 0 ? std::string() : before + std::string(name) + "=" + std::to_string(size);
}

}  // namespace

json::Document get_ledger_checkpoint(Client& client, std::int64_t tree_size) {
  return read(client, "merkle/latest" + sized("tree_size", tree_size, '?'));
}

json::Document get_ledger_inclusion(Client& client, std::int64_t seq, std::int64_t tree_size) {
  return read(client, "merkle/inclusion?seq=" + std::to_string(seq) + sized("tree_size", tree_size, '&'));
}

json::Document get_ledger_consistency(Client& client, std::int64_t first_size, std::int64_t second_size) {
  return read(client, "merkle/consistency?first_size=" + std::to_string(first_size) +
                          sized("second_size", second_size, '&'));
}

json::Document get_ledger_tip(Client& client) {
  return read(client, "tip");
}

json::Document get_ledger_authority(Client& client) {
  return read(client, "authority");
}

json::Document get_ledger_merkle_latest(Client& client) {
  return read(client, "merkle/latest");
}

json::Document get_ledger_events(Client& client, std::int64_t after_seq, std::int64_t limit) {
  if (after_seq < 0) throw Error(Category::usage, "bad_number", "after_seq must be 0 or more");
  const std::int64_t page = std::clamp<std::int64_t>(limit, 1, kMaxLedgerPage);
  return read(client, "events?after_seq=" + std::to_string(after_seq) + "&limit=" + std::to_string(page));
}

}  // namespace agentnet::paybond
