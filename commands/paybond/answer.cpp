#include "commands/paybond/answer.hpp"

#include "commands/input.hpp"
#include "commands/wire.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxTokenBytes = 64 * 1024;

bool wants_envelope(const Arguments& arguments, const Context& context) {
  if (arguments.has("--jq") || !arguments.text("--json").empty()) return false;
  return context.sink.format() == Format::json || context.sink.format() == Format::yaml;
}

// What of an envelope is not the command's.
struct Around {
  std::string request_id;
  std::vector<std::string> warnings = {};
};

json::Value envelope(const Around& around, std::string_view command, const json::Value& data,
                     json::Arena& arena) {
  json::ArrayBuilder warnings(arena);
  for (const std::string& warning : around.warnings)
    warnings.add(std::string_view(warning));
  return json::ObjectBuilder(arena)
      .add_boolean("ok", true)
      .add("command", command)
      .add("data", data)
      .add("warnings", warnings.done())
      .add("request_id", std::string_view(around.request_id))
      .add("error", json::Value())
      .done();
}

void show_around(const Around& around, const Arguments& arguments, Context& context,
                 const PaybondAnswer& answer) {
  json::Arena arena;
  const json::Value data = answer.secrets ? answer.data : paybond::redact(answer.data, arena);
  if (wants_envelope(arguments, context)) {
    return context.sink.result({envelope(around, answer.command, data, arena), {}, answer.id});
  }
  Result result{data, answer.text, answer.id};
  if (answer.brief.size() > 0 && data.is_object()) {
    const json::Value brief = pick(data, answer.brief, arena);
    if (!brief.members().empty()) result.brief = brief;
  }
  context.sink.result(result);
}

std::string read_token(const std::string& path, Context& context) {
  try {
    return context.files.read(path, kMaxTokenBytes);
  } catch (const Error& fault) {
    throw Error(Category::usage, "bad_input", fault.message(),
                "paybond intents create --token-file FILE keeps one", {{"file", path}});
  }
}

}  // namespace

void show(PaybondConnection& connection, const Arguments& arguments, Context& context,
          const PaybondAnswer& answer) {
  show_around({connection.request_id(), connection.warnings()}, arguments, context, answer);
}

void show_local(const Arguments& arguments, Context& context, const PaybondAnswer& answer,
                const std::string& request_id) {
  show_around({request_id.empty() ? request_id_of(arguments, context) : request_id}, arguments, context,
              answer);
}

void show_list(PaybondConnection& connection, const Arguments& arguments, Context& context,
               const PaybondList& answer) {
  json::Arena arena;
  const json::Value data = paybond::redact(answer.data, arena);
  const json::Value* list = data.find(answer.list);
  const bool whole = arguments.has("--jq") || !arguments.text("--json").empty();
  if (whole || wants_envelope(arguments, context) || list == nullptr || !list->is_array()) {
    return show(connection, arguments, context, {.command = answer.command, .data = answer.data});
  }
  context.sink.begin_rows();
  for (const json::Value& item : list->items()) {
    json::Arena row_arena;
    context.sink.row(
        {item, {}, text_among(item, answer.id_members), false, columns_of(item, answer.columns, row_arena)});
  }
  context.sink.end_rows();
}

std::string required(const Arguments& arguments, std::string_view name, const std::string& hint) {
  const auto value = arguments.find(name);
  if (value && !value->empty()) return *value;
  throw Error(Category::usage, "missing_option", std::string(name) + " is missing", hint);
}

void require_yes(const Arguments& arguments, const Context& context, const std::string& what) {
  if (arguments.has("--yes") || context.dry_run) return;
  throw Error(Category::usage, "confirmation_required", "this will " + what + ", which cannot be undone",
              "--yes says that it is meant");
}

std::string text_among(const json::Value& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const json::Value* member = object.find(name);
    if (member != nullptr && (member->is_string() || member->is_number()) && !member->text().empty()) {
      return std::string(member->text());
    }
  }
  return {};
}

json::Document body_of(const Arguments& arguments, Context& context, std::string_view otherwise) {
  if (arguments.has("--stdin") && arguments.has("--body")) {
    throw Error(Category::usage, "bad_usage", "--body and --stdin exclude each other");
  }
  std::string argument = arguments.has("--stdin") ? "-" : arguments.text("--body");
  if (argument.empty()) argument = otherwise;
  if (argument.empty()) {
    throw Error(Category::usage, "missing_body", "a body is missing",
                "--body FILE gives it, - is standard input");
  }
  const InputText input = read_input(argument, context);
  json::Document body = parse_input(input);
  if (!body.root.is_object()) {
    throw Error(Category::usage, "not_an_object", input.name + ": the body must be a JSON object");
  }
  std::optional<json::Value> repeated;
  (void)json::without_duplicates(body.root, body.arena, &repeated);
  if (repeated) refuse_duplicate(*repeated, input.name);
  return body;
}

void keep_token(const Arguments& arguments, Context& context, const json::Value& answer) {
  const auto path = arguments.find(kTokenFileOption.name);
  if (!path) return;
  const std::string token = text_among(answer, {"capability_token"});
  if (token.empty()) {
    throw Error(Category::refused, "no_token",
                "the answer has no capability token, so " + *path + " was not written");
  }
  context.files.create_private(*path, token);
}

std::string token_of(const Arguments& arguments, Context& context) {
  std::string text = arguments.text("--token");
  if (const auto path = arguments.find(kTokenFileOption.name)) {
    if (!text.empty()) {
      throw Error(Category::usage, "bad_usage", "--token and --token-file exclude each other");
    }
    text = *path == "-" ? read_descriptor(context.input, "standard input", kMaxTokenBytes)
                        : read_token(*path, context);
  }
  const std::string token(paybond::strip(text));
  if (token.empty()) {
    throw Error(Category::usage, "missing_token", "a capability token is missing",
                "--token-file FILE names the file that holds it");
  }
  return token;
}

}  // namespace agentnet::commands
