#include "commands/paybond/login_device.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "commands/patience.hpp"
#include "commands/wire.hpp"
#include "core/paybond/client_login.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kEnvironment = "sandbox";

// A pipe, a socket or a file holds a key; a terminal and /dev/null hold none.
bool is_piped(int input) {
  struct stat status {};
  if (::fstat(input, &status) != 0) return false;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode);
}

void check_environment(const Arguments& arguments) {
  if (arguments.text("--env") != "live") return;
  throw Error(Category::usage, "no_live_login", "a login that is approved gives sandbox keys only",
              "--api-key-file FILE names the file of a live key");
}

std::string request_id(const Arguments& arguments) {
  return call_options_from(arguments).request_id.value_or("");
}

void say_where(const paybond::DeviceLogin& login, const Arguments& arguments, const Context& context) {
  context.diagnostics.ask("approve", "approve this login at: " + login.verification_uri);
  context.diagnostics.ask("user_code", "with the code:         " + login.user_code);
  const bool at_terminal = ::isatty(context.input) == 1 && ::isatty(STDERR_FILENO) == 1;
  if (at_terminal && !arguments.has(kNoOpenOption.name))
    (void)open_in_browser(login.verification_uri, context.environment);
}

}  // namespace

bool waits_for_approval(const Arguments& arguments, const Context& context) {
  return !arguments.has(kApiKeyFileOption.name) && !arguments.has("--no-input") && !is_piped(context.input);
}

http::RemoteOptions login_options(const Arguments& arguments) {
  http::RemoteOptions remote;
  remote.connect_timeout = given_from(arguments).timeout.value_or(network::kDefaultTimeout);
  remote.timeout = remote.connect_timeout;
  return remote;
}

Approval approved_key(const std::string& gateway, const Arguments& arguments, Context& context) {
  check_environment(arguments);
  http::RemoteTransport transport(gateway, login_options(arguments));
  paybond::Attempts attempts;
  attempts.jitter = paybond::jitter_of(context.random);
  const std::string environment(kEnvironment);
  const std::string id = request_id(arguments);
  const paybond::DeviceLogin login = paybond::start_device_login(transport, attempts, environment, id);
  say_where(login, arguments, context);
  Approval approval;
  const paybond::LoginPatience patience{
      .wait =
          [&](paybond::Seconds time) {
            approval.signal = wait_for(std::chrono::ceil<std::chrono::milliseconds>(time));
            return approval.signal == 0;
          },
      .now = [] { return paybond::Seconds(std::chrono::steady_clock::now().time_since_epoch()); }};
  auto key = paybond::await_device_key(transport, login, environment, patience, id);
  if (!key) return approval;
  approval.key = std::move(key->key);
  if (!key->expires_at.empty())
    context.diagnostics.info("expires", "the key is good until " + key->expires_at);
  return approval;
}

Exit show_dry_login(const std::string& gateway, const Arguments& arguments, Context& context) {
  check_environment(arguments);
  const http::Request request =
      paybond::device_start_request(std::string(kEnvironment), request_id(arguments));
  json::Arena arena;
  context.sink.default_to(Format::json);
  context.sink.result(
      {shown_request(request, gateway, arena), {}, request.method + " " + gateway + request.target});
  return Exit::done;
}

}  // namespace agentnet::commands
