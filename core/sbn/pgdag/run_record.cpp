#include "core/sbn/pgdag/run_record.hpp"

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr json::ParseOptions kOptions = {};

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Category::usage, "bad_record", "this is no record of a run: " + what);
}

const json::Value& member(const json::Value& object, std::string_view name, json::Kind kind) {
  const json::Value* found = object.find(name);
  if (found == nullptr || found->kind() != kind) refuse(std::string(name) + " is missing or of a wrong kind");
  return *found;
}

std::string text(const json::Value& object, std::string_view name) {
  return std::string(member(object, name, json::Kind::string).text());
}

Instant time(const json::Value& object, std::string_view name) {
  const auto instant = parse_iso(text(object, name));
  if (!instant) refuse(std::string(name) + " is no time");
  return *instant;
}

ProofArtifact proof_of(const json::Value& value) {
  try {
    return ProofArtifact::from_json(value);
  } catch (const Error& error) {
    refuse(error.message());
  }
}

RecordEntry entry_of(const json::Value& value) {
  if (!value.is_object()) refuse("an entry of the log is no object");
  RecordEntry entry;
  for (const auto& [name, kind] : {std::pair(std::string_view("wait"), RecordEntry::Kind::wait),
                                   std::pair(std::string_view("event"), RecordEntry::Kind::event)}) {
    if (value.find(name) == nullptr) continue;
    entry.kind = kind;
    entry.text = json::to_compact(member(value, name, json::Kind::object));
    return entry;
  }
  entry.round = member(value, "round", json::Kind::integer).as_int64().value_or(-1);
  entry.proof = proof_of(member(value, "proof", json::Kind::object));
  entry.text = json::to_compact(member(value, "outputs", json::Kind::object));
  entry.entry_hash = text(value, "entry_hash");
  return entry;
}

json::Value parsed(const std::string& source, json::Arena& arena) {
  return json::Parser(kOptions).parse(arena.copy(source), arena);
}

json::Value entry_json(const RecordEntry& entry, Profile profile, json::Arena& arena) {
  json::ObjectBuilder object(arena);
  if (entry.kind == RecordEntry::Kind::wait) return object.add("wait", parsed(entry.text, arena)).done();
  if (entry.kind == RecordEntry::Kind::event) return object.add("event", parsed(entry.text, arena)).done();
  return object.add_integer("round", entry.round)
      .add("proof", entry.proof.to_json(profile, arena))
      .add("outputs", parsed(entry.text, arena))
      .add("entry_hash", std::string_view(entry.entry_hash))
      .done();
}

}  // namespace

bool is_record_run_id(std::string_view id) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
  };
  return !id.empty() && id.size() <= kMaxRecordRunIdBytes && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), is_allowed);
}

void RunRecord::add_step(std::int64_t round, const ProofArtifact& proof, std::string outputs) {
  EvidenceEntry entry{chain_id("run", run_id), steps++, proof.proof_hash, proof.step_id, run_id};
  entry.prev_hash = head_hash;
  head_hash = entry.computed_hash();
  log.push_back({RecordEntry::Kind::step, round, proof, std::move(outputs), head_hash});
}

void RunRecord::add_wait(const WaitEvent& event) {
  json::Arena arena;
  log.push_back({RecordEntry::Kind::wait, 0, {}, json::to_compact(event.to_json(arena)), {}});
}

void RunRecord::add_event(std::string event) {
  log.push_back({RecordEntry::Kind::event, 0, {}, std::move(event), {}});
}

void RunRecord::forget_failures() {
  std::vector<RecordEntry> old = std::move(log);
  log.clear();
  steps = 0;
  head_hash.clear();
  for (RecordEntry& entry : old) {
    if (entry.kind != RecordEntry::Kind::step) {
      log.push_back(std::move(entry));
    } else if (entry.proof.succeeded()) {
      add_step(entry.round, entry.proof, std::move(entry.text));
    }
  }
  interruption.reset();
}

std::int64_t RunRecord::next_round() const {
  std::int64_t last = 0;
  for (const RecordEntry& entry : log)
    last = std::max(last, entry.round);
  return last + 1;
}

const RecordEntry* RunRecord::waits() const {
  return !log.empty() && log.back().kind == RecordEntry::Kind::wait ? &log.back() : nullptr;
}

void RunRecord::take(const RunResult& result) {
  status = status_name(result.status);
  merkle_root_hash = result.merkle_root_hash;
  completed_at = result.completed_at;
  final_outputs = result.final_outputs;
}

std::string RunRecord::write() const {
  json::Arena arena;
  json::ObjectBuilder command_list(arena);
  for (const auto& [step, command] : commands)
    command_list.add(arena.copy(step), std::string_view(command));
  json::ArrayBuilder entries(arena);
  for (const RecordEntry& entry : log)
    entries.add(entry_json(entry, profile, arena));
  const auto completed = completed_at ? std::optional(iso_offset(*completed_at)) : std::nullopt;
  const json::Value all =
      json::ObjectBuilder(arena)
          .add("format", kRecordFormat)
          .add("run_id", std::string_view(run_id))
          .add("status", std::string_view(status))
          .add("kernel", profile_name(profile))
          .add("actor", std::string_view(actor))
          .add("domain", std::string_view(domain))
          .add("spec_version", std::string_view(spec_version))
          .add("slot_id", std::string_view(slot_id))
          .add("started_at", std::string_view(iso_offset(started_at)))
          .add("updated_at", std::string_view(iso_offset(updated_at)))
          .add_optional("completed_at", completed)
          .add("merkle_root_hash", std::string_view(merkle_root_hash))
          .add("commands", command_list.done())
          .add("template", parsed(dag, arena))
          .add("inputs", parsed(inputs, arena))
          .add("log", entries.done())
          .add("interruption", interruption ? interruption->to_json(profile, arena) : json::Value())
          .add("final_outputs", parsed(final_outputs, arena))
          .done();
  return json::to_compact(all) + "\n";
}

RunRecord RunRecord::read(std::string_view source) {
  const json::Document document = json::parse(source, kOptions);
  const json::Value& root = document.root;
  if (!root.is_object() || root.find("format") == nullptr) refuse("it has no format");
  if (text(root, "format") != kRecordFormat) refuse("its format is '" + text(root, "format") + "'");
  RunRecord record;
  record.run_id = text(root, "run_id");
  record.status = text(root, "status");
  if (!is_record_run_id(record.run_id)) refuse("run_id is none");
  if (record.status != kRunning) run_status_of(record.status);
  const auto profile = profile_of(text(root, "kernel"));
  if (!profile) refuse("kernel is none");
  record.profile = *profile;
  record.actor = text(root, "actor");
  record.domain = text(root, "domain");
  record.spec_version = text(root, "spec_version");
  record.slot_id = text(root, "slot_id");
  record.started_at = time(root, "started_at");
  record.updated_at = time(root, "updated_at");
  if (const json::Value* completed = root.find("completed_at"); completed != nullptr && !completed->is_null())
    record.completed_at = time(root, "completed_at");
  record.merkle_root_hash = text(root, "merkle_root_hash");
  for (const json::Member& each : member(root, "commands", json::Kind::object).members()) {
    if (!each.value.is_string()) refuse("a command is no text");
    record.commands[std::string(each.name.text())] = std::string(each.value.text());
  }
  record.dag = json::to_compact(member(root, "template", json::Kind::object));
  record.inputs = json::to_compact(member(root, "inputs", json::Kind::object));
  for (const json::Value& entry : member(root, "log", json::Kind::array).items())
    record.log.push_back(entry_of(entry));
  for (const RecordEntry& entry : record.log) {
    if (entry.kind != RecordEntry::Kind::step) continue;
    ++record.steps;
    record.head_hash = entry.entry_hash;
  }
  if (const json::Value* proof = root.find("interruption"); proof != nullptr && !proof->is_null())
    record.interruption = proof_of(*proof);
  if (const json::Value* outputs = root.find("final_outputs"); outputs != nullptr)
    record.final_outputs = json::to_compact(*outputs);
  return record;
}

}  // namespace agentnet::sbn::pgdag
