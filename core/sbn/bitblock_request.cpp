#include "core/sbn/bitblock_request.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

// A line of text of at most `most` bytes; "" when the member is absent, null or empty.
std::string line_of(const json::Value& request, std::string_view name, std::size_t most) {
  const json::Value* member = request.find(name);
  if (member == nullptr || member->is_null()) return {};
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (member->is_string()) {
    const std::string_view text = member->text();
    if (text.size() <= most && std::none_of(text.begin(), text.end(), is_control) && count_code_points(text))
      return std::string(text);
  }
  throw Error(Category::usage, "bad_field",
              std::string(name) + " must be a line of text of at most " + std::to_string(most) + " bytes", {},
              {{"field", std::string(name)}});
}

std::string needed(std::string_view name, std::string text, const std::string& fallback) {
  if (text.empty()) text = fallback;
  if (!text.empty()) return text;
  throw Error(Category::usage, "bad_field", std::string(name) + " must be a string", {},
              {{"field", std::string(name)}});
}

std::optional<std::string> unless_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

json::Value member_of(const json::Value& request, std::string_view name) {
  const json::Value* member = request.find(name);
  return member == nullptr ? json::Value() : *member;
}

}  // namespace

StoredBitBlock read_bitblock(const json::Value& request, const BitBlockDefaults& defaults) {
  std::string type =
      needed("block_type", line_of(request, "block_type", kMaxBlockTypeBytes), defaults.block_type);
  std::string domain = needed("domain", line_of(request, "domain", kMaxDomainBytes), defaults.domain);
  std::string operation = line_of(request, "operation_id", kMaxShortText);
  std::string key = line_of(request, "idempotency_key", kMaxShortText);
  StoredBitBlock bitblock = prepare_bitblock(member_of(request, "payload"), member_of(request, "metadata"));
  bitblock.block_type = std::move(type);
  bitblock.domain = std::move(domain);
  bitblock.operation_id = unless_empty(std::move(operation));
  bitblock.idempotency_key = unless_empty(std::move(key));
  return bitblock;
}

}  // namespace agentnet::sbn
