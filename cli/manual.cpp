#include "cli/manual.hpp"

#include <algorithm>
#include <cctype>

#include "cli/embedded.hpp"
#include "cli/format_page.hpp"
#include "cli/help.hpp"
#include "cli/program.hpp"
#include "core/json/parse.hpp"

namespace agentnet::cli {
namespace {

using commands::Command;
using commands::Example;
using commands::Exit;
using commands::Option;
using Path = std::vector<const Command*>;

// The day that the pages bear: of the release, not of the build, so that two builds make the same pages.
constexpr std::string_view kManualDate = "2026-11-23";

// Text with the characters that man(7) takes for itself made literal.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '"':
        out += "\\(dq";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Running text: sentences, where only a leading dot and the backslash matter.
std::string prose(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\n\n")) {
      out += "\n.PP\n";
      ++i;
      line_start = true;
      continue;
    }
    if (line_start && (text[i] == '.' || text[i] == '\'')) out += "\\&";
    line_start = text[i] == '\n';
    if (text[i] == '\\') {
      out += "\\e";
    } else if (text[i] == '-' && i + 1 < text.size() && text[i + 1] == '-') {
      out += "\\-";
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string capitals(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string page_name(const Path& path) {
  std::string name = line_of(path);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string heading(const std::string& name, int section, std::string_view what) {
  return ".TH " + capitals(escaped(name)) + " " + std::to_string(section) + " \"" + std::string(kManualDate) +
         "\" \"agentnet " AGENTNET_VERSION "\" \"agentnet manual\"\n.SH NAME\n" + escaped(name) + " \\- " +
         prose(what) + "\n";
}

std::string option_list(std::span<const Option> options) {
  const std::vector<std::string> phrases = option_phrases(options);
  std::string out;
  for (std::size_t i = 0; i < options.size(); ++i) {
    std::string label = option_label(options[i]);
    label.erase(0, label.find_first_not_of(' '));
    out += ".TP\n.B " + escaped(label) + "\n" + prose(phrases[i]) + ".\n";
  }
  return out;
}

// A shell line as lines that fit the page where .RS puts them.
std::string example_lines(std::string_view line) {
  constexpr std::size_t kMargin = 12;  // columns that a page leaves free before them
  std::string lines = shell_lines(line, kMargin);
  for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1)
    lines.erase(at, kMargin);
  return lines;
}

std::string examples(const Path& path) {
  std::string out;
  for (const Example& example : path.back()->examples)
    out += ".PP\n" + prose(example.what) + ":\n.PP\n.nf\n.RS 4\n" +
           escaped(example_lines(example_line(example, path))) + ".RE\n.fi\n";
  return out;
}

// The part of a page about one command.
std::string command_part(const Path& path) {
  const Command& command = *path.back();
  std::string out = ".SS " + escaped(usage_line(path)) + "\n" + prose(command.summary) + ".\n";
  if (!command.description.empty()) out += ".PP\n" + prose(command.description) + "\n";
  for (const commands::Argument& argument : command.arguments)
    out += ".TP\n.I " + escaped(argument.name) + "\n" + prose(argument.help) + ".\n";
  out += option_list(command.options);
  out += examples(path);
  out += ".PP\nExit codes: " + exit_list(command) + ".\n";
  return out;
}

std::string group_page(const Path& path) {
  const Command& group = *path.back();
  std::string out = heading(page_name(path), 1, group.summary);
  out += ".SH SYNOPSIS\n.B " + escaped(line_of(path)) + "\n.I COMMAND\n[options]\n";
  if (!group.description.empty()) out += ".SH DESCRIPTION\n" + prose(group.description) + "\n";
  std::string parts, groups;
  for (const Command* child : group.children) {
    if (child->hidden) continue;
    Path below = path;
    below.push_back(child);
    if (!child->children.empty()) {
      const Path page = find_program(child->name) != nullptr ? Path{child} : below;
      groups += ".TP\n.BR " + escaped(page_name(page)) + " (1)\n" + prose(child->summary) + ".\n";
    } else {
      parts += command_part(below);
    }
  }
  if (!parts.empty()) out += ".SH COMMANDS\n" + parts;
  if (!groups.empty()) out += ".SH GROUPS OF COMMANDS\n" + groups;
  if (!group.options.empty()) out += ".SH OPTIONS\n" + option_list(group.options);
  for (const SharedOptions& shared : shared_options()) {
    const auto takes_them = [&](const Command* child) {
      return !child->hidden && child->children.empty() && takes(*child, shared);
    };
    // A group of groups has nothing but what every command takes.
    const bool every = shared.reach == commands::Reach::offline && !shared.for_asking;
    if (!every && std::none_of(group.children.begin(), group.children.end(), takes_them)) continue;
    out += ".SH " + capitals(shared.title) + "\n" + option_list(shared.options);
  }
  return out +
         ".SH SEE ALSO\n.BR agentnet (1),\n.BR agentnet\\-exit\\-codes (7),\n.BR agentnet\\-compatibility "
         "(7)\n";
}

std::string exit_codes_page() {
  std::string out = heading("agentnet-exit-codes", 7, "what the exit codes of agentnet's programs mean");
  out += ".SH DESCRIPTION\nThe code is the same with and without JSON output.\n";
  for (const commands::ExitMeaning& meaning : commands::exit_meanings())
    out += ".TP\n.B " + std::to_string(static_cast<int>(meaning.code)) + "\n" + prose(meaning.meaning) + "\n";
  return out + ".SH SEE ALSO\n.BR agentnet (1)\n";
}

std::string compatibility_page() {
  std::string out = heading("agentnet-compatibility", 7, "differences from the mirrored programs");
  out +=
      ".SH DESCRIPTION\nCommands that the networks' own tools have keep their names, options and JSON here. "
      "These are the known differences.\n";
  const json::Document table = json::parse(embedded_differences());
  for (const json::Value& row : table.root.find("differences")->items()) {
    const auto text = [&](std::string_view name) { return std::string(row.find(name)->text()); };
    out += ".SS " + escaped(text("what")) + "\nOriginal: " + prose(text("original")) +
           "\n.PP\nHere: " + prose(text("ours")) + "\n.PP\nReason: " + prose(text("reason")) + "\n";
  }
  return out + ".SH SEE ALSO\n.BR agentnet (1)\n";
}

}  // namespace

std::map<std::string, std::string> manual_pages() {
  std::map<std::string, std::string> pages;
  for (const Program& program : programs()) {
    Path path{program.root};
    walk(path, [&](const Path& at) {
      // Below agentnet the other programs have pages of their own.
      const bool other_program =
          at.size() > 1 && program.root == programs().front().root && find_program(at[1]->name) != nullptr;
      if (!at.back()->children.empty() && !other_program) pages[page_name(at) + ".1"] = group_page(at);
    });
  }
  pages["agentnet-receipt.5"] =
      heading("agentnet-receipt", 5, "receipts and trust files") + std::string(receipt_page_body());
  pages["agentnet-pgdag-run.5"] =
      heading("agentnet-pgdag-run", 5, "records of workflow runs") + std::string(pgdag_page_body());
  pages["agentnet-ledger.5"] =
      heading("agentnet-ledger", 5, "ledgers of payments") + std::string(ledger_page_body());
  pages["agentnet-exit-codes.7"] = exit_codes_page();
  pages["agentnet-compatibility.7"] = compatibility_page();
  return pages;
}

}  // namespace agentnet::cli
