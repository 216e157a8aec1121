// paybond ledger verify
#include <fcntl.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "commands/input.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/verify.hpp"
#include "core/base/line_pipeline.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/ledger_rules.hpp"

namespace agentnet::commands {
namespace {

// What a file holds, piece by piece: entries, pages of them, checkpoints and proofs, with or without the
// envelope that `-o json` puts around an answer.
class LedgerReader {
 public:
  explicit LedgerReader(std::span<const crypto::PublicKey> trusted)
      : trusted_(trusted), ledger_(trusted, {}) {}

  void take(const json::Value& item) {
    if (!verdict_.valid) return;  // the first fault is the one that is told
    if (const json::Value* data = member(item, "data")) return take(*data);
    if (const json::Value* proof = member(item, "proof")) return take_proof(*proof, item);
    if (const json::Value* checkpoint = member(item, "checkpoint")) return take(*checkpoint);
    const json::Value* entries = item.is_array() ? &item : member(item, "entries");
    if (entries != nullptr && entries->is_array()) {
      for (const json::Value& entry : entries->items())
        take(entry);
      return;
    }
    const json::Value* kind = member(item, "kind");
    const bool is_head = kind != nullptr && kind->is_string() && kind->text() == paybond::kCheckpointKind;
    if (!is_head) return take(paybond::examine_entry(item));
    ++checkpoints_;
    verdict_ = ledger_.check(item);
  }

  void take(const paybond::ExaminedEntry& entry) {
    if (!verdict_.valid) return;
    ++entries_;
    verdict_ = ledger_.add(entry);
  }

  bool is_empty() const { return entries_ + checkpoints_ + proofs_ == 0; }
  const paybond::Verdict& verdict() const { return verdict_; }
  const std::string& tenant() const { return ledger_.tenant(); }

  json::Value value(json::Arena& arena) const {
    return json::ObjectBuilder(arena)
        .add_boolean("valid", verdict_.valid)
        .add_or_null("tenant_id", ledger_.tenant())
        .add_integer("entries", ledger_.size())
        .add_integer("checkpoints", checkpoints_)
        .add_integer("proofs", proofs_)
        .add("entry_commitment_hex", std::string_view(hex_lower(ledger_.tip())))
        .add("root_hash_sha256_hex", std::string_view(hex_lower(ledger_.root())))
        .add_boolean("trusted", !trusted_.empty() && verdict_.valid)
        .add_or_null("reason", verdict_.reason)
        .add_or_null("message", verdict_.message)
        .done();
  }

 private:
  static const json::Value* member(const json::Value& item, std::string_view name) {
    const json::Value* value = item.is_object() ? item.find(name) : nullptr;
    return value != nullptr && !value->is_null() ? value : nullptr;
  }

  void take_proof(const json::Value& proof, const json::Value& item) {
    ++proofs_;
    const json::Value none;
    const auto head = [&](std::string_view name) -> const json::Value& {
      const json::Value* value = member(item, name);
      return value == nullptr ? none : *value;
    };
    const bool grows = member(item, "first") != nullptr;
    for (const std::string_view name : grows ? std::vector<std::string_view>{"first", "second"}
                                             : std::vector<std::string_view>{"checkpoint"}) {
      verdict_ = paybond::verify_checkpoint(head(name), trusted_);
      if (!verdict_.valid) return;
    }
    verdict_ = grows ? paybond::verify_ledger_consistency(proof, head("first"), head("second"))
                     : paybond::verify_ledger_inclusion(proof, head("checkpoint"));
  }

  const std::span<const crypto::PublicKey> trusted_;
  paybond::LedgerVerifier ledger_;
  paybond::Verdict verdict_ = paybond::Verdict::yes();
  std::int64_t entries_ = 0, checkpoints_ = 0, proofs_ = 0;
};

// A line of a file: an entry, checked as far as one is by itself, or its text.
struct ReadLine {
  std::int64_t number = 0;
  std::string text = {};
  std::optional<paybond::ExaminedEntry> entry = {};
};

// An entry by itself, not a page, a proof or a checkpoint.
bool is_entry(const json::Value& value) {
  return value.is_object() && value.find("seq") != nullptr && value.find("event") != nullptr &&
         value.find("data") == nullptr && value.find("proof") == nullptr;
}

ReadLine read_line(const Line& line, const std::string& name) {
  if (line.too_long) {
    throw Error(Category::usage, "bad_json",
                name + ", line " + std::to_string(line.number) + ": the line is longer than " +
                    std::to_string(kMaxLineBytes) + " bytes");
  }
  ReadLine read{line.number, std::string(line.text)};
  try {
    json::Arena arena;
    json::Parser parser;
    const json::Value value = parser.parse(line.text, arena);
    if (is_entry(value)) read.entry = paybond::examine_entry(value);
  } catch (const Error&) {
    // Whether that is a fault is known where the lines before it are.
  }
  return read;
}

// A file of one document a line is read line by line, in constant memory; one whose first line is no document
// by itself is one document.
class FileReader {
 public:
  FileReader(LedgerReader& reader, std::string name) : reader_(reader), name_(std::move(name)) {}

  void line(const ReadLine& line) {
    if (whole_) return keep(line.text);
    if (line.entry) {
      any_ = true;
      return reader_.take(*line.entry);
    }
    if (line.text.find_first_not_of(" \t") == std::string::npos) return;
    json::Document document;
    try {
      document = json::parse(line.text);
    } catch (const Error& error) {
      if (any_) {
        throw Error(Category::usage, "bad_json",
                    name_ + ", line " + std::to_string(line.number) + ": " + error.message());
      }
      whole_ = true;
      return keep(line.text);
    }
    any_ = true;
    reader_.take(document.root);
  }

  void end() {
    if (!whole_) return;
    const json::Document document = parse_input({name_, std::move(text_)});
    reader_.take(document.root);
  }

 private:
  void keep(std::string_view text) {
    if (text_.size() + text.size() > json::kMaxDocumentBytes)
      throw Error(Category::usage, "too_large",
                  name_ + " is too large for one document; give one entry a line");
    text_.append(text) += '\n';
  }

  LedgerReader& reader_;
  const std::string name_;
  bool any_ = false;
  bool whole_ = false;
  std::string text_;
};

// Blocks of lines on their way from the threads that examine them to the one that links them.
class Blocks {
 public:
  // Returns the name under which take() finds it.
  std::string put(std::vector<ReadLine> lines) {
    const std::lock_guard hold(mutex_);
    const std::int64_t first = lines.front().number;
    blocks_.emplace(first, std::move(lines));
    return std::to_string(first) + "\n";
  }
  std::vector<ReadLine> take(std::string_view name) {
    const std::lock_guard hold(mutex_);
    auto block = blocks_.extract(std::stoll(std::string(name)));
    return std::move(block.mapped());
  }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::vector<ReadLine>> blocks_;
};

void read_lines(int file, const std::string& name, int threads, FileReader& reader) {
  Blocks blocks;
  LinePipeline pipeline{.descriptor = file, .name = name, .threads = threads, .make_worker = {}, .emit = {}};
  pipeline.make_block_worker = [&]() -> BlockWorker {
    return [&](std::span<const Line> lines, std::string& out) {
      std::vector<ReadLine> read;
      for (const Line& line : lines)
        read.push_back(read_line(line, name));
      out += blocks.put(std::move(read));
    };
  };
  pipeline.emit = [&](std::string_view block, std::int64_t) {
    for (const ReadLine& line : blocks.take(block))
      reader.line(line);
  };
  pipeline.run();
}

void read_file(const std::string& path, LedgerReader& reader, int threads, const Context& context) {
  const bool is_input = path == "-";
  const int file = is_input ? context.input : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const Error fault = system_error("cannot read " + path, errno);
    throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", path}});
  }
  const auto close = [&] {
    if (!is_input) ::close(file);
  };
  const std::string name = is_input ? "standard input" : path;
  FileReader lines(reader, name);
  try {
    read_lines(file, name, threads, lines);
  } catch (...) {
    close();
    throw;
  }
  close();
  lines.end();
}

constexpr Option kThreads{
    .name = "--threads", .value = "N", .help = "threads, 1 to 64", .fallback = "one for each core"};

Exit run_verify(const Arguments& arguments, Context& context) {
  const auto keys = trusted_signers(arguments, context);
  LedgerReader reader(keys);
  const std::string path = arguments.text("FILE");
  const auto threads = arguments.number(kThreads.name, 1, kMaxPipelineThreads);
  read_file(path, reader, threads ? static_cast<int>(*threads) : available_cores(), context);
  if (const auto checkpoint = arguments.find("--checkpoint"))
    reader.take(parse_input(read_input(*checkpoint, context)).root);
  if (reader.is_empty()) throw Error(Category::not_found, "nothing_to_verify", path + " holds no entry");
  json::Arena arena;
  context.sink.result({reader.value(arena), {}, reader.verdict().valid ? "valid" : reader.verdict().reason});
  return reader.verdict().valid ? Exit::done : Exit::verification;
}

constexpr Argument kArguments[] = {
    {.name = "FILE",
     .help = "entries, one a line or as the network's answers hold them, or - for standard input",
     .completes = Completes::files}};
constexpr Option kOptions[] = {
    {.name = "--checkpoint",
     .value = "FILE",
     .help = "a checkpoint that must be the head of these entries",
     .completes = Completes::files},
    kTrustFileOption,
    kTrustedKeyOption,
    kThreads,
};
constexpr Example kExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond ledger events --follow --max-wait 0 -o jsonl > ledger.jsonl && "
                           "paybond ledger verify ledger.jsonl",
     "check what happened, without the network"},
    {AGENTNET_INTENT_IN_ID "paybond ledger prove 1 -o json > proof.json && paybond ledger verify proof.json"
                           " --trusted-key $(paybond ledger authority -o quiet)",
     "check that an entry is in the ledger of a known key"},
};
constexpr Exit kExits[] = {Exit::not_found, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond ledger events", "paybond ledger prove",
                                         "paybond ledger authority"};

}  // namespace

constexpr Command kPaybondLedgerVerify{
    .name = "verify",
    .summary = "Check a ledger, or proofs from it, without asking the network",
    .description =
        "Every entry must follow the one before, be what its commitment says and be signed by one and the "
        "same key; with --trust or --trusted-key only the keys named there count. A checkpoint, in the file "
        "or by --checkpoint, must be the head of the entries before it. A proof of ledger prove is checked "
        "against its checkpoints.\n\n"
        "Entries are read one a line, in constant memory; a file whose first line is not JSON by itself is "
        "one document. The rules are in agentnet-ledger(5).\n\n"
        "Exits with 9 when something does not hold; the reason is then malformed, wrong_tenant, gap, "
        "broken_chain, time_went_back, commitment_mismatch, bad_signature, untrusted_key, wrong_size, "
        "wrong_root, head_mismatch, not_included or not_consistent.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify,
};

}  // namespace agentnet::commands
