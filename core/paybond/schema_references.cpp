// Where the references of a schema lead (core/paybond/schema_node.hpp).
#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/paybond/schema_node.hpp"

namespace agentnet::paybond {
namespace {

// The text with its %XX read; nullopt when it has a % that is none.
std::optional<std::string> without_percent(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const auto byte = parse_hex(text.substr(i + 1, 2));
    if (!byte || byte->empty()) return std::nullopt;
    plain += static_cast<char>(byte->front());
    i += 2;
  }
  return plain;
}

}  // namespace

std::optional<std::string> reference_pointer(std::string_view target) {
  if (!target.starts_with('#')) return std::nullopt;
  return without_percent(target.substr(1));
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

void refuse_loops(const std::vector<SchemaNode>& nodes) {
  enum class Mark : std::uint8_t { fresh, open, done };
  std::vector<Mark> marks(nodes.size(), Mark::fresh);
  std::vector<std::pair<NodeId, bool>> stack;  // a node, and whether all below it has been seen
  for (NodeId start = 0; start < nodes.size(); ++start) {
    stack.emplace_back(start, false);
    while (!stack.empty()) {
      const auto [id, seen] = stack.back();
      stack.pop_back();
      if (seen) {
        marks[id] = Mark::done;
        continue;
      }
      if (marks[id] != Mark::fresh) continue;
      marks[id] = Mark::open;
      stack.emplace_back(id, true);
      const SchemaNode& node = nodes[id];
      const auto visit = [&](NodeId next) {
        if (marks[next] == Mark::open) {
          throw Error(Category::usage, "bad_reference",
                      "the schema: a $ref leads back to its own schema without a step into the value", {},
                      {{"path", ""}, {"keyword", "$ref"}});
        }
        stack.emplace_back(next, false);
      };
      for (const auto* list : {&node.all_of, &node.any_of, &node.one_of})
        std::for_each(list->begin(), list->end(), visit);
      for (const auto& one : {node.none_of, node.condition, node.then, node.otherwise, node.reference})
        if (one) visit(*one);
    }
  }
}

}  // namespace agentnet::paybond
