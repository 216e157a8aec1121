#include "core/sbn/pgdag/template.hpp"

#include <algorithm>
#include <unordered_set>

namespace agentnet::sbn::pgdag {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Category::usage, "bad_template", "the template is not usable: " + what,
              "give {\"name\": …, \"nodes\": [{\"id\": …}], \"edges\": [{\"source\": …, \"target\": …}]}");
}

// The member as text; `fallback` when it is absent or null.
std::string text_of(const json::Value& object, std::string_view name, std::string_view fallback,
                    const std::string& where) {
  const json::Value* member = object.find(name);
  if (member == nullptr || member->is_null()) return std::string(fallback);
  if (!member->is_string()) refuse(std::string(name) + " of " + where + " must be a text");
  return std::string(member->text());
}

json::Value metadata_of(const json::Value& object, const std::string& where) {
  const json::Value* member = object.find("metadata");
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_object()) refuse("metadata of " + where + " must be an object");
  return *member;
}

std::span<const json::Value> list_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_array()) refuse(std::string(name) + " must be a list");
  return member->items();
}

DagNode node_from(const json::Value& value, std::size_t place) {
  const std::string where = "node " + std::to_string(place + 1);
  if (value.is_string()) return {std::string(value.text())};
  if (!value.is_object()) refuse(where + " must be an object or an id");
  return {text_of(value, "id", "", where), text_of(value, "label", "", where),
          text_of(value, "step_type", "", where), metadata_of(value, where)};
}

DagEdge edge_from(const json::Value& value, std::size_t place) {
  const std::string where = "edge " + std::to_string(place + 1);
  if (value.is_array()) {
    const auto ends = value.items();
    if (ends.size() != 2 || !ends[0].is_string() || !ends[1].is_string())
      refuse(where + " must be an object or a pair of ids");
    return {std::string(ends[0].text()), std::string(ends[1].text())};
  }
  if (!value.is_object()) refuse(where + " must be an object or a pair of ids");
  DagEdge edge{text_of(value, "source", "", where), text_of(value, "target", "", where),
               text_of(value, "edge_type", "sequence", where)};
  const std::string condition = text_of(value, "condition", "", where);
  if (!condition.empty() && edge.edge_type == "sequence") edge.edge_type = condition;
  if (edge.source.empty() || edge.target.empty()) refuse(where + " needs a source and a target");
  return edge;
}

void check_ids(const std::vector<DagNode>& nodes) {
  std::unordered_set<std::string_view> seen;
  for (const DagNode& node : nodes) {
    if (node.id.empty()) refuse("a node has no id");
    if (node.id.size() > kMaxNodeIdBytes)
      throw Error(Category::usage, "too_large",
                  "a node id has more than " + std::to_string(kMaxNodeIdBytes) + " bytes");
    if (!seen.insert(node.id).second)
      throw Error(Category::usage, "duplicate_node", "two nodes have the id '" + node.id + "'", {},
                  {{"node", node.id}});
  }
}

}  // namespace

DagTemplate DagTemplate::from_json(const json::Value& value) {
  if (!value.is_object()) refuse("it must be an object");
  DagTemplate dag{text_of(value, "name", "", "the template"),
                  text_of(value, "version", "1.0", "the template"),
                  text_of(value, "domain", "general", "the template")};
  if (dag.name.empty()) refuse("it has no name");
  dag.metadata = metadata_of(value, "the template");
  const auto nodes = list_of(value, "nodes");
  const auto edges = list_of(value, "edges");
  if (nodes.size() > kMaxNodes || edges.size() > kMaxEdges) {
    throw Error(Category::usage, "too_large",
                "a template has at most " + std::to_string(kMaxNodes) + " nodes and " +
                    std::to_string(kMaxEdges) + " edges");
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    dag.nodes.push_back(node_from(nodes[i], i));
  for (std::size_t i = 0; i < edges.size(); ++i)
    dag.edges.push_back(edge_from(edges[i], i));
  check_ids(dag.nodes);
  return dag;
}

json::Value DagTemplate::to_json(json::Arena& arena) const {
  const json::Value none = json::ObjectBuilder(arena).done();
  json::ArrayBuilder node_list(arena);
  for (const DagNode& node : nodes) {
    node_list.add(json::ObjectBuilder(arena)
                      .add("id", std::string_view(node.id))
                      .add("label", std::string_view(node.label))
                      .add("step_type", std::string_view(node.step_type))
                      .add("metadata", node.metadata.is_null() ? none : node.metadata)
                      .done());
  }
  json::ArrayBuilder edge_list(arena);
  for (const DagEdge& edge : edges) {
    edge_list.add(json::ObjectBuilder(arena)
                      .add("source", std::string_view(edge.source))
                      .add("target", std::string_view(edge.target))
                      .add("edge_type", std::string_view(edge.edge_type))
                      .done());
  }
  return json::ObjectBuilder(arena)
      .add("name", std::string_view(name))
      .add("version", std::string_view(version))
      .add("domain", std::string_view(domain))
      .add("nodes", node_list.done())
      .add("edges", edge_list.done())
      .add("metadata", metadata.is_null() ? none : metadata)
      .done();
}

DagIndex::DagIndex(const DagTemplate& dag)
    : before_(dag.nodes.size()), behind_(dag.nodes.size()), never_ready_(dag.nodes.size()) {
  places_.reserve(dag.nodes.size());
  for (std::uint32_t i = 0; i < dag.nodes.size(); ++i)
    places_.emplace(dag.nodes[i].id, i);
  std::unordered_set<std::uint64_t> seen;
  seen.reserve(dag.edges.size());
  for (const DagEdge& edge : dag.edges) {
    const std::uint32_t source = find(edge.source);
    const std::uint32_t target = find(edge.target);
    if (target == kNone) continue;
    if (source == kNone) {
      never_ready_[target] = true;
    } else if (seen.insert(std::uint64_t{source} << 32 | target).second) {
      before_[target].push_back(source);
      behind_[source].push_back(target);
    }
  }
}

std::uint32_t DagIndex::find(std::string_view id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? kNone : found->second;
}

namespace {

// Walks back from a node that is on a cycle or behind one, over nodes that are not done, until one repeats.
std::string name_cycle(const DagTemplate& dag, const DagIndex& index, const std::vector<bool>& done,
                       std::uint32_t start) {
  std::vector<std::uint32_t> way;
  std::vector<bool> met(dag.nodes.size());
  std::uint32_t node = start;
  while (!met[node]) {
    met[node] = true;
    way.push_back(node);
    for (const std::uint32_t each : index.before(node)) {
      if (!done[each]) {
        node = each;
        break;
      }
    }
  }
  std::string text = dag.nodes[node].id;
  for (std::size_t i = way.size(); i-- > 0;) {
    text += " -> " + dag.nodes[way[i]].id;
    if (way[i] == node) break;
  }
  return text;
}

void find_cycle(const DagTemplate& dag, const DagIndex& index, std::vector<Problem>& problems) {
  std::vector<std::size_t> missing(dag.nodes.size());
  std::vector<bool> done(dag.nodes.size());
  std::vector<std::uint32_t> ready;
  for (std::uint32_t i = 0; i < dag.nodes.size(); ++i) {
    missing[i] = index.before(i).size();
    if (missing[i] == 0) ready.push_back(i);
  }
  std::size_t count = 0;
  while (!ready.empty()) {
    const std::uint32_t node = ready.back();
    ready.pop_back();
    done[node] = true;
    ++count;
    for (const std::uint32_t next : index.behind(node)) {
      if (--missing[next] == 0) ready.push_back(next);
    }
  }
  if (count == dag.nodes.size()) return;
  const auto first = std::find(done.begin(), done.end(), false);
  problems.push_back(
      {"cycle", "the steps wait for each other: " +
                    name_cycle(dag, index, done, static_cast<std::uint32_t>(first - done.begin()))});
}

}  // namespace

std::vector<Problem> problems_of(const DagTemplate& dag) {
  const DagIndex index(dag);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < dag.edges.size() && problems.size() + 1 < kMaxProblems; ++i) {
    for (const std::string& end : {dag.edges[i].source, dag.edges[i].target}) {
      if (index.find(end) != DagIndex::kNone) continue;
      problems.push_back({"unknown_edge_end", "edge " + std::to_string(i + 1) + " (" + dag.edges[i].source +
                                                  " -> " + dag.edges[i].target + ") names '" + end +
                                                  "', which is no node"});
    }
  }
  find_cycle(dag, index, problems);
  return problems;
}

void require_sound(const DagTemplate& dag) {
  const std::vector<Problem> problems = problems_of(dag);
  if (problems.empty()) return;
  throw Error(Category::usage, problems.front().code, problems.front().message);
}

}  // namespace agentnet::sbn::pgdag
