// `sbn gateway`, `sbn bitblocks`, `sbn blocks`: what happens in slots, and what is proved about it.
#pragma once

#include "commands/command.hpp"
#include "commands/sbn/connection.hpp"

namespace agentnet::commands {

extern const Command kSbnGateway;
extern const Command kSbnBitblocks;
extern const Command kSbnBlocksGroup;
// Below kSbnGateway.
extern const Command kSbnGatewaySlots;
extern const Command kSbnGatewayStream;
extern const Command kSbnGatewayBlock;
extern const Command kSbnGatewayPgdag;

inline constexpr std::int64_t kMostSlotRows = 1000;  // of one answer about slots and BitBlocks
inline constexpr std::int64_t kMostSeconds = 366 * 24 * 60 * 60;

// Rows of a list of which only the items are printed, as an array in JSON. `columns` are those of a table.
class Rows {
 public:
  Rows(Context& context, std::initializer_list<std::string_view> columns,
       std::initializer_list<std::string_view> id_members);
  // The items of a list, or of the member of that name in an answer. How many there were.
  std::int64_t add(const json::Value& answer, std::string_view member);
  void end();

 private:
  Context& context_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> ids_;
};

}  // namespace agentnet::commands
