// paybond open
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>

#include "commands/paybond/house.hpp"
#include "core/http/message.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kConsole = "http://127.0.0.1:3000";
constexpr std::string_view kDocs = "https://paybond.ai/docs";
constexpr std::int64_t kTracePort = 9477;
constexpr std::int64_t kLastPort = 65'535;
constexpr std::size_t kMaxIdBytes = 512;
constexpr const char* kOpener = "xdg-open";

enum class Id : std::uint8_t { none, optional, needed };

// Below which address a resource lies, and how its id is put behind the path.
struct Resource {
  std::string_view name;
  std::string_view path;
  std::string_view purpose;
  Id id = Id::none;
  std::string_view before_id = {};
};
constexpr Resource kResources[] = {
    {"console", "/console", "the console of a tenant"},
    {"billing", "/console/configuration/billing", "plan and invoices"},
    {"sso", "/console/configuration/identity/sso", "single sign-on"},
    {"scim", "/console/configuration/identity/scim", "provisioning of users"},
    {"intent", "/console/operations/intents", "one intent", Id::needed, "/"},
    {"export", "/console/investigations/compliance-exports", "one audit export", Id::needed, "?job="},
    {"compliance-exports", "/console/investigations/compliance-exports", "the audit exports"},
    {"trace", "", "the runs traced on this machine", Id::optional, "/runs/"},
    {"docs", "/kit", "the documentation of the kit"},
};

const Resource& resource_named(const std::string& name) {
  std::string known;
  for (const Resource& resource : kResources) {
    if (resource.name == name) return resource;
    known += (known.empty() ? "" : ", ") + std::string(resource.name);
  }
  throw Error(Category::usage, "unknown_resource", "there is no resource '" + name + "' to open",
              "one of: " + known);
}

// A base address of the environment, without slashes at its end. Throws Error usage/bad_value.
std::string base_of(const Context& context, std::initializer_list<std::string_view> variables,
                    std::string_view otherwise) {
  for (const std::string_view variable : variables) {
    std::string url = context.environment.get_or_empty(variable);
    if (url.empty()) continue;
    try {
      network::check_value(*network::find_config_key("base_url"), url);
    } catch (const Error& error) {
      throw Error(error.category(), error.code(), std::string(variable) + ": " + error.message());
    }
    while (url.ends_with('/'))
      url.pop_back();
    return url;
  }
  return std::string(otherwise);
}

std::string url_of(const Resource& resource, const Arguments& arguments, const Context& context) {
  const auto id = arguments.find("ID");
  if (!id && resource.id == Id::needed) {
    throw Error(Category::usage, "missing_id", std::string(resource.name) + " needs an id",
                "paybond open " + std::string(resource.name) + " ID");
  }
  if (id && resource.id == Id::none) {
    throw Error(Category::usage, "extra_argument", std::string(resource.name) + " takes no id");
  }
  if (id && (id->empty() || id->size() > kMaxIdBytes)) {
    throw Error(Category::usage, "bad_id", "an id has 1 to " + std::to_string(kMaxIdBytes) + " bytes");
  }
  std::string url;
  if (resource.name == "trace") {
    const std::int64_t port = arguments.number("--port", 1, kLastPort).value_or(kTracePort);
    url = "http://localhost:" + std::to_string(port);
  } else if (resource.name == "docs") {
    url = base_of(context, {"PAYBOND_DOCS_BASE_URL"}, kDocs);
  } else {
    url = base_of(context, {"PAYBOND_CONSOLE_BASE_URL", "PAYBOND_PUBLIC_BASE_URL"}, kConsole);
  }
  url += resource.path;
  if (id) url += std::string(resource.before_id) + http::percent_encode(*id);
  return url;
}

// What a browser's process gets to see: nothing of this program's networks, whose variables hold keys.
std::vector<std::string> environment_of_browser(const Environment& environment) {
  constexpr std::string_view kOwn[] = {"PAYBOND_",  "APP_",       "SBN_", "ATLAS_",
                                       "AGENTNET_", "SNAPCHORE_", "SB_"};
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment.all()) {
    const auto begins = [&name = name](std::string_view prefix) { return name.starts_with(prefix); };
    if (std::none_of(std::begin(kOwn), std::end(kOwn), begins)) variables.push_back(name + "=" + value);
  }
  return variables;
}

}  // namespace

bool open_in_browser(const std::string& url, const Environment& environment) {
  std::vector<std::string> variables = environment_of_browser(environment);
  std::vector<char*> pointers;
  for (std::string& variable : variables)
    pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0);
  std::string name = kOpener;
  std::string address = url;
  char* words[] = {name.data(), address.data(), nullptr};
  pid_t child = 0;
  const int fault = ::posix_spawnp(&child, kOpener, &actions, nullptr, words, pointers.data());
  ::posix_spawn_file_actions_destroy(&actions);
  return fault == 0;
}

namespace {

// Why nothing is opened; "" when something is to be.
std::string why_not(const Arguments& arguments, const Context& context) {
  if (arguments.has("--no-open")) return "browser open skipped (--no-open)";
  if (context.dry_run) return "browser open skipped (--dry-run)";
  return ::isatty(STDOUT_FILENO) == 1 ? "" : "browser open skipped (standard output is no terminal)";
}

Exit run_open(const Arguments& arguments, Context& context) {
  const Resource& resource = resource_named(arguments.text("RESOURCE"));
  const std::string url = url_of(resource, arguments, context);
  std::string skipped = why_not(arguments, context);
  const bool opened = skipped.empty() && open_in_browser(url, context.environment);
  if (skipped.empty() && !opened) skipped = std::string(kOpener) + " is not there to open a browser";
  json::Arena arena;
  json::ArrayBuilder warnings(arena);
  if (!skipped.empty()) warnings.add(std::string_view(skipped));
  const json::Value data = json::ObjectBuilder(arena)
                               .add("resource", resource.name)
                               .add("url", std::string_view(url))
                               .add("purpose", resource.purpose)
                               .add_boolean("opened", opened)
                               .add("note", "the local network has no console")
                               .add("warnings", warnings.done())
                               .done();
  show_local(arguments, context, {.command = "open", .data = data, .id = url, .text = printable(url) + "\n"});
  return Exit::done;
}

constexpr Argument kArguments[] = {
    {.name = "RESOURCE",
     .help = "console, billing, sso, scim, intent, export, compliance-exports, trace or docs"},
    {.name = "ID", .help = "of an intent, an export job or a traced run", .optional = true}};
constexpr Option kOptions[] = {
    kNoOpenOption,
    {.name = "--port", .value = "N", .help = "where the traces of this machine are", .fallback = "9477"},
    kRequestIdOption};
constexpr Example kExamples[] = {
    {"paybond open docs", "print the address; on a terminal also open it"},
    {"paybond open intent 550e8400-e29b-41d4-a716-446655440000 --no-open", "only print it"}};
constexpr std::string_view kSeeAlso[] = {"paybond status"};

}  // namespace

constexpr Command kPaybondOpen{
    .name = "open",
    .summary = "Print the address of a page, and open it on a terminal",
    .description =
        "PAYBOND_CONSOLE_BASE_URL, PAYBOND_PUBLIC_BASE_URL and PAYBOND_DOCS_BASE_URL say where the pages "
        "are. Nothing is asked of them here.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .run = run_open,
};

}  // namespace agentnet::commands
