// How `paybond` commands show what a network said.
//
// JSON and YAML are the kit's envelope, {"ok", "command", "data", "warnings", "request_id", "error"}; --jq,
// --json=FIELDS and the other formats see `data` alone. Tokens, seeds and keys in it are hidden
// (core/paybond/redaction.hpp).
#pragma once

#include "commands/paybond/connection.hpp"

namespace agentnet::commands {

// One answer of a command. `command` is its words without the program's name.
struct PaybondAnswer {
  std::string_view command;
  json::Value data;
  std::initializer_list<std::string_view> brief = {};  // members that a table shows; none: all
  std::string id = {};                                 // what quiet prints
  bool secrets = false;                                // shows them: of a key that is seen only once
  std::string text = {};                               // what a table prints in its place; empty: a table
};
void show(PaybondConnection& connection, const Arguments& arguments, Context& context,
          const PaybondAnswer& answer);

// The same of a command that asks no network, with the request id that it says, else request_id_of.
void show_local(const Arguments& arguments, Context& context, const PaybondAnswer& answer,
                const std::string& request_id = {});

// A list in an answer: rows of the member `list` outside of JSON and YAML.
struct PaybondList {
  std::string_view command;
  json::Value data;
  std::string_view list;
  std::initializer_list<std::string_view> columns;
  std::initializer_list<std::string_view> id_members;
};
void show_list(PaybondConnection& connection, const Arguments& arguments, Context& context,
               const PaybondList& answer);

// The first of these members that is a text; "" when there is none.
std::string text_among(const json::Value& object, std::initializer_list<std::string_view> names);

// --- what commands take

// The value of an option that must be there. Throws Error usage/missing_option.
std::string required(const Arguments& arguments, std::string_view name, const std::string& hint = {});

// Of a command that cannot be undone, `what` it does ("revoke the API key k"): as with the kit nothing is
// asked. Throws Error usage/confirmation_required without --yes; a dry run needs none.
void require_yes(const Arguments& arguments, const Context& context, const std::string& what);

// The JSON object that --body or another option names (commands/input.hpp), or standard input for --stdin.
// `otherwise` stands in where neither is given; empty: Error usage/missing_body. Throws Error
// usage/not_an_object.
json::Document body_of(const Arguments& arguments, Context& context, std::string_view otherwise = {});

// Keeps the capability token of an answer in the file of --token-file, readable by its owner only, when
// given. Throws Error conflict/exists when there is one already, refused/no_token when the answer has none.
void keep_token(const Arguments& arguments, Context& context, const json::Value& answer);
// The token of --token-file or --token. Throws Error usage/missing_token; usage/bad_input for a file that is
// not there.
std::string token_of(const Arguments& arguments, Context& context);

inline constexpr Option kBodyOption{
    .name = "--body",
    .value = "FILE",
    .help = "the request's body: JSON that begins with {, a file, or - for standard input",
    .completes = Completes::files};
inline constexpr Option kStdinOption{.name = "--stdin", .help = "read the body from standard input"};
inline constexpr Option kTokenFileOption{.name = "--token-file",
                                         .value = "FILE",
                                         .help = "keep the capability token in this new file",
                                         .completes = Completes::files};

inline constexpr Exit kCallExits[] = {Exit::not_found, Exit::auth,        Exit::refused,     Exit::conflict,
                                      Exit::policy,    Exit::unreachable, Exit::verification};

}  // namespace agentnet::commands
