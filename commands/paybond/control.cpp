// paybond control: intents, receipts, policy, spending and denials of the tenant, seen at one time.
#include "commands/input.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/dev.hpp"
#include "commands/paybond/house.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_intents.hpp"
#include "core/paybond/policy_yaml.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPolicyFile = "paybond.policy.yaml";
constexpr std::size_t kMaxPolicyBytes = 1024 * 1024;
constexpr std::int64_t kDefaultLimit = 10;
constexpr std::int64_t kMostLimit = 200;
constexpr std::string_view kNext[] = {"paybond status", "paybond intents list", "paybond ledger tip"};
constexpr std::string_view kNote =
    "What is left of an intent: paybond spend budget-remaining --intent-id UUID --operation NAME "
    "--requested-spend-cents N";

using Names = std::span<const std::string_view>;

// The list in an answer; empty when there is none.
std::span<const json::Value> items_of(const json::Value& answer, std::string_view name) {
  const json::Value* list = answer.find(name);
  return list != nullptr && list->is_array() ? list->items() : std::span<const json::Value>();
}

// These members of an object, null where it lacks one.
json::ObjectBuilder picked(const json::Value& object, Names names, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  for (const std::string_view name : names) {
    const json::Value* value = object.find(name);
    out.add(name, value == nullptr ? json::Value() : *value);
  }
  return out;
}

json::Value picked_list(std::span<const json::Value> items, Names names, json::Arena& arena) {
  json::ArrayBuilder out(arena);
  for (const json::Value& item : items)
    out.add(picked(item, names, arena).done());
  return out.done();
}

constexpr std::string_view kDecision[] = {"id",        "intent_id", "operation",       "amount_cents",
                                          "currency",  "outcome",   "remaining_cents", "reason_codes",
                                          "tool_name", "created_at"};

constexpr std::string_view kReservation[] = {"id",       "intent_id", "amount_cents",
                                             "currency", "status",    "expires_at"};
constexpr std::string_view kIntentRest[] = {"amount_cents", "created_at"};
constexpr std::string_view kSpendPolicy[] = {"source", "configured", "mode", "policy_version", "updated_at"};

// What was asked, which the values below point into.
struct Seen {
  paybond::Principal principal;
  json::Document intents = {};
  json::Document receipts = {};
  json::Document decisions = {};
  json::Document reservations = {};
  json::Document policy = {};
};

json::Document get(PaybondConnection& connection, const std::string& target) {
  return std::move(connection.unbound().ask({.target = target, .names_tenant = false}).document);
}

Seen look(PaybondConnection& connection, std::int64_t limit) {
  const std::string most = "limit=" + std::to_string(limit);
  const std::string controls = "/v1/admin/spend-controls/";
  Seen seen{.principal = connection.principal()};
  seen.intents = paybond::list_intents(connection.unbound(), {.limit = limit});
  seen.receipts = get(connection, "/protocol/v2/agent-receipts?" + most);
  seen.decisions = get(connection, controls + "decisions?" + most);
  seen.reservations = get(connection, controls + "reservations?status=active&" + most);
  seen.policy = get(connection, controls + "policy");
  return seen;
}

json::Value intents_panel(const Seen& seen, json::Arena& arena) {
  json::ArrayBuilder panel(arena);
  for (const json::Value& intent : items_of(seen.intents.root, "intents")) {
    const std::string id = text_among(intent, {"intent_id"});
    const std::string status = text_among(intent, {"status", "state"});
    json::ObjectBuilder row(arena);
    row.add("intent_id", std::string_view(id)).add("status", std::string_view(status));
    for (const json::Member& member : picked(intent, kIntentRest, arena).done().members())
      row.add(member);
    panel.add(row.done());
  }
  return panel.done();
}

json::Value receipts_panel(const Seen& seen, json::Arena& arena) {
  json::ArrayBuilder panel(arena);
  for (const json::Value& receipt : items_of(seen.receipts.root, "items")) {
    json::ObjectBuilder row(arena);
    for (const json::Member& member : receipt.members())
      row.add(member);
    panel.add(row.add("source", "gateway").done());
  }
  return panel.done();
}

// The policy of this folder, which the network knows nothing of.
json::Value policy_panel(const std::string& file, const Context& context, json::Arena& arena) {
  json::ObjectBuilder panel(arena);
  panel.add("path", std::string_view(absolute_path(file)));
  std::string text;
  try {
    text = context.files.read(file, kMaxPolicyBytes);
  } catch (const Error& fault) {
    if (fault.category() != Category::not_found) throw;
    return panel.add_boolean("present", false).add("source", "local_file").done();
  }
  panel.add_boolean("present", true)
      .add("source", "local_file")
      .add_integer("bytes", static_cast<std::int64_t>(text.size()));
  const json::Document policy = naming(file, [&] { return paybond::read_yaml(text); });
  const std::string name = policy.root.is_object() ? text_among(policy.root, {"name"}) : std::string();
  return panel.add("name", std::string_view(name)).done();
}

// Of the newest decision that says so.
json::Value latest_remaining(const Seen& seen) {
  for (const json::Value& decision : items_of(seen.decisions.root, "items")) {
    const json::Value* cents = decision.find("remaining_cents");
    if (cents != nullptr && cents->is_integer()) return *cents;
  }
  return {};
}

json::Value spend_panel(const Seen& seen, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("source", "gateway")
      .add("decisions", picked_list(items_of(seen.decisions.root, "items"), kDecision, arena))
      .add("active_reservations", picked_list(items_of(seen.reservations.root, "items"), kReservation, arena))
      .add("policy", picked(seen.policy.root, kSpendPolicy, arena).done())
      .add("latest_remaining_cents", latest_remaining(seen))
      .add("note", kNote)
      .done();
}

json::Value denials_panel(const Seen& seen, json::Arena& arena) {
  json::ArrayBuilder panel(arena);
  for (const json::Value& decision : items_of(seen.decisions.root, "items")) {
    if (text_among(decision, {"outcome"}) == "deny") panel.add(picked(decision, kDecision, arena).done());
  }
  return panel.done();
}

json::Value limitations(const Seen& seen, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  if (items_of(seen.receipts.root, "items").empty()) list.add("no agent receipts yet for this tenant");
  if (items_of(seen.decisions.root, "items").empty())
    list.add("no spend authorization decisions yet for this tenant");
  return list.done();
}

// A heading for each panel, with a line for each of its rows.
std::string text_of(const json::Value& panels, const Seen& seen) {
  const auto rows = [&](const json::Value* list, std::initializer_list<std::string_view> names) {
    std::string text;
    for (const json::Value& row : list->items()) {
      for (const std::string_view name : names) {
        const json::Value* value = row.find(name);
        const bool has = value != nullptr && (value->is_string() || value->is_number());
        text += "  " + printable(has ? value->text() : std::string_view("-"));
      }
      text += "\n";
    }
    return text.empty() ? "  none\n" : text;
  };
  const json::Value& spend = *panels.find("spend");
  const json::Value& policy = *panels.find("policy");
  const bool present = policy.find("present")->as_boolean();
  return "tenant " + printable(seen.principal.tenant_id) + "\nintents\n" +
         rows(panels.find("intents"), {"intent_id", "status", "amount_cents"}) + "receipts\n" +
         rows(panels.find("receipts"), {"receipt_id", "scope"}) + "policy\n  " +
         printable(text_among(policy, {"path"})) + (present ? "" : " (not there)") + "\nreserved\n" +
         rows(spend.find("active_reservations"), {"intent_id", "amount_cents", "currency"}) + "denied\n" +
         rows(panels.find("denials"), {"intent_id", "operation", "amount_cents"});
}

Exit run_control(const Arguments& arguments, Context& context) {
  const std::int64_t limit = arguments.number("--limit", 1, kMostLimit).value_or(kDefaultLimit);
  const std::string file = arguments.find("--policy-file").value_or(std::string(kPolicyFile));
  json::Arena arena;
  const json::Value policy = policy_panel(file, context, arena);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Seen seen = look(connection, limit);
    json::ArrayBuilder next(arena);
    for (const std::string_view command : kNext)
      next.add(command);
    const json::Value panels = json::ObjectBuilder(arena)
                                   .add("intents", intents_panel(seen, arena))
                                   .add("receipts", receipts_panel(seen, arena))
                                   .add("policy", policy)
                                   .add("spend", spend_panel(seen, arena))
                                   .add("denials", denials_panel(seen, arena))
                                   .done();
    const std::string environment = text_among(seen.principal.answer.root, {"environment"});
    const json::Value data = json::ObjectBuilder(arena)
                                 .add("mode", "snapshot")
                                 .add("tenant_id", std::string_view(seen.principal.tenant_id))
                                 .add("environment", std::string_view(environment))
                                 .add("gateway", std::string_view(connection.place()))
                                 .add("trace_url", std::string_view(dashboard_url(kDashboardPort)))
                                 .add("panels", panels)
                                 .add("generated_at", std::string_view(iso_zulu(context.clock.now())))
                                 .add("limitations", limitations(seen, arena))
                                 .add("active_panel", "intents")
                                 .add("next_commands", next.done())
                                 .done();
    show(connection, arguments, context,
         {.command = "control", .data = data, .id = seen.principal.tenant_id, .text = text_of(panels, seen)});
    return Exit::done;
  });
}

constexpr Option kOptions[] = {
    {.name = "--once", .help = "look once, which is what it always does here"},
    {.name = "--policy-file",
     .value = "FILE",
     .help = "the policy to look for",
     .fallback = "paybond.policy.yaml",
     .completes = Completes::files},
    {.name = "--limit", .value = "N", .help = "the most of each, 1 to 200", .fallback = "10"}};
constexpr Example kExamples[] = {
    {"paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 -o quiet && paybond "
     "control --once",
     "what there is, at a glance"}};
constexpr std::string_view kSeeAlso[] = {"paybond status", "paybond intents list",
                                         "paybond spend budget-remaining"};

}  // namespace

constexpr Command kPaybondControl{
    .name = "control",
    .summary = "Show intents, receipts, policy, spending and denials at a glance",
    .description = "Reads the newest of each from the gateway once, and the policy of this folder.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_control,
};

}  // namespace agentnet::commands
