#include "commands/sbn/seal_run.hpp"

#include <algorithm>

#include "commands/errors.hpp"
#include "commands/input.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/network/local_state.hpp"
#include "core/sbn/routes.hpp"
#include "core/sbn/rules_hash.hpp"
#include "core/sbn/run_steps.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxJournalBytes = 4096;
// Of input that is sealed with one commit: enough for as many lines as a batch can have, of usual length.
constexpr std::size_t kSealBlockBytes = 1024 * 1024;
constexpr std::string_view kHashMember = "\"snapchore_hash\":\"";
constexpr std::string_view kFault = "{\"error\":";

// A fault as the network wrote it, as ours.
Error fault_of(const json::Value& fault) {
  const json::Value* error = fault.find("error");
  const auto text = [&](std::string_view name) {
    const json::Value* member = error == nullptr ? nullptr : error->find(name);
    return member != nullptr && member->is_string() ? std::string(member->text()) : std::string();
  };
  return {Category::usage, text("code"), text("message")};
}

void put_fault(const Error& fault, const Line& line, bool bare, BulkTally& tally, std::string& out) {
  ++tally.failed;
  out += bare ? std::string("\n") : error_line(fault, line.number);
}

// As every JSON that is printed: control characters beyond ASCII drive terminals, too.
void put_in_ascii(std::string_view answer, std::string& out) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(answer.begin(), answer.end(), is_plain)) {
    out += answer;
  } else {
    json::write_compact(json::parse(answer).root, out, json::Text::ascii);
  }
}

// Puts one answer of the network, a line of JSON.
void put(std::string_view answer, const Line& line, bool bare, BulkTally& tally, std::string& out) {
  if (line.too_long) {
    return put_fault(
        {Category::usage, "too_large", "the line is longer than " + std::to_string(kMaxLineBytes) + " bytes"},
        line, bare, tally, out);
  }
  if (answer.starts_with(kFault))
    return put_fault(fault_of(json::parse(answer).root), line, bare, tally, out);
  if (!bare) {
    put_in_ascii(answer, out);
    out += '\n';
    return;
  }
  // The last one: a payload may have a member of that name, but it stands before.
  const std::size_t member = answer.rfind(kHashMember);
  if (member != answer.npos) out += answer.substr(member + kHashMember.size(), sbn::kHashDigits);
  out += '\n';
}

}  // namespace

Exit SealRun::run() {
  if (journal_) open_journal();
  Bulk bulk{arguments_, context_, {}};
  bulk.make_block_worker = [this](bool bare, BulkTally& tally) -> BulkBlockWorker {
    return [this, bare, &tally](std::span<const Line> lines, std::string& out) {
      work(lines, {bare, tally, out});
    };
  };
  bulk.block_bytes = kSealBlockBytes;
  // The steps of a run follow each other, and so do the entries of a chain.
  if (!run_id_.empty() || !options_.chain_id.empty()) bulk.most_threads = 1;
  if (!run_id_.empty()) bulk.after_output = [this](std::int64_t lines) { note(std::max(lines, printed_)); };
  return bulk.run();
}

void SealRun::open_journal() {
  if (!network::exists(*journal_)) {
    run_id_ = uuid4(context_.random);
    return note(0);
  }
  const std::string text = context_.files.read(*journal_, kMaxJournalBytes);
  const json::Document journal = naming(*journal_, [&] { return json::parse(text); });
  const json::Value* run = journal.root.find("run_id");
  const json::Value* lines = journal.root.find("lines");
  if (run == nullptr || !run->is_string() || !sbn::is_run_id(run->text()) || lines == nullptr ||
      !lines->as_int64()) {
    throw Error(Category::usage, "bad_journal", *journal_ + " is no journal of a bulk run",
                "name a file that is not there to begin a new run");
  }
  run_id_ = run->text();
  printed_ = *lines->as_int64();
  const json::Document state = client_.read_run(run_id_, printed_ + 1);
  durable_ = state.root.find("durable_lines")->as_int64().value_or(0);
  context_.diagnostics.info("resumed", "going on behind line " + std::to_string(durable_));
}

void SealRun::note(std::int64_t lines) const {
  json::Arena arena;
  const json::Value journal =
      json::ObjectBuilder(arena).add("run_id", std::string_view(run_id_)).add_integer("lines", lines).done();
  context_.files.replace(*journal_, json::to_compact(journal) + "\n");
}

void SealRun::work(std::span<const Line> lines, const Target& target) {
  // Lines up to printed_ lead to nothing, those up to durable_ to their old answers, the others are sealed.
  const auto up_to = [&](std::int64_t last) {
    const std::int64_t count = lines.empty() ? 0 : last - lines.front().number + 1;
    const auto part = lines.first(static_cast<std::size_t>(
        std::clamp<std::int64_t>(count, 0, static_cast<std::int64_t>(lines.size()))));
    lines = lines.subspan(part.size());
    return part;
  };
  up_to(printed_);
  repeat(up_to(durable_), target);
  while (!lines.empty()) {
    const auto part = lines.first(std::min(lines.size(), sbn::kMaxBulkLines));
    seal(part, target);
    lines = lines.subspan(part.size());
  }
}

void SealRun::repeat(std::span<const Line> lines, const Target& target) const {
  while (!lines.empty()) {
    const json::Document state = client_.read_run(run_id_, lines.front().number);
    const json::Value* answers = state.root.find("answers");
    if (answers == nullptr || !answers->is_array() || answers->items().empty()) {
      throw Error(Category::failed, "lost_run",
                  "the network does not know the run that " + *journal_ + " names");
    }
    const std::size_t count = std::min(lines.size(), answers->items().size());
    for (std::size_t i = 0; i < count; ++i) {
      put(json::to_compact(answers->items()[i]), lines[i], target.bare, target.tally, target.out);
    }
    lines = lines.subspan(count);
  }
}

void SealRun::seal(std::span<const Line> lines, const Target& target) const {
  std::string body;
  for (const Line& line : lines)
    body.append(line.text) += '\n';
  const std::string answers = client_.seal_lines(query(lines.front().number), std::move(body));
  std::string_view rest = answers;
  for (const Line& line : lines) {
    const std::size_t end = rest.find('\n');
    if (end == rest.npos)
      throw Error(Category::unreachable, "bad_response", "the network answered too few lines");
    put(rest.substr(0, end), line, target.bare, target.tally, target.out);
    rest.remove_prefix(end + 1);
  }
}

std::string SealRun::query(std::int64_t first_line) const {
  http::Query query;
  query.add("domain", options_.domain).add("block_type", options_.block_type);
  if (!options_.chain_id.empty()) query.add("chain_id", options_.chain_id);
  if (!run_id_.empty()) query.add("run_id", run_id_).add("first_line", std::to_string(first_line));
  return query.text();
}

}  // namespace agentnet::commands
