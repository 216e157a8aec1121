// agentnet trust
#include "commands/agentnet/trust.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/network/local_network.hpp"
#include "core/network/places.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kKeyIdDigits = 64;

std::string pinned_path(const Context& context) {
  return network::pinned_path(network::config_folder(context.environment));
}

network::TrustList labelled(const std::vector<crypto::PublicKey>& keys) {
  network::TrustList list;
  for (const crypto::PublicKey& key : keys)
    list.push_back({key, "local validator " + std::to_string(list.size() + 1)});
  return list;
}

Exit run_export(const Arguments&, Context& context) {
  network::TrustList list = local_validators(context);
  if (list.size() < network::kValidators) {  // made on first use, like the rest of the network
    const auto network = network::LocalNetwork::open({network::state_folder(context.environment)},
                                                     context.files, context.clock, context.random);
    list = labelled(network->validator_keys());
  }
  json::Arena arena;
  std::string ids;
  for (const network::TrustedValidator& validator : list)
    ids += (ids.empty() ? "" : "\n") + validator.key_id();
  context.sink.result({network::trust_value(list, arena), network::write_trust(list), ids});
  return Exit::done;
}

json::Value row_of(const network::TrustedValidator& validator, std::string_view origin, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("key_id", validator.key_id())
      .add("label", validator.label)
      .add("origin", origin)
      .done();
}

// Those of `list` that are not pinned yet.
network::TrustList missing(const network::TrustList& list, const Context& context) {
  const network::TrustList pinned = pinned_validators(context);
  network::TrustList added;
  for (const network::TrustedValidator& validator : list) {
    const bool known = std::any_of(pinned.begin(), pinned.end(),
                                   [&](const auto& each) { return each.key == validator.key; });
    if (!known) added.push_back(validator);
  }
  return added;
}

Exit run_pin(const Arguments& arguments, Context& context) {
  const network::TrustList list =
      read_trust_input(arguments.text("FILE"), arguments.text("--label"), context);
  const network::TrustList added =
      context.dry_run ? missing(list, context) : network::pin(context.files, pinned_path(context), list);
  json::Arena arena;
  json::ArrayBuilder rows(arena);
  const std::string verb = context.dry_run ? "would pin " : "pinned ";
  std::string text, ids;
  for (const network::TrustedValidator& validator : added) {
    rows.add(row_of(validator, "pinned", arena));
    text +=
        verb + validator.key_id() + (validator.label.empty() ? "" : "  " + printable(validator.label)) + "\n";
    ids += (ids.empty() ? "" : "\n") + validator.key_id();
  }
  const auto already = static_cast<std::int64_t>(list.size() - added.size());
  if (already > 0) text += std::to_string(already) + " of the keys were pinned already\n";
  if (text.empty()) text = "the file names no keys\n";
  const json::Value value = json::ObjectBuilder(arena)
                                .add("file", pinned_path(context))
                                .add("added", rows.done())
                                .add_integer("already_pinned", already)
                                .done();
  context.sink.result({value, text, ids});
  return Exit::done;
}

Exit run_list(const Arguments&, Context& context) {
  const network::TrustList local = local_validators(context);
  const network::TrustList pinned = pinned_validators(context);
  context.sink.begin_rows();
  const auto add = [&](const network::TrustList& list, std::string_view origin) {
    for (const network::TrustedValidator& validator : list) {
      json::Arena arena;
      context.sink.row({row_of(validator, origin, arena), {}, validator.key_id()});
    }
  };
  add(local, "local");
  add(pinned, "pinned");
  context.sink.end_rows();
  return Exit::done;
}

// Why a key that is not pinned cannot be removed.
Error not_pinned(const std::string& id, const Context& context) {
  for (const network::TrustedValidator& validator : local_validators(context)) {
    if (validator.key_id() != id) continue;
    return {Category::conflict, "local_validator", id + " is a validator of the local network and not pinned",
            "its receipts are trusted as long as its key lies in the state folder"};
  }
  return {Category::not_found, "unknown_key", "no pinned key has the id '" + id + "'",
          "'agentnet trust list' shows the ids"};
}

Exit run_remove(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("KEY_ID");
  if (!is_hex(id, kKeyIdDigits)) {
    throw Error(Category::usage, "bad_key_id", "a key id has 64 hexadecimal digits",
                "'agentnet trust list' shows the ids");
  }
  const network::TrustList pinned = pinned_validators(context);
  const bool known =
      std::any_of(pinned.begin(), pinned.end(), [&](const auto& each) { return each.key_id() == id; });
  const bool removed = known && (context.dry_run || network::unpin(context.files, pinned_path(context), id));
  if (!removed) throw not_pinned(id, context);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("key_id", id)
                                .add("file", pinned_path(context))
                                .add_boolean("changed", !context.dry_run)
                                .done();
  context.sink.result({value, (context.dry_run ? "would remove " : "removed ") + id + "\n", id});
  return Exit::done;
}

constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr Exit kRemoveExits[] = {Exit::not_found, Exit::auth, Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"sbn receipts verify", "agentnet trust list"};

constexpr Example kExportExamples[] = {{"agentnet trust export > trust.json", "for others to pin"}};
constexpr Command kExport{
    .name = "export",
    .summary = "Print the trust file of the local validators",
    .description =
        "Whoever pins it, or gives it to 'sbn receipts verify --trust', can check receipts of this local "
        "network without asking it. It holds public keys only; agentnet-receipt(5) has the format.",
    .examples = kExportExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .format = Format::json,
    .run = run_export,
};

constexpr Argument kPinArguments[] = {
    {.name = "FILE",
     .help = "a trust file, or Ed25519 public keys in PEM; - for standard input",
     .completes = Completes::files}};
constexpr Option kPinOptions[] = {
    {.name = "--label", .value = "TEXT", .help = "what lists show a key in PEM as"}};
constexpr Example kPinExamples[] = {
    {"agentnet trust export | agentnet trust pin -", "trust the validators of a network"},
    {"sbn auth signing-key generate v.pem -o quiet && agentnet trust pin v.pem.pub --label partner",
     "trust one key"}};
constexpr Command kPin{
    .name = "pin",
    .summary = "Trust the signatures of these keys on receipts",
    .description =
        "Get the file by a way that you trust: whoever can change it can make receipts. A file with a fault "
        "is refused whole. The keys go to trust.json in the configuration folder, readable by you alone.",
    .arguments = kPinArguments,
    .options = kPinOptions,
    .examples = kPinExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_pin,
};

constexpr Example kListExamples[] = {
    {"agentnet trust export | agentnet trust pin - -o quiet >pinned && agentnet trust list",
     "see whose signatures count"}};
constexpr Command kList{
    .name = "list",
    .summary = "List the keys whose signatures on receipts count",
    .description = "Those of the local network's own validators, and those that were pinned.",
    .examples = kListExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_list,
};

constexpr Argument kRemoveArguments[] = {{.name = "KEY_ID", .help = "the id that the list shows"}};
constexpr Example kRemoveExamples[] = {
    {"sbn auth signing-key generate v.pem -o quiet && agentnet trust remove $(agentnet trust pin v.pem.pub "
     "-o quiet)",
     "pin a key and forget it again"}};
constexpr Command kRemove{
    .name = "remove",
    .summary = "No longer trust a key that was pinned",
    .arguments = kRemoveArguments,
    .examples = kRemoveExamples,
    .exits = kRemoveExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_remove,
};

constexpr const Command* kCommands[] = {&kExport, &kPin, &kList, &kRemove};

}  // namespace

network::TrustList local_validators(const Context& context) {
  return labelled(network::read_validator_keys({network::state_folder(context.environment)}, context.files));
}

network::TrustList pinned_validators(const Context& context) {
  return network::read_pinned(context.files, pinned_path(context));
}

network::TrustList read_trust_input(const std::string& file, const std::string& label,
                                    const Context& context) {
  const std::string name = file == "-" ? "standard input" : file;
  std::string text;
  try {
    text = file == "-" ? read_descriptor(context.input, name, network::kMaxTrustBytes)
                       : context.files.read(file, network::kMaxTrustBytes);
  } catch (const Error& error) {
    throw Error(Category::usage, "bad_input", error.message(), "give a trust file or a public key in PEM",
                {{"file", file}});
  }
  return network::read_trust_or_pem(text, name, label);
}

constexpr Command kAgentnetTrust{
    .name = "trust",
    .summary = "Say whose signatures on receipts count",
    .description =
        "A receipt holds when two trusted validators signed it. Trusted are those of the local network and "
        "those that were pinned; keys that a receipt names itself prove nothing.",
    .children = kCommands,
};

}  // namespace agentnet::commands
