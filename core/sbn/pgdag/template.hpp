// A workflow: nodes, and edges that say what comes before what (wire reference sbn, f.2).
//
// Edge types have no effect: every edge means "the source before the target". Without edges the nodes run in
// the order they are declared in.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/error.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

inline constexpr std::size_t kMaxNodes = 100'000;
inline constexpr std::size_t kMaxEdges = 1'000'000;
inline constexpr std::size_t kMaxNodeIdBytes = 256;

struct DagNode {
  std::string id;
  std::string label = {};
  std::string step_type = {};
  json::Value metadata = {};  // an object, or null for none
};

struct DagEdge {
  std::string source;
  std::string target;
  std::string edge_type = "sequence";
};

struct DagTemplate {
  std::string name;
  std::string version = "1.0";
  std::string domain = "general";
  std::vector<DagNode> nodes = {};
  std::vector<DagEdge> edges = {};
  json::Value metadata = {};  // as a node's

  bool is_linear() const { return edges.empty(); }

  // Reads {name, version?, domain?, nodes: [id | {id, label?, step_type?, metadata?}], edges?: [{source,
  // target, edge_type?, condition?} | [source, target]], metadata?}. A condition stands in for the edge type
  // "sequence". Metadata lies where `value` does. Throws Error usage/bad_template (no object, a member of the
  // wrong kind or missing), usage/too_large, usage/duplicate_node.
  static DagTemplate from_json(const json::Value& value);
  json::Value to_json(json::Arena& arena) const;
};

// The nodes by id, and for each node those before and behind it, as places in `nodes`. Refers to the
// template. Edges to an unknown target do not count; one from an unknown source keeps its target from ever
// being ready; one that repeats counts once.
class DagIndex {
 public:
  explicit DagIndex(const DagTemplate& dag);

  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::uint32_t find(std::string_view id) const;  // kNone when there is no such node
  const std::vector<std::uint32_t>& before(std::uint32_t node) const { return before_[node]; }
  const std::vector<std::uint32_t>& behind(std::uint32_t node) const { return behind_[node]; }
  bool never_ready(std::uint32_t node) const { return never_ready_[node]; }

 private:
  std::unordered_map<std::string_view, std::uint32_t> places_;
  std::vector<std::vector<std::uint32_t>> before_;
  std::vector<std::vector<std::uint32_t>> behind_;
  std::vector<bool> never_ready_;
};

// What keeps a template from running to its end: {code, message} each, unknown_edge_end or cycle. A cycle is
// named by its nodes: "a -> b -> a". At most kMaxProblems.
struct Problem {
  std::string code;
  std::string message;
};
inline constexpr std::size_t kMaxProblems = 100;
std::vector<Problem> problems_of(const DagTemplate& dag);
// Throws the first of them as an Error usage with its code.
void require_sound(const DagTemplate& dag);

}  // namespace agentnet::sbn::pgdag
