// agentnet doctor: looks, and makes or repairs nothing.
#include "commands/agentnet/doctor.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "commands/agentnet/trust.hpp"
#include "commands/network_options.hpp"
#include "core/auth/api_key.hpp"
#include "core/base/module.hpp"
#include "core/http/remote.hpp"
#include "core/network/local_network.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"
#include "core/store/session.hpp"
#include "core/store/store_file.hpp"

namespace agentnet::commands {
namespace {

using std::chrono::sys_days;

constexpr std::chrono::milliseconds kServerPatience{2'000};
constexpr int kStoreBusyMilliseconds = 2'000;
constexpr rlim_t kFewOpenFiles = 1'024;   // a server with fewer runs out of connections first
constexpr rlim_t kTooFewOpenFiles = 128;  // the store and the readers alone need some dozens
constexpr auto kClockAhead = std::chrono::minutes(5);
constexpr sys_days kEarliest{std::chrono::year(2026) / 1 / 1};  // nothing of this program is older
constexpr sys_days kLatest{std::chrono::year(2100) / 1 / 1};

struct Finding {
  std::string status = "ok";  // ok, warning, failed
  std::string detail;
};
Finding warning(std::string detail) {
  return {"warning", std::move(detail)};
}
Finding failed(std::string detail) {
  return {"failed", std::move(detail)};
}

constexpr std::string_view kNotMade = "not made yet; the first command that needs it makes it";

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

// --- the state folder
// ----------------------------------------------------------------------------------------

Finding check_folder(const network::StateFolder& folder) {
  struct stat facts {};
  if (::stat(folder.path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return {"ok", folder.path + ": " + std::string(kNotMade)};
    return failed(system_error(folder.path, errno).message());
  }
  const std::string said = folder.path + ", mode " + octal(facts.st_mode);
  if (!S_ISDIR(facts.st_mode)) return failed(folder.path + " is no folder");
  if (::access(folder.path.c_str(), R_OK | W_OK | X_OK) != 0)
    return failed(said + ": this user cannot write it");
  if (facts.st_uid != ::geteuid()) return warning(said + ": it belongs to another user");
  if ((facts.st_mode & 077) != 0) return warning(said + ": chmod 700 " + folder.path);
  return {"ok", said};
}

Finding check_files(const network::StateFolder& folder, const Filesystem& files) {
  std::vector<std::string> paths = {folder.database(), folder.credentials()};
  for (std::size_t number = 1; number <= network::kValidators; ++number)
    paths.push_back(folder.validator(number));
  std::size_t there = 0;
  for (const std::string& path : paths) {
    if (!network::exists(path)) continue;
    ++there;
    if (files.others_may_read(path)) return failed("other users can read " + path + ": chmod 600 it");
    if (::access(path.c_str(), R_OK) != 0)
      return failed(system_error("cannot read " + path, errno).message());
  }
  if (there == 0) return {"ok", std::string(kNotMade)};
  return {"ok", std::to_string(there) + " files, readable by their owner only"};
}

// --- the store
// -----------------------------------------------------------------------------------------------

// Opened past Database, which would make or migrate it. Null when there is none.
std::unique_ptr<store::Session> open_store(const network::StateFolder& folder) {
  if (!network::exists(folder.database())) return nullptr;
  auto session = store::Session::open_reader(folder.database(), kStoreBusyMilliseconds);
  session->begin_reading();  // queries work inside a transaction only
  store::Query id = session->connection().query("PRAGMA application_id");
  if (!id.next() || id.integer(0) != store::kApplicationId) store::refuse_foreign(folder.database());
  return session;
}

Finding check_schema(store::Session& session) {
  const int known = store::newest_version(network::schema());
  session.check_version(known);
  const int version = session.schema_version();
  const std::string said = "version " + std::to_string(version);
  if (version == known) return {"ok", said};
  return warning(said + "; the next command brings it to " + std::to_string(known));
}

Finding check_integrity(store::Session& session) {
  store::Query check = session.connection().query("PRAGMA quick_check");
  std::string said = check.next() ? check.text(0) : "no answer";
  std::replace(said.begin(), said.end(), '\n', ' ');
  return said == "ok" ? Finding{"ok", "every page and row is in order"} : failed(said);
}

Finding check_key(const Secret& secret, std::string_view program, const std::string& tenant_id,
                  store::Session& session) {
  const std::string name = "the key of " + std::string(program);
  const auto key = auth::find_api_key(session.connection(), auth::api_key_hash(as_text(secret.expose())));
  if (!key) return warning("the store does not know " + name + "; the next command makes a new one");
  if (key->revoked_at) return warning(name + " is revoked; the next command makes a new one");
  if (key->tenant_id != tenant_id) return failed(name + " is of another tenant");
  return {"ok", "..." + key->last4};
}

Finding check_credentials(const network::StateFolder& folder, const Filesystem& files,
                          store::Session& session) {
  if (!network::exists(folder.credentials())) return warning("missing; the next command makes new ones");
  std::string text = files.read(folder.credentials(), network::kMaxStateFileBytes);
  const network::Credentials credentials = network::read_credentials(text, folder.credentials());
  wipe(text);
  Finding sbn = check_key(credentials.sbn_key, "sbn", credentials.tenant_id, session);
  if (sbn.status != "ok" || credentials.paybond_key.empty()) return sbn;
  const Finding paybond = check_key(credentials.paybond_key, "paybond", credentials.tenant_id, session);
  if (paybond.status != "ok") return paybond;
  return {"ok", "keys " + sbn.detail + " and " + paybond.detail + " of tenant " + credentials.tenant_id};
}

Finding check_validators(const network::StateFolder& folder, const Filesystem& files) {
  const std::size_t count = network::read_validator_keys(folder, files).size();
  if (count == network::kValidators) return {"ok", std::to_string(count) + " keys"};
  if (count == 0 && !network::exists(folder.database())) return {"ok", std::string(kNotMade)};
  return warning(std::to_string(count) + " of " + std::to_string(network::kValidators) +
                 " keys; the next command makes those that are missing, and who trusted the old ones must "
                 "pin them");
}

// --- around it
// -----------------------------------------------------------------------------------------------

Finding check_server(const network::StateFolder& folder, const Filesystem& files) {
  const auto server = network::find_server(folder, files);
  if (!server) return {"ok", "none runs; commands use the embedded network"};
  http::RemoteOptions options;
  options.connect_timeout = kServerPatience;
  options.timeout = kServerPatience;
  const http::Response answer =
      http::RemoteTransport(server->base_url, options).send({"GET", "/readyz", {}, {}});
  const std::string said = server->base_url + ", process " + std::to_string(server->pid);
  if (answer.status != 200) return failed(said + ": /readyz answers " + std::to_string(answer.status));
  return {"ok", said + ", is ready"};
}

Finding check_configuration(const Arguments& arguments, const Context& context) {
  const network::Settings settings = network::resolve(network::kSbn, given_from(arguments),
                                                      context.environment, context.files, context.input);
  if (!settings.warnings.empty()) return warning(settings.warnings.front());
  const std::string where = settings.is_local() ? "the local network"
                            : settings.base_url ? settings.base_url->value
                                                : std::string(network::kSbn.hosted);
  return {"ok", "profile " + settings.profile.value + "; commands go to " + where};
}

Finding check_trust(const Context& context) {
  const std::size_t count = pinned_validators(context).size();
  return {"ok", count == 0 ? "no pinned keys" : std::to_string(count) + " pinned keys"};
}

Finding check_module(const std::string& name) {
  const Module module(name);
  return {"ok", name + ".so loads"};
}

Finding check_clock(const network::StateFolder& folder, const Clock& clock) {
  const Instant now = clock.now();
  const std::string said = iso_seconds(now);
  if (now < kEarliest || now >= kLatest)
    return failed(said + " cannot be; tokens and receipts will be wrong");
  struct stat facts {};
  if (::stat(folder.database().c_str(), &facts) == 0) {
    const Instant written{std::chrono::seconds(facts.st_mtim.tv_sec)};
    if (written > now + kClockAhead)
      return warning(said + ", but the store was written at " + iso_seconds(written));
  }
  return {"ok", said};
}

Finding check_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return failed(system_error("getrlimit", errno).message());
  if (limit.rlim_cur == RLIM_INFINITY) return {"ok", "no limit"};
  const std::string said = std::to_string(limit.rlim_cur);
  if (limit.rlim_cur < kTooFewOpenFiles) return failed(said + " is too few: ulimit -n 4096");
  if (limit.rlim_cur < kFewOpenFiles) return warning(said + " is few for a server: ulimit -n 4096");
  return {"ok", said};
}

// --- the command
// ---------------------------------------------------------------------------------------------

// Prints a row for each check; what a check throws is what it found.
class Report {
 public:
  explicit Report(Sink& sink) : sink_(sink) { sink_.begin_rows(); }

  template <typename Check>
  bool add(std::string_view name, const Check& check) {
    Finding finding;
    try {
      finding = check();
    } catch (const Error& error) {
      finding = failed(error.message());
    }
    json::Arena arena;
    const json::Value row = json::ObjectBuilder(arena)
                                .add("check", name)
                                .add("status", finding.status)
                                .add("detail", without_keys(finding.detail))
                                .done();
    sink_.row({row, {}, std::string(name) + " " + finding.status});
    const bool good = finding.status != "failed";
    if (!good) exit_ = Exit::failed;
    return good;
  }
  Exit finish() {
    sink_.end_rows();
    return exit_;
  }

 private:
  Sink& sink_;
  Exit exit_ = Exit::done;
};

void check_store(Report& report, const network::StateFolder& folder, const Context& context) {
  std::unique_ptr<store::Session> session;
  const bool opens = report.add("store", [&]() -> Finding {
    session = open_store(folder);
    return {"ok", folder.database() + (session ? " opens" : ": " + std::string(kNotMade))};
  });
  const auto inside = [&](std::string_view name, const auto& check) {
    report.add(name, [&]() -> Finding {
      if (session) return check();
      return opens ? Finding{"ok", std::string(kNotMade)} : warning("not checked: the store does not open");
    });
  };
  inside("schema", [&] { return check_schema(*session); });
  inside("integrity", [&] { return check_integrity(*session); });
  inside("credentials", [&] { return check_credentials(folder, context.files, *session); });
}

Exit run_doctor(const Arguments& arguments, Context& context) {
  const auto folder =
      network::StateFolder::at(network::state_folder(context.environment, arguments.find("--state")));
  Report report(context.sink);
  report.add("state_folder", [&] { return check_folder(folder); });
  report.add("state_files", [&] { return check_files(folder, context.files); });
  check_store(report, folder, context);
  report.add("validators", [&] { return check_validators(folder, context.files); });
  report.add("server", [&] { return check_server(folder, context.files); });
  report.add("configuration", [&] { return check_configuration(arguments, context); });
  report.add("trust", [&] { return check_trust(context); });
  report.add("module_jq", [] { return check_module("agentnet-jq"); });
  report.add("module_curl", [] { return check_module("agentnet-curl"); });
  report.add("clock", [&] { return check_clock(folder, context.clock); });
  report.add("open_files", [] { return check_open_files(); });
  return report.finish();
}

constexpr Option kOptions[] = {{.name = "--state",
                                .value = "DIR",
                                .help = "where the data is kept",
                                .environment = "AGENTNET_STATE_DIR",
                                .completes = Completes::files}};
constexpr Example kExamples[] = {{"agentnet doctor", "look at everything"},
                                 {R"(agentnet doctor --jq 'select(.status != "ok")')", "only what is wrong"}};
constexpr std::string_view kSeeAlso[] = {"agentnet status", "agentnet config list"};

}  // namespace

constexpr Command kAgentnetDoctor{
    .name = "doctor",
    .summary = "Check whether everything is in order for the local network",
    .description =
        "One row a check: ok, warning or failed. Looks at the state folder, the store and every page of it, "
        "keys, a running server, the configuration, the modules, the clock and the limit of open files. "
        "Makes, changes and repairs nothing, and shows no secret. Exits with 1 when a check failed.",
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_doctor,
};

}  // namespace agentnet::commands
