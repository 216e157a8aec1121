// paybond keys dids list, pin, unpin: which key speaks for a DID in the local network
#include <algorithm>

#include "commands/paybond/answer.hpp"
#include "commands/paybond/house.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/write.hpp"
#include "core/network/trust.hpp"
#include "core/paybond/key_registry.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kDids = "/internal/agentnet/paybond/dids";
constexpr std::int64_t kMostListed = 200;  // of one answer
constexpr std::size_t kPublicKeyBytes = 32;

Error local_only(const std::string& gateway) {
  return {Category::refused, "local_only",
          "keys of DIDs are registered in a local network only, and " + gateway + " is none",
          "without --gateway and without a key the local network of this user is meant"};
}

// Before anything is sent: https is never this machine's own network.
void require_local(const PaybondConnection& connection) {
  if (connection.is_behind_gateway() && connection.place().starts_with("https://")) {
    throw local_only(connection.place());
  }
}

// Asks; who does not know the route is no local network.
json::Document ask(PaybondConnection& connection, const paybond::ClientCall& call) {
  require_local(connection);
  try {
    return connection.unbound().ask(call).document;
  } catch (const Error& error) {
    const bool unknown_route = error.category() == Category::not_found && error.code() != "unknown_did";
    if (unknown_route && connection.is_behind_gateway()) throw local_only(connection.place());
    throw;
  }
}

// 64 hexadecimal digits, or a PEM file. Digits in a file are not taken: that is how a seed is kept, which
// must not be sent as if it were public.
crypto::PublicKey read_public_key(const std::string& text, const Context& context) {
  const auto digits = parse_hex(text);
  if (digits && digits->size() == kPublicKeyBytes) return crypto::PublicKey::from_raw(*digits);
  const std::string name = text == "-" ? "standard input" : text;
  std::string content = text == "-" ? read_descriptor(context.input, name, network::kMaxKeyFileBytes)
                                    : context.files.read(text, network::kMaxKeyFileBytes);
  try {
    network::refuse_private_key(content, name);
    return crypto::PublicKey::from_pem(content);
  } catch (const Error& error) {
    wipe(content);  // it may be a private key
    if (error.code() == "private_key") throw;
    throw Error(error.category(), error.code(), name + ": " + error.message(),
                "the key is 64 hexadecimal digits, or a file with a PEM public key");
  }
}

std::string did_path(const std::string& did) {
  return std::string(kDids) + "/" + http::percent_encode(did);
}

json::Document post_key(PaybondConnection& connection, const std::string& did, const std::string& key,
                        bool replace) {
  json::Arena arena;
  json::ObjectBuilder members(arena);
  members.add("did", std::string_view(did)).add("public_key_hex", std::string_view(key));
  if (replace) members.add_boolean("replace", true);
  const json::Value body = members.done();
  return ask(connection, {.method = "POST",
                          .target = std::string(kDids),
                          .body = json::to_compact(body),
                          .idempotency_key = connection.idempotency_key(),
                          .names_tenant = false});
}

Exit run_list(const Arguments& arguments, Context& context) {
  const std::int64_t limit = arguments.number("--limit", 1, kMostListed).value_or(kMostListed);
  http::Query query = http::Query().add("limit", std::to_string(limit));
  if (const auto cursor = arguments.find("--cursor")) query.add("cursor", *cursor);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer =
        ask(connection, {.target = std::string(kDids) + query.text(), .names_tenant = false});
    show_list(connection, arguments, context,
              {.command = "keys dids list",
               .data = answer.root,
               .list = "dids",
               .columns = {"did", "public_key_hex", "origin", "created_at"},
               .id_members = {"did"}});
    return Exit::done;
  });
}

Exit run_pin(const Arguments& arguments, Context& context) {
  const std::string did = arguments.text("DID");
  paybond::check_did("DID", did);
  const std::string key = hex_lower(read_public_key(arguments.text("KEY"), context).bytes);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    json::Document answer;
    try {
      answer = post_key(connection, did, key, arguments.has("--yes"));
    } catch (const Error& error) {
      if (error.code() != "did_pinned") throw;
      throw Error(Category::conflict, "did_pinned", "another key is pinned for " + did,
                  "--yes replaces it; what the old one signed stays as it is", error.details());
    }
    show(connection, arguments, context,
         {.command = "keys dids pin", .data = answer.root, .id = text_among(answer.root, {"did"})});
    return Exit::done;
  });
}

Exit run_unpin(const Arguments& arguments, Context& context) {
  const std::string did = arguments.text("DID");
  paybond::check_did("DID", did);
  require_yes(arguments, context, "let the next key that signs for " + did + " speak for it");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    (void)ask(connection, {.method = "DELETE", .target = did_path(did), .names_tenant = false});
    json::Arena arena;
    const json::Value data =
        json::ObjectBuilder(arena).add("did", std::string_view(did)).add_boolean("removed", true).done();
    show(connection, arguments, context, {.command = "keys dids unpin", .data = data, .id = did});
    return Exit::done;
  });
}

constexpr std::string_view kText =
    "Nothing in a DID says which key it has: the local network believes the one that is pinned, else the "
    "first one that signs. A hosted gateway has no such list.";
constexpr std::string_view kSeeAlso[] = {"paybond keys generate-seed", "paybond intents create"};
constexpr Argument kDid[] = {{.name = "DID", .help = "a principal, a payee or an agent"}};
constexpr Argument kDidAndKey[] = {{.name = "DID", .help = "a principal, a payee or an agent"},
                                   {.name = "KEY",
                                    .help = "its public key: 64 hexadecimal digits, a PEM file, or - for "
                                            "standard input",
                                    .completes = Completes::files}};
constexpr Option kListOptions[] = {
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "200"},
    {.name = "--cursor", .value = "DID", .help = "the next_cursor of the page before"}};
constexpr Example kListExamples[] = {
    {"paybond keys dids pin did:web:p $(paybond keys generate-seed p.hex -o quiet) -o quiet && "
     "paybond keys dids list",
     "who speaks with which key"}};
constexpr Example kPinExamples[] = {
    {"paybond keys dids pin did:web:p $(paybond keys generate-seed p.hex -o quiet)",
     "make a key and let it speak for a DID"}};
constexpr Example kUnpinExamples[] = {
    {"paybond keys dids pin did:web:p $(paybond keys generate-seed p.hex -o quiet) -o quiet && "
     "paybond keys dids unpin did:web:p --yes",
     "forget which key a DID has"}};

constexpr Command kList{.name = "list",
                        .summary = "List the DIDs whose keys are pinned",
                        .description = kText,
                        .options = kListOptions,
                        .examples = kListExamples,
                        .exits = kCallExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::gateway,
                        .run = run_list};
constexpr Command kPin{.name = "pin",
                       .summary = "Register the key that speaks for a DID",
                       .description = kText,
                       .arguments = kDidAndKey,
                       .examples = kPinExamples,
                       .exits = kCallExits,
                       .see_also = kSeeAlso,
                       .access = Access::writes,
                       .reach = Reach::gateway,
                       .asks = true,
                       .run = run_pin};
constexpr Command kUnpin{.name = "unpin",
                         .summary = "Forget which key speaks for a DID",
                         .description = kText,
                         .arguments = kDid,
                         .examples = kUnpinExamples,
                         .exits = kCallExits,
                         .see_also = kSeeAlso,
                         .access = Access::writes,
                         .reach = Reach::gateway,
                         .asks = true,
                         .run = run_unpin};

constexpr const Command* kCommands[] = {&kList, &kPin, &kUnpin};

}  // namespace

constexpr Command kPaybondKeysDids{
    .name = "dids",
    .summary = "Say which key speaks for a DID in the local network",
    .children = kCommands,
};

}  // namespace agentnet::commands
