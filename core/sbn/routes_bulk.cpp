// The local network's own way of sealing many: NDJSON in, NDJSON out, one commit.
//
//   POST /internal/agentnet/seals?domain=&block_type=&chain_id=&run_id=&first_line=
//     a payload a line, at most kMaxBulkLines lines; line N of the answer is the sealed block of line N, or
//     {"error":{…}}. With run_id the lines are a step of a run (run_steps.hpp).
//   GET  /internal/agentnet/seals/{run_id}?line=
//     {"durable_lines":N,"answers":[…]}: how much of a run is durable, and the answers from a line on to the
//     end of its step.
#include "core/json/write.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/run_steps.hpp"
#include "core/sbn/types.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kNdjson = "application/x-ndjson";

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (lines.size() > kMaxBulkLines) {
    throw Error(Category::usage, "too_large",
                "a bulk request has at most " + std::to_string(kMaxBulkLines) + " lines");
  }
  return lines;
}

// What becomes of the lines: seals in order, and the answers to all of them, written before the seals are,
// so that the store's writer does not have to.
struct Prepared {
  SealGroup group;
  std::string answers;
  std::string faults;  // as in a RunStep
  std::int64_t lines = 0;
};

Prepared prepare(Service& service, const Call& call, std::string_view body) {
  const http::Exchange& exchange = *call.exchange;
  SealRequest request;
  request.domain = exchange.query("domain").value_or(request.domain);
  request.block_type = exchange.query("block_type").value_or(request.block_type);
  Prepared prepared;
  prepared.group.tenant_id = call.tenant();
  prepared.group.chain_id = exchange.query("chain_id").value_or("");
  json::Arena arena;
  json::Parser parser;
  for (const std::string_view line : split_lines(body)) {
    try {
      request.payload = parser.parse(line, arena);
      prepared.group.seals.push_back(service.prepare(call.tenant(), request));
      prepared.answers += sealed_block(prepared.group.seals.back());
    } catch (const Error& error) {
      const std::string fault = http::write_error(error).body;
      prepared.faults += std::to_string(prepared.lines) + ' ' + fault + '\n';
      prepared.answers += fault;
    }
    prepared.answers += '\n';
    ++prepared.lines;
    arena.reset();
  }
  if (const auto run = exchange.query("run_id")) {
    if (!is_run_id(*run)) throw Error(Category::usage, "bad_parameter", "run_id is not an id of a run");
    prepared.group.step = RunStep{*run, exchange.query_number("first_line", 1, 1, std::int64_t{1} << 53),
                                  prepared.lines, prepared.faults};
  }
  return prepared;
}

void seal_lines(const Routes& routes, const std::shared_ptr<http::Exchange>& exchange) {
  Call call;
  call.caller = routes.authenticator.authenticate(exchange->request().headers);
  call.caller.require(auth::kScopeSeal);
  call.exchange = exchange;
  Prepared prepared = prepare(routes.service, call, exchange->request().body);
  Service& service = routes.service;
  service.bounds().check(call.tenant(), true, prepared.lines);
  const auto answers = std::make_shared<std::string>(std::move(prepared.answers));
  service.seal(std::move(prepared.group),
               [&service, exchange, answers, caller = call.caller](const SealOutcome& outcome) {
                 exchange->answer([&] {
                   if (outcome.fault) std::rethrow_exception(outcome.fault);
                   service.usage().add(caller.tenant, caller.credential_id, Metered::snapchore_event,
                                       static_cast<std::int64_t>(outcome.seals.size()));
                   return http::Response{200, {{"Content-Type", std::string(kNdjson)}}, std::move(*answers)};
                 });
               });
}

void read_run(const Routes& routes, const Call& call) {
  const std::string& run = call.exchange->path_value("run_id");
  const std::int64_t line = call.exchange->query_number("line", 1, 1, std::int64_t{1} << 53);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder answers(arena);
    for (const LineAnswer& answer : answers_from(connection, call.tenant(), run, line)) {
      const std::string text = answer.fault.empty() ? sealed_block(answer.seal) : answer.fault;
      answers.add(json::Parser().parse(arena.copy(text), arena));
    }
    return json::ObjectBuilder(arena)
        .add_integer("durable_lines", durable_lines(connection, call.tenant(), run))
        .add("answers", answers.done())
        .done();
  });
}

}  // namespace

void add_bulk_routes(const Routes& routes) {
  // The body is not JSON, so this is no add_call.
  routes.router.add(
      "POST", "/internal/agentnet/seals",
      [routes](const std::shared_ptr<http::Exchange>& exchange) { seal_lines(routes, exchange); });
  add_call(routes, "GET", "/internal/agentnet/seals/{run_id}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { read_run(routes, *call); });
}

}  // namespace agentnet::sbn
