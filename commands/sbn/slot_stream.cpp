#include "commands/sbn/slot_stream.hpp"

#include <algorithm>

#include "commands/errors.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/client_bitblocks.hpp"
#include "core/sbn/client_gateway.hpp"
#include "core/sbn/routes.hpp"
#include "core/sbn/rules_slot.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kActionType = "Action";
constexpr std::string_view kFault = "{\"error\":";
constexpr std::size_t kStreamBlockBytes = 1024 * 1024;  // of input, submitted with one commit
constexpr std::size_t kRemoteBlockBytes = 4 * 1024;     // of input, answered together

void put_fault(const Error& fault, const Line& line, bool bare, BulkTally& tally, std::string& out) {
  ++tally.failed;
  out += bare ? std::string("\n") : error_line(fault, line.number);
}

// A fault as the network wrote it, as ours.
Error fault_of(const json::Value& fault) {
  const json::Value* error = fault.find("error");
  const auto text = [&](std::string_view name) {
    return error == nullptr ? std::string() : first_text(*error, {name});
  };
  return {Category::usage, text("code"), text("message")};
}

// One answer of the network, an object.
void put(const json::Value& answer, bool bare, std::string& out) {
  if (bare) {
    out += printable(first_text(answer, {"id"}));
  } else {
    json::write_compact(answer, out, json::Text::ascii);
  }
  out += '\n';
}

// The payload that a line leads to. Throws Error usage.
json::Value payload_of(const Line& line, json::Parser& parser, json::Arena& arena) {
  if (line.too_long) {
    throw Error(Category::usage, "too_large",
                "the line is longer than " + std::to_string(kMaxLineBytes) + " bytes");
  }
  if (line.text.empty()) throw Error(Category::usage, "empty_line", "the line is empty");
  const json::Value event = parser.parse(line.text, arena);
  if (!event.is_object()) throw Error(Category::usage, "not_an_object", "the event must be a JSON object");
  return sbn::session_event(json::without_duplicates(event, arena), arena);
}

json::Value metadata_of(const std::string& worker, json::Arena& arena) {
  json::ObjectBuilder metadata(arena);
  if (!worker.empty()) metadata.add("worker_id", std::string_view(worker));
  return metadata.done();
}

// Whether the fault of one event leaves the others a chance.
bool is_of_one_event(const Error& fault) {
  return fault.category() == Category::usage || fault.category() == Category::refused;
}

std::string text_in(const json::Value& object, std::string_view name) {
  return first_text(object, {name});
}

}  // namespace

json::Document open_slot(sbn::Client& client, const StreamOptions& options) {
  json::Arena arena;
  const json::Value none = json::ObjectBuilder(arena).done();
  const json::Value metadata =
      json::with_member(options.metadata.is_object() ? options.metadata : none, "generation_interval",
                        json::Value::integer(arena, options.interval), arena);
  return sbn::gateway::create_slot(client, options.worker, options.task,
                                   {.generation_interval = options.interval, .metadata = metadata});
}

void SlotStream::open() {
  const json::Document slot = open_slot(connection_.client(), options_);
  slot_id_ = text_in(slot.root, "id");
  if (slot_id_.empty())
    throw Error(Category::unreachable, "bad_response", "the network opened a slot without an id");
}

void SlotStream::resume() {
  slot_id_ = options_.slot;
  if (!connection_.is_local()) return;
  const json::Document state = sbn::bitblocks::read_slot(connection_.client(), slot_id_);
  const json::Value* slot = state.root.find("slot");
  const json::Value* count = state.root.find("bitblock_count");
  if (slot == nullptr || count == nullptr || !count->as_int64())
    throw Error(Category::unreachable, "bad_response", "the network does not say what the slot is");
  if (text_in(*slot, "state") != "open") {
    throw Error(Category::conflict, "slot_closed", "the slot is " + text_in(*slot, "state"), {},
                {{"slot_id", slot_id_}});
  }
  place_ = *count->as_int64();
  if (options_.worker.empty()) options_.worker = text_in(*slot, "worker_id");
  context_.diagnostics.info("resumed", "the slot has " + std::to_string(place_) + " BitBlocks");
}

Exit SlotStream::run(InterruptibleInput& input) {
  if (options_.slot.empty()) open();
  try {
    if (!options_.slot.empty()) resume();
    return submit_and_close(input);
  } catch (const Error& fault) {
    std::vector<Detail> details = fault.details();
    std::erase_if(details, [](const Detail& detail) { return detail.name == "slot_id"; });
    details.push_back({"slot_id", slot_id_});
    details.push_back({"durable_events", durable_.load()});
    const bool is_over = fault.code() == "slot_closed" || fault.category() == Category::not_found;
    const std::string hint =
        is_over ? fault.hint()
                : (fault.hint().empty() ? "" : fault.hint() + "; ") + "go on with --slot " + slot_id_;
    throw Error(fault.category(), fault.code(),
                fault.message() + "; " + std::to_string(durable_.load()) +
                    " events of this run are durable in " + slot_id_,
                hint, std::move(details));
  }
}

Exit SlotStream::submit_and_close(InterruptibleInput& input) {
  Bulk bulk{arguments_, context_, {}};
  bulk.descriptor = input.descriptor();
  // Events follow each other, so against a local network blocks of lines do, too.
  bulk.threads = connection_.is_local() ? 1 : options_.in_flight;
  bulk.block_bytes = connection_.is_local() ? kStreamBlockBytes : kRemoteBlockBytes;
  bulk.make_block_worker = [this](bool bare, BulkTally& tally) -> BulkBlockWorker {
    return [this, bare, &tally](std::span<const Line> lines, std::string& out) {
      const Target target{bare, tally, out};
      if (connection_.is_local()) {
        submit_lines(lines, target);
      } else {
        submit_each(lines, target);
      }
    };
  };
  bulk.last_line = [this, &input](bool bare, std::string& out) {
    if (input.fault() != 0) throw system_error("cannot read standard input", input.fault());
    finish(bare, out);
  };
  const Exit exit = bulk.run();
  if (input.signal() == SIGINT) return Exit::interrupted;
  return input.signal() == SIGTERM ? Exit::terminated : exit;
}

void SlotStream::submit_lines(std::span<const Line> lines, const Target& target) {
  while (!lines.empty()) {
    const auto part = lines.first(std::min(lines.size(), sbn::kMaxBulkLines));
    submit_block(part, target);
    lines = lines.subspan(part.size());
  }
}

void SlotStream::submit_block(std::span<const Line> lines, const Target& target) {
  json::Arena arena;
  json::Parser parser;
  const std::string metadata = json::to_compact(metadata_of(options_.worker, arena));
  std::string body;
  std::vector<std::optional<Error>> faults(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    try {
      const std::size_t start = body.size();
      const json::Value payload = payload_of(lines[i], parser, arena);
      body += R"({"payload":)";
      try {
        json::write_compact(payload, body);
      } catch (...) {
        body.resize(start);
        throw;
      }
      body.append(R"(,"metadata":)").append(metadata).append("}\n");
    } catch (const Error& fault) {
      faults[i] = fault;
    }
  }
  std::string answers;
  if (!body.empty()) {
    http::Query query;
    query.add("slot_id", slot_id_).add("place", std::to_string(place_));
    query.add("block_type", kActionType).add("domain", options_.domain);
    answers = sbn::bitblocks::submit_lines(connection_.client(), query.text(), std::move(body));
  }
  std::string_view rest = answers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (faults[i]) {
      put_fault(*faults[i], lines[i], target.bare, target.tally, target.out);
      continue;
    }
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos)
      throw Error(Category::unreachable, "bad_response", "the network answered too few lines");
    const std::string_view answer = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const json::Value value = parser.parse(answer, arena);
    if (answer.starts_with(kFault)) {
      put_fault(fault_of(value), lines[i], target.bare, target.tally, target.out);
    } else {
      put(value, target.bare, target.out);
      ++place_;
      ++durable_;
    }
  }
}

void SlotStream::submit_each(std::span<const Line> lines, const Target& target) {
  for (const Line& line : lines) {
    json::Arena arena;
    json::Parser parser;
    try {
      sbn::bitblocks::BitBlock bitblock{slot_id_, std::string(kActionType), options_.domain,
                                        payload_of(line, parser, arena)};
      bitblock.metadata = metadata_of(options_.worker, arena);
      const json::Document answer = sbn::bitblocks::submit(connection_.client(), bitblock);
      ++durable_;
      put(answer.root, target.bare, target.out);
    } catch (const Error& fault) {
      if (!is_of_one_event(fault)) throw;
      put_fault(fault, line, target.bare, target.tally, target.out);
    }
  }
}

// The end of the slot as one more line: {"close": {…}, "attestation": {…} or null}.
void SlotStream::finish(bool bare, std::string& out) {
  const json::Document closed = sbn::gateway::close_slot(connection_.client(), slot_id_);
  const json::Document attested = options_.attest ? attest(closed.root) : json::Document();
  const std::string id = first_text(options_.attest ? attested.root : closed.root, {"receipt_id", "id"});
  context_.diagnostics.info("closed", slot_id_ + " is closed, its receipt is " + id);
  if (bare) {
    out += printable(id) + "\n";
    return;
  }
  json::Arena arena;
  const json::Value end =
      json::ObjectBuilder(arena).add("close", closed.root).add("attestation", attested.root).done();
  json::write_compact(end, out, json::Text::ascii);
  out += '\n';
}

json::Document SlotStream::attest(const json::Value& closed) const {
  sbn::gateway::Attestation attestation;
  attestation.slot_id = slot_id_;
  attestation.snap_hash = options_.snap_hash.value_or(first_text(closed, {"merkle_root", "snapchore_hash"}));
  attestation.frontier_id = options_.frontier;
  if (attestation.snap_hash.empty()) {
    throw Error(Category::usage, "no_snap_hash", "the network does not say what the slot came to",
                "the slot is closed: sbn gateway attest " + slot_id_ + " HASH");
  }
  return sbn::gateway::request_attestation(connection_.client(), attestation);
}

}  // namespace agentnet::commands
