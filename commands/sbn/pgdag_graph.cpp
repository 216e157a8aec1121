// sbn pgdag graph
#include <algorithm>
#include <map>

#include "commands/input.hpp"
#include "commands/sbn/pgdag.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::DagTemplate;
using sbn::pgdag::RecordEntry;
using sbn::pgdag::RunRecord;

// A workflow to draw, and of a run how far each step came: done, failed or waits.
struct Drawing {
  DagTemplate dag;
  std::map<std::string, std::string> states = {};

  std::string state(const std::string& step) const {
    const auto found = states.find(step);
    return found == states.end() ? std::string() : found->second;
  }
  // The edges; without any, those from each step to the next.
  std::vector<std::pair<std::string, std::string>> arrows() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& edge : dag.edges)
      all.emplace_back(edge.source, edge.target);
    for (std::size_t i = 1; dag.is_linear() && i < dag.nodes.size(); ++i)
      all.emplace_back(dag.nodes[i - 1].id, dag.nodes[i].id);
    return all;
  }
};

std::string name_of(const sbn::pgdag::DagNode& node) {
  return node.label.empty() || node.label == node.id ? node.id : node.id + " (" + node.label + ")";
}

// A text between double quotes, as both DOT and Mermaid read it.
std::string quoted(std::string_view text, std::string_view quote) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"') {
      out += quote;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string text_of(const Drawing& drawing) {
  std::map<std::string, std::string> before;
  for (const auto& [source, target] : drawing.arrows())
    before[target] += (before[target].empty() ? "" : ", ") + source;
  std::string out = printable(drawing.dag.name) + "\n";
  for (const auto& node : drawing.dag.nodes) {
    const std::string state = drawing.state(node.id);
    out += "  " + printable(name_of(node));
    if (!before[node.id].empty()) out += " <- " + printable(before[node.id]);
    if (!state.empty()) out += " [" + state + "]";
    out += "\n";
  }
  return out;
}

std::string dot_of(const Drawing& drawing) {
  constexpr std::string_view kQuote = "\\\"";
  std::string out = "digraph " + quoted(drawing.dag.name, kQuote) + " {\n";
  for (const auto& node : drawing.dag.nodes) {
    const std::string state = drawing.state(node.id);
    out += "  " + quoted(node.id, kQuote) +
           " [label=" + quoted(name_of(node) + (state.empty() ? "" : ": " + state), kQuote) + "];\n";
  }
  for (const auto& [source, target] : drawing.arrows())
    out += "  " + quoted(source, kQuote) + " -> " + quoted(target, kQuote) + ";\n";
  return out + "}\n";
}

// Mermaid wants plain names, so nodes are numbered and labelled.
std::string mermaid_of(const Drawing& drawing) {
  constexpr std::string_view kQuote = "#quot;";
  std::map<std::string, std::string> names;
  const auto name = [&](const std::string& id) {
    return names.emplace(id, "n" + std::to_string(names.size())).first->second;
  };
  std::string out = "flowchart TD\n";
  for (const auto& node : drawing.dag.nodes) {
    const std::string state = drawing.state(node.id);
    const std::string label = name_of(node) + (state.empty() ? "" : ": " + state);
    out += "  " + name(node.id) + "[" + quoted(label, kQuote) + "]\n";
  }
  for (const auto& [source, target] : drawing.arrows())
    out += "  " + name(source) + " --> " + name(target) + "\n";
  return out;
}

Drawing of_record(const RunRecord& record) {
  Drawing drawing{DagTemplate::from_json(json::parse(record.dag).root)};
  for (auto& node : drawing.dag.nodes)
    node.metadata = {};  // lay in the document that is gone
  drawing.dag.metadata = {};
  for (const RecordEntry& entry : record.log) {
    if (entry.kind == RecordEntry::Kind::step)
      drawing.states[entry.proof.step_id] = entry.proof.succeeded() ? "done" : "failed";
  }
  if (const RecordEntry* wait = record.waits()) {
    const json::Document event = json::parse(wait->text);
    if (const json::Value* node = event.root.find("node_id"); node != nullptr && node->is_string())
      drawing.states[std::string(node->text())] = "waits";
  }
  return drawing;
}

// What is JSON, or a file that is no record, is a template; everything else is a run.
Drawing drawing_of(const std::string& argument, const Context& context) {
  const bool is_text = argument.starts_with('{') || argument == "-" || argument.starts_with('@');
  const bool is_file = argument.find('/') != argument.npos || argument.ends_with(".json");
  if (!is_text && !is_file) return of_record(read_record(argument, context));
  const InputText input = read_input(argument, context);
  const json::Document source = parse_input(input);
  if (source.root.is_object() && source.root.find("format") != nullptr)
    return of_record(naming(input.name, [&] { return RunRecord::read(input.text); }));
  Drawing drawing{naming(input.name, [&] { return DagTemplate::from_json(source.root); })};
  for (auto& node : drawing.dag.nodes)
    node.metadata = {};
  drawing.dag.metadata = {};
  return drawing;
}

Exit run_graph(const Arguments& arguments, Context& context) {
  const Drawing drawing = drawing_of(arguments.text("RUN_OR_TEMPLATE"), context);
  const std::string as = arguments.find("--as").value_or("text");
  const std::string text = as == "dot"       ? dot_of(drawing)
                           : as == "mermaid" ? mermaid_of(drawing)
                                             : text_of(drawing);
  json::Arena arena;
  const json::Value value =
      json::ObjectBuilder(arena).add("as", std::string_view(as)).add("graph", text).done();
  context.sink.result({value, text, text.substr(0, text.find_last_not_of('\n') + 1)});
  return Exit::done;
}

constexpr std::string_view kForms[] = {"text", "mermaid", "dot"};
constexpr Argument kArguments[] = {{.name = "RUN_OR_TEMPLATE",
                                    .help = "a run's id, the file of a record or of a template, or JSON",
                                    .completes = Completes::files}};
constexpr Option kOptions[] = {{.name = "--as",
                                .value = "FORM",
                                .help = "text, Mermaid, or DOT for Graphviz",
                                .fallback = "text",
                                .choices = kForms}};
constexpr Example kExamples[] = {
    {R"(sbn pgdag graph '{"name": "t", "nodes": ["a", "b"], "edges": [["a", "b"]]}' --as mermaid)",
     "draw a template"}};
constexpr Exit kExits[] = {Exit::not_found};
constexpr std::string_view kSeeAlso[] = {"sbn pgdag validate", "sbn pgdag show"};

}  // namespace

constexpr Command kSbnPgdagGraph{.name = "graph",
                                 .summary = "Draw a template, or a run with how far each step came",
                                 .arguments = kArguments,
                                 .options = kOptions,
                                 .examples = kExamples,
                                 .exits = kExits,
                                 .see_also = kSeeAlso,
                                 .access = Access::reads,
                                 .run = run_graph};

}  // namespace agentnet::commands
