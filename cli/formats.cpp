#include "cli/formats.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "commands/diagnostics.hpp"
#include "core/json/write.hpp"

namespace agentnet::cli {
namespace {

using json::Value;

// Columns that text takes on a terminal, counting every code point as one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// A text as lines of at most `room` columns, broken at spaces; as one line when there is too little room.
std::vector<std::string> broken(std::string_view text, std::size_t room) {
  constexpr std::size_t kLeastRoom = 20;
  std::vector<std::string> lines{""};
  if (room < kLeastRoom) return {std::string(text)};
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    if (!lines.back().empty() && width(lines.back()) + 1 + width(word) > room) {
      lines.emplace_back(word);
    } else {
      lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
    }
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return lines;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// The text of a scalar as it is, and containers as compact JSON.
std::string raw_text(const Value& value) {
  if (value.is_string()) return std::string(value.text());
  if (value.is_null()) return {};
  return json::to_compact(value);
}

// Words that YAML would read as something else than a string, or that need quotes for their characters.
bool plain_yaml(std::string_view text) {
  if (text.empty() || text.size() > 120) return false;
  const auto ordinary = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '/' || c == '.' || c == '-';
  };
  if (!std::all_of(text.begin(), text.end(), ordinary)) return false;
  if (std::isalpha(static_cast<unsigned char>(text.front())) == 0 && text.front() != '/') return false;
  const std::string lower = [&] {
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return copy;
  }();
  constexpr std::string_view kReserved[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  return std::find(std::begin(kReserved), std::end(kReserved), lower) == std::end(kReserved);
}

// A JSON string is a YAML double-quoted string.
std::string yaml_text(std::string_view text) {
  if (plain_yaml(text)) return std::string(text);
  std::string out;
  json::write_string(text, out, json::Text::ascii);
  return out;
}

bool is_leaf(const Value& value) {
  if (value.is_array()) return value.items().empty();
  return !value.is_object() || value.members().empty();
}

std::string yaml_leaf(const Value& value) {
  return value.is_string() ? yaml_text(value.text()) : json::to_compact(value);
}

void write_yaml(const Value& value, std::size_t indent, bool after_dash, std::string& out) {
  bool first = true;
  const auto begin_line = [&] {
    if (!(first && after_dash)) out.append(indent, ' ');
    first = false;
  };
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      begin_line();
      out += "- ";
      if (is_leaf(item)) {
        out += yaml_leaf(item) + '\n';
      } else {
        write_yaml(item, indent + 2, true, out);
      }
    }
    return;
  }
  for (const json::Member& member : value.members()) {
    begin_line();
    out += yaml_text(member.name.text()) + ':';
    if (is_leaf(member.value)) {
      out += ' ' + yaml_leaf(member.value) + '\n';
    } else {
      out += '\n';
      write_yaml(member.value, indent + 2, false, out);
    }
  }
}

std::string variable_name(std::string_view name) {
  std::string out = upper(name);
  for (char& c : out) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  if (out.empty() || std::isdigit(static_cast<unsigned char>(out.front())) != 0) out.insert(0, 1, '_');
  return out;
}

void write_dotenv(const Value& value, const std::string& prefix, std::string& out) {
  if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      const std::string name = variable_name(member.name.text());
      write_dotenv(member.value, prefix.empty() ? name : prefix + '_' + name, out);
    }
    return;
  }
  out += (prefix.empty() ? std::string("VALUE") : prefix) + "=\"";
  for (const char c : raw_text(value)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
    out += c;
  }
  out += "\"\n";
}

std::string tsv_cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

template <typename Cell>
std::string tsv(const Value& row, const Cell& cell_of) {
  std::string line;
  for (const json::Member& member : row.members()) {
    if (!line.empty() || &member != row.members().data()) line += '\t';
    line += tsv_cell(cell_of(member));
  }
  return line + '\n';
}

}  // namespace

std::string cell(const Value& value) {
  if (value.is_null()) return "-";
  return commands::printable(raw_text(value));
}

std::string key_value_lines(const Value& value) {
  if (!value.is_object()) return cell(value) + '\n';
  std::size_t longest = 0;
  for (const json::Member& member : value.members())
    longest = std::max(longest, width(member.name.text()));
  std::string out;
  for (const json::Member& member : value.members()) {
    const std::string name = commands::printable(member.name.text());
    out += name + std::string(longest + 2 - std::min(longest, width(name)), ' ') + cell(member.value) + '\n';
  }
  return out;
}

std::string table(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
                  std::size_t room) {
  if (rows.empty()) return "(no results)\n";
  std::vector<std::size_t> widths;
  for (const std::string& column : columns)
    widths.push_back(width(column));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width(row[i]));
  }
  const std::size_t last = widths.size() - 1;
  const std::size_t before_last = std::accumulate(widths.begin(), widths.end() - 1, 2 * last);
  const std::size_t room_of_last = room > before_last ? room - before_last : 0;
  std::string out;
  const auto add_row = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < last; ++i)
      line += cells[i] + std::string(widths[i] - width(cells[i]) + 2, ' ');
    for (const std::string& part : broken(cells[last], room_of_last)) {
      line += part;
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
      line.assign(before_last, ' ');
    }
  };
  std::vector<std::string> header;
  for (const std::string& column : columns)
    header.push_back(upper(commands::printable(column)));
  add_row(header);
  for (const auto& row : rows)
    add_row(row);
  return out;
}

std::string yaml(const Value& value) {
  if (is_leaf(value)) return yaml_leaf(value) + '\n';
  std::string out;
  write_yaml(value, 0, false, out);
  return out;
}

std::string dotenv(const Value& value) {
  std::string out;
  write_dotenv(value, {}, out);
  return out;
}

std::string tsv_header(const Value& row) {
  if (!row.is_object()) return {};
  return tsv(row, [](const json::Member& member) { return std::string(member.name.text()); });
}

std::string tsv_line(const Value& row) {
  if (!row.is_object()) return tsv_cell(raw_text(row)) + '\n';
  return tsv(row, [](const json::Member& member) { return raw_text(member.value); });
}

}  // namespace agentnet::cli
