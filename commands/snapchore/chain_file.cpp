#include "commands/snapchore/chain_file.hpp"

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/member_text.hpp"

namespace agentnet::commands {
namespace {

[[noreturn]] void no_such_chain(const std::string& path) {
  throw Error(Category::not_found, "no_such_chain", "chain file not found: " + path,
              "make it with: snapchore chain create --output " + path, {{"file", path}});
}

// Puts the file's name before the message, whatever the category.
template <typename Work>
auto in_file(const std::string& path, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(error.category(), error.code(), path + ": " + error.message(), error.hint(), error.details());
  }
}

}  // namespace

AnyChain load_chain(const std::string& path, const Filesystem& files) {
  std::string text;
  try {
    text = files.read(path, kMaxLedgerBytes);
  } catch (const Error& error) {
    if (error.category() == Category::not_found) no_such_chain(path);
    throw;
  }
  return in_file(path, [&]() -> AnyChain {
    json::Arena arena;
    const json::Value ledger = json::Parser().parse(text, arena);
    if (ledger.find("schema_version") != nullptr) return sbn::ChainV2::from_json(ledger);
    return sbn::Chain::from_json(ledger);
  });
}

json::Value ledger_value(const AnyChain& chain, json::Arena& arena) {
  return std::visit([&](const auto& any) { return any.to_json(arena); }, chain);
}

std::string ledger_text(const AnyChain& chain) {
  json::Arena arena;
  return json::to_indented(ledger_value(chain, arena)) + "\n";
}

std::size_t length_of(const AnyChain& chain) {
  return std::visit([](const auto& any) { return any.entries().size(); }, chain);
}

std::optional<std::string> head_of(const AnyChain& chain) {
  return std::visit([](const auto& any) { return any.head_hash(); }, chain);
}

std::string wrong_end(const AnyChain& chain) {
  const auto* v1 = std::get_if<sbn::Chain>(&chain);
  if (v1 == nullptr) return {};
  if (v1->stated_end().length == sbn::Stated::differs) {
    return "the ledger states another length than the " + std::to_string(v1->entries().size()) +
           " entries it has; entries may have been cut off";
  }
  if (v1->stated_end().head_hash == sbn::Stated::differs) {
    return "the ledger states another head_hash than that of its last entry; entries may have been cut off";
  }
  return {};
}

AnyChain change_chain(const std::string& path, const Context& context,
                      const std::function<void(AnyChain&)>& change) {
  std::unique_ptr<FileLock> lock;
  try {
    lock = context.files.lock(path);
  } catch (const Error& error) {
    if (error.category() == Category::not_found) no_such_chain(path);
    throw;
  }
  AnyChain chain = load_chain(path, context.files);
  in_file(path, [&] { change(chain); });
  if (!context.dry_run) context.files.replace(path, ledger_text(chain));
  return chain;
}

}  // namespace agentnet::commands
