#include "core/sbn/run_steps.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

// The faults of a step by the place of their line.
std::map<std::int64_t, std::string> parse_faults(std::string_view lines) {
  std::map<std::int64_t, std::string> faults;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    std::int64_t place = 0;
    const auto [stopped, fault] = std::from_chars(line.data(), line.data() + line.size(), place);
    if (fault == std::errc() && stopped != line.data() + line.size())
      faults[place] = std::string(line.substr(static_cast<std::size_t>(stopped + 1 - line.data())));
  }
  return faults;
}

}  // namespace

bool is_run_id(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= kMaxRunIdBytes && std::all_of(text.begin(), text.end(), is_plain);
}

std::int64_t durable_lines(store::Connection& connection, std::string_view tenant_id,
                           std::string_view run_id) {
  store::Query rows = connection.query(
      "SELECT first_line + line_count - 1 FROM sbn_run_steps WHERE tenant_id = ? AND run_id = ? "
      "ORDER BY first_line DESC LIMIT 1",
      {tenant_id, run_id});
  return rows.next() ? rows.integer(0) : 0;
}

void require_next_step(store::Connection& connection, std::string_view tenant_id, const RunStep& step) {
  const std::int64_t durable = durable_lines(connection, tenant_id, step.run_id);
  if (step.first_line == durable + 1) return;
  throw Error(Category::conflict, "wrong_step",
              "the run has " + std::to_string(durable) + " durable lines, and this step begins with line " +
                  std::to_string(step.first_line),
              {}, {{"durable_lines", durable}});
}

void add_step(store::Connection& connection, std::string_view tenant_id, const RunStep& step,
              std::int64_t first_seq) {
  // It would take the place of the step that brings those lines.
  if (step.line_count == 0) return;
  connection.run(
      "INSERT INTO sbn_run_steps (tenant_id, run_id, first_line, line_count, first_seq, faults) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      {tenant_id, step.run_id, step.first_line, step.line_count, first_seq, step.faults});
}

std::vector<LineAnswer> answers_from(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view run_id, std::int64_t line) {
  std::vector<LineAnswer> answers;
  store::Query rows = connection.query(
      "SELECT first_line, line_count, first_seq, faults FROM sbn_run_steps WHERE tenant_id = ? AND run_id = "
      "? "
      "AND first_line <= ? ORDER BY first_line DESC LIMIT 1",
      {tenant_id, run_id, line});
  if (!rows.next() || line >= rows.integer(0) + rows.integer(1)) return answers;
  const std::map<std::int64_t, std::string> faults = parse_faults(rows.text(3));
  std::int64_t seq = rows.integer(2);
  for (std::int64_t place = 0; place < rows.integer(1); ++place) {
    const auto fault = faults.find(place);
    const bool asked = rows.integer(0) + place >= line;
    if (fault != faults.end()) {
      if (asked) answers.push_back({fault->second});
      continue;
    }
    const std::int64_t of_this_line = seq++;
    if (!asked) continue;
    auto seal = find_entry(connection, tenant_id, of_this_line);
    if (!seal) throw Error(Category::failed, "lost_seal", "a line of the run has no seal");
    answers.push_back({{}, std::move(*seal)});
  }
  return answers;
}

}  // namespace agentnet::sbn
