// Bulk runs that can be taken up again after a cut: what of them is durable (schema.hpp, sbn_run_steps).
//
// Whoever seals line by line names a run and says which lines a step answers. A step is written with its
// seals, so the lines that are durable are known exactly, and their answers can be had again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sbn/seal_queue.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxRunIdBytes = 64;

// 1 to kMaxRunIdBytes of a-z A-Z 0-9 and '-'.
bool is_run_id(std::string_view text);

// How many lines of the run are durable.
std::int64_t durable_lines(store::Connection& connection, std::string_view tenant_id,
                           std::string_view run_id);
// Throws Error conflict/wrong_step unless the step begins behind the last durable line.
void require_next_step(store::Connection& connection, std::string_view tenant_id, const RunStep& step);
// A step of no lines leaves no trace.
void add_step(store::Connection& connection, std::string_view tenant_id, const RunStep& step,
              std::int64_t first_seq);

// The answer to one line: a fault, or a seal.
struct LineAnswer {
  std::string fault;  // empty: the seal counts
  LedgerEntry seal = {};
};
// Of the step that the line is in, from that line on; empty when the line is not durable.
std::vector<LineAnswer> answers_from(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view run_id, std::int64_t line);

}  // namespace agentnet::sbn
