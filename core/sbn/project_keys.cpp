#include "core/sbn/project_keys.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/plans.hpp"

namespace agentnet::sbn {
namespace {

void check_frontiers(const ProjectKeyOptions& options) {
  const auto fits = [](const std::string& text) { return !text.empty() && auth::is_short_text(text); };
  const auto& allowed = options.allowed_frontiers;
  const bool default_fits = !options.default_frontier || fits(*options.default_frontier);
  const bool is_allowed =
      !options.default_frontier || allowed.empty() ||
      std::find(allowed.begin(), allowed.end(), *options.default_frontier) != allowed.end();
  if (default_fits && is_allowed && allowed.size() <= kMaxAllowedFrontiers &&
      std::all_of(allowed.begin(), allowed.end(), fits)) {
    return;
  }
  throw Error(Category::usage, "bad_frontier",
              "a key has at most " + std::to_string(kMaxAllowedFrontiers) +
                  " allowed frontiers, short texts, and its default one is among them",
              {}, {{"field", is_allowed && default_fits ? "allowedFrontiers" : "defaultFrontier"}});
}

json::Value list_value(const std::vector<std::string>& texts, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string& text : texts)
    list.add(std::string_view(text));
  return list.done();
}

std::string list_text(const std::vector<std::string>& texts) {
  json::Arena arena;
  return json::to_compact(list_value(texts, arena));
}

ProjectKey with_facts(store::Connection& connection, auth::ApiKey key) {
  ProjectKey found{std::move(key), {}, std::string(kPlans.front().id)};
  store::Query rows = connection.query(
      "SELECT prefix, plan, default_frontier, allowed_frontiers FROM sbn_key_facts WHERE key_id = ?",
      {found.key.id});
  if (!rows.next()) {
    found.prefix = found.key.mode == auth::KeyMode::test ? auth::kTestPrefix : auth::kLivePrefix;
    return found;
  }
  found.prefix = rows.text(0);
  found.plan = rows.text(1);
  if (!rows.is_null(2)) found.default_frontier = rows.text(2);
  if (!rows.is_null(3)) {
    const json::Document list = json::parse(rows.text(3));
    for (const json::Value& item : list.root.items())
      found.allowed_frontiers.emplace_back(item.text());
  }
  return found;
}

void write_facts(store::Connection& connection, const ProjectKey& key) {
  std::optional<std::string> allowed;
  if (!key.allowed_frontiers.empty()) allowed = list_text(key.allowed_frontiers);
  connection.run(
      "INSERT INTO sbn_key_facts (key_id, prefix, plan, default_frontier, allowed_frontiers) VALUES (?, ?, "
      "?, ?, ?) ON CONFLICT (key_id) DO UPDATE SET prefix = excluded.prefix",
      {key.key.id, key.prefix, key.plan, key.default_frontier, allowed});
}

std::string prefix_of(const Secret& key) {
  return std::string(as_text(key.expose()).substr(0, kShownOfKey));
}

}  // namespace

NewProjectKey add_project_key(store::Connection& connection, std::string_view project,
                              const ProjectKeyOptions& options, Instant now, Random& random) {
  require_plan(options.plan);
  check_frontiers(options);
  auth::ApiKeyOptions made_with{.label = options.label};
  if (!options.scopes.empty()) made_with.scopes = options.scopes;
  auth::NewApiKey made = auth::add_api_key(connection, project, made_with, now, random);
  ProjectKey record{std::move(made.record), prefix_of(made.key), options.plan, options.default_frontier,
                    options.allowed_frontiers};
  write_facts(connection, record);
  return {std::move(record), std::move(made.key)};
}

std::vector<ProjectKey> list_project_keys(store::Connection& connection, std::string_view project) {
  std::vector<ProjectKey> keys;
  for (auth::ApiKey& key : auth::list_api_keys(connection, project))
    keys.push_back(with_facts(connection, std::move(key)));
  return keys;
}

ProjectKey require_project_key(store::Connection& connection, std::string_view project, std::string_view id) {
  return with_facts(connection, auth::require_api_key(connection, project, id));
}

NewProjectKey rotate_project_key(store::Connection& connection, std::string_view project, std::string_view id,
                                 Random& random) {
  auth::NewApiKey made = auth::rotate_api_key(connection, project, id, random);
  ProjectKey record = with_facts(connection, std::move(made.record));
  record.prefix = prefix_of(made.key);
  write_facts(connection, record);
  return {std::move(record), std::move(made.key)};
}

json::Value key_record(const ProjectKey& key, json::Arena& arena) {
  std::optional<std::string> revoked_at;
  if (key.key.revoked_at) revoked_at = iso_offset(*key.key.revoked_at);
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(key.key.id))
      .add("project_id", std::string_view(key.key.tenant_id))
      .add("label", std::string_view(key.key.label))
      .add("prefix", std::string_view(key.prefix))
      .add("last4", std::string_view(key.key.last4))
      .add("mode", auth::key_mode_name(key.key.mode))
      .add("scopes", list_value(key.key.scopes, arena))
      .add("plan", std::string_view(key.plan))
      .add_boolean("revoked", key.key.revoked_at.has_value())
      .add("limits", limits_of(key.plan, arena))
      .add("rate", "unlimited")
      .add_optional("default_frontier", key.default_frontier)
      .add("allowed_frontiers",
           key.allowed_frontiers.empty() ? json::Value() : list_value(key.allowed_frontiers, arena))
      .add("created_at", std::string_view(iso_offset(key.key.created_at)))
      .add_optional("revoked_at", revoked_at)
      .done();
}

}  // namespace agentnet::sbn
