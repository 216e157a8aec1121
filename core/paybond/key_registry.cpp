#include "core/paybond/key_registry.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/paybond/field.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kFirstUse = "first_use";
constexpr std::string_view kRegistered = "registered";

PinnedKey read_row(const store::Query& row) {
  return {row.text(0), row.text(1), row.text(2), auth::from_column(row.integer(3))};
}

void add_pin(store::Connection& connection, std::string_view tenant_id, const PinnedKey& pin) {
  connection.run(
      "INSERT INTO paybond_dids (tenant_id, did, public_key, origin, created_at) VALUES (?, ?, ?, ?, ?)",
      {tenant_id, pin.did, pin.public_key, pin.origin, auth::to_column(pin.created_at)});
}

}  // namespace

void check_did(std::string_view field, std::string_view did) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (!did.empty() && did.size() <= kMaxDidBytes && count_code_points(did) &&
      std::none_of(did.begin(), did.end(), is_control)) {
    return;
  }
  bad_field("bad_did", field, "not a text of 1 to " + std::to_string(kMaxDidBytes) + " bytes in one line");
}

std::optional<PinnedKey> find_pin(store::Connection& connection, std::string_view tenant_id,
                                  std::string_view did) {
  store::Query rows = connection.query(
      "SELECT did, public_key, origin, created_at FROM paybond_dids WHERE tenant_id = ? AND did = ?",
      {tenant_id, did});
  if (!rows.next()) return std::nullopt;
  return read_row(rows);
}

void list_pins(store::Connection& connection, std::string_view tenant_id, std::string_view after,
               std::int64_t limit, const std::function<void(const PinnedKey&)>& take) {
  store::Query rows = connection.query(
      "SELECT did, public_key, origin, created_at FROM paybond_dids WHERE tenant_id = ? AND did > ?"
      " ORDER BY did LIMIT ?",
      {tenant_id, after, limit});
  while (rows.next())
    take(read_row(rows));
}

void require_no_other_pin(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                          const crypto::PublicKey& key, const char* code) {
  const auto pin = find_pin(connection, tenant_id, did);
  if (!pin || pin->public_key == hex_lower(key.bytes)) return;
  throw Error(Category::verification, code, "another key than this one is pinned for the DID",
              "sign with the pinned key, or take the pin away", {{"did", std::string(did)}});
}

void pin_or_match(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                  const crypto::PublicKey& key, const char* code, Instant now) {
  require_no_other_pin(connection, tenant_id, did, key, code);
  if (find_pin(connection, tenant_id, did)) return;
  add_pin(connection, tenant_id, {std::string(did), hex_lower(key.bytes), std::string(kFirstUse), now});
}

PinnedKey register_key(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                       const crypto::PublicKey& key, bool replace, Instant now) {
  check_did("did", did);
  PinnedKey pin{std::string(did), hex_lower(key.bytes), std::string(kRegistered), now};
  if (const auto known = find_pin(connection, tenant_id, did)) {
    if (known->public_key == pin.public_key) return *known;
    if (!replace) {
      throw Error(Category::conflict, "did_pinned", "another key is pinned for the DID",
                  "take the pin away first", {{"did", std::string(did)}});
    }
    unpin_key(connection, tenant_id, did);
  }
  add_pin(connection, tenant_id, pin);
  return pin;
}

void unpin_key(store::Connection& connection, std::string_view tenant_id, std::string_view did) {
  const std::int64_t found =
      connection.run("DELETE FROM paybond_dids WHERE tenant_id = ? AND did = ?", {tenant_id, did});
  if (found == 0) throw Error(Category::not_found, "unknown_did", "no key is pinned for the DID");
}

}  // namespace agentnet::paybond
