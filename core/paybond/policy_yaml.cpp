#include "core/paybond/policy_yaml.hpp"

#include <set>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"

namespace agentnet::paybond {
namespace {

struct Line {
  std::size_t number;
  std::size_t indent;
  std::string_view text;  // without indentation, comment and blanks at the end; not empty
};

[[noreturn]] void fail(const char* code, std::size_t line, const std::string& what) {
  throw Error(Category::usage, code, "line " + std::to_string(line) + ": " + what, {},
              {{"line", static_cast<std::int64_t>(line)}});
}

std::string_view without_end_blanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

// The end of the quoted text at the start of `text`, behind its last quotation mark; npos when it has none.
std::size_t quoted_end(std::string_view text) {
  const char quote = text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.npos;
}

// Where a comment begins, or the end. Quoted text counts as such only where a value may begin.
std::size_t comment_start(std::string_view text) {
  bool value_may_begin = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (value_may_begin && (c == '"' || c == '\'')) {
      const std::size_t end = quoted_end(text.substr(i));
      if (end == text.npos) return text.size();
      i += end - 1;
      value_may_begin = false;
      continue;
    }
    const bool after_blank = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t';
    if (c == '#' && after_blank) return i;
    value_may_begin = c == '[' || c == ',' || (value_may_begin && c == ' ') ||
                      (c == ' ' && i > 0 && (text[i - 1] == ':' || text[i - 1] == '-'));
  }
  return text.size();
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::size_t number = 0;
  bool ended = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view whole = without_end_blanks(text.substr(at, end - at));
    at = end + 1;
    ++number;
    const std::size_t indent = std::min(whole.find_first_not_of(' '), whole.size());
    const std::string_view content =
        without_end_blanks(whole.substr(indent, comment_start(whole.substr(indent))));
    if (content.empty()) continue;
    if (content[0] == '\t') fail("bad_yaml", number, "a tab cannot indent");
    if (indent == 0 && content == "---" && lines.empty() && !ended) continue;
    if (indent == 0 && content == "...") {
      ended = true;
      continue;
    }
    if (ended || (indent == 0 && content.starts_with("---")))
      fail("yaml_unsupported", number, "a second document");
    lines.push_back({number, indent, content});
  }
  return lines;
}

// The parser of JSON knows what is UTF-8; it is shown the text as one string.
void refuse_foreign_bytes(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20;
    if (control && c != '\n' && c != '\r' && c != '\t')
      throw Error(Category::usage, "bad_yaml", "holds a control character");
    shown += control || c == '"' || c == '\\' ? ' ' : c;
  }
  try {
    json::parse(shown + '"');
  } catch (const Error&) {
    throw Error(Category::usage, "bad_yaml", "is not UTF-8");
  }
}

class Reader {
 public:
  Reader(std::vector<Line> lines, json::Arena& arena) : lines_(std::move(lines)), arena_(arena) {}

  json::Value read() {
    if (lines_.empty()) return {};
    const json::Value value = block(lines_[0].indent, 1);
    if (at_ < lines_.size()) fail("bad_yaml", lines_[at_].number, "stands further left than what it is in");
    return value;
  }

 private:
  const Line& line() const { return lines_[at_]; }
  bool is_item() const { return line().text == "-" || line().text.starts_with("- "); }

  // What stands from here on at this indentation.
  json::Value block(std::size_t indent, unsigned depth) {
    if (depth > kMaxYamlDepth) fail("yaml_too_deep", line().number, "is nested too deep");
    return is_item() ? list(indent) : mapping(indent, depth);
  }

  json::Value list(std::size_t indent) {
    json::ArrayBuilder items(arena_);
    while (at_ < lines_.size() && line().indent == indent && is_item()) {
      const std::string_view text = line().text.substr(1);
      const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
      items.add(item(text.substr(start)));
      ++at_;
    }
    refuse_deeper(indent);
    return items.done();
  }

  // A value of a list: single, and no mapping.
  json::Value item(std::string_view text) {
    if (!text.empty() && key_end(text) != text.npos)
      fail("yaml_unsupported", line().number, "a mapping inside of a list");
    if (text.starts_with("- ")) fail("yaml_unsupported", line().number, "a list inside of a list");
    return value(text);
  }

  json::Value mapping(std::size_t indent, unsigned depth) {
    json::ObjectBuilder members(arena_);
    std::set<std::string_view> names;
    while (at_ < lines_.size() && line().indent == indent && !is_item()) {
      const Line here = line();
      const std::size_t end = key_end(here.text);
      if (here.text.starts_with("? ")) fail("yaml_unsupported", here.number, "a complex key");
      if (here.text[0] != '"' && here.text[0] != '\'') refuse_indicator(here.text);
      if (end == here.text.npos) fail("bad_yaml", here.number, "is neither 'key: value' nor '- value'");
      const std::string_view name = key(without_end_blanks(here.text.substr(0, end)));
      if (!names.insert(name).second)
        fail("duplicate_name", here.number, "'" + std::string(name) + "' stands twice");
      const std::string_view rest = here.text.substr(end + 1);
      const std::size_t start = rest.find_first_not_of(' ');
      if (start != rest.npos) {
        members.add(name, value(rest.substr(start)));
        ++at_;
        refuse_deeper(indent);
      } else {
        ++at_;
        members.add(name, below(indent, depth));
      }
    }
    refuse_deeper(indent);
    return members.done();
  }

  // The block below a key that stands alone; null when there is none.
  json::Value below(std::size_t indent, unsigned depth) {
    if (at_ == lines_.size()) return {};
    if (line().indent > indent) return block(line().indent, depth + 1);
    return line().indent == indent && is_item() ? list(indent) : json::Value();
  }

  void refuse_deeper(std::size_t indent) const {
    if (at_ < lines_.size() && line().indent > indent)
      fail("bad_yaml", line().number, "is indented without standing in anything");
  }

  // The colon behind a key; npos when there is none.
  static std::size_t key_end(std::string_view text) {
    std::size_t from = 0;
    if (text[0] == '"' || text[0] == '\'') {
      from = quoted_end(text);
      if (from == text.npos) return from;
      from = std::min(text.find_first_not_of(' ', from), text.size());
      return from < text.size() && text[from] == ':' ? from : text.npos;
    }
    for (std::size_t i = from; i < text.size(); ++i) {
      if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) return i;
    }
    return text.npos;
  }

  std::string_view key(std::string_view text) {
    if (text.empty()) fail("bad_yaml", line().number, "has no key");
    if (text[0] == '"' || text[0] == '\'') return quoted(text).text();
    refuse_indicator(text);
    return arena_.copy(text);
  }

  json::Value value(std::string_view text) {
    if (text.empty()) return {};
    if (text[0] == '"' || text[0] == '\'') return quoted(text);
    if (text == "{}") return json::ObjectBuilder(arena_).done();
    if (text[0] == '[') return flow_list(text);
    refuse_indicator(text);
    if (key_end(text) != text.npos)
      fail("bad_yaml", line().number, "has a second ': ' that is not in quotes");
    return plain(text);
  }

  json::Value plain(std::string_view text) {
    if (text == "true" || text == "false") return json::Value::boolean(text == "true");
    if (text == "null" || text == "~") return {};
    if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
      try {
        json::Parser parser;
        return parser.parse(arena_.copy(text), arena_);
      } catch (const Error&) {
        // No number as JSON has them: a text, such as a date.
      }
    }
    return json::Value::string(arena_, text);
  }

  // What begins with a sign of YAML that is not read here.
  void refuse_indicator(std::string_view text) const {
    constexpr std::string_view kIndicators = "&*!|>%@`{]},";
    if (kIndicators.find(text[0]) != kIndicators.npos) {
      fail("yaml_unsupported", line().number,
           std::string("what begins with '") + text[0] + "' is not read here; quotes make it text");
    }
  }

  json::Value quoted(std::string_view text) {
    if (quoted_end(text) != text.size())
      fail("bad_yaml", line().number, "has no end of its quotes, or more behind it");
    if (text[0] == '"') {
      json::Parser parser;
      try {
        return parser.parse(arena_.copy(text), arena_);
      } catch (const Error& error) {
        fail("bad_yaml", line().number, error.message());
      }
    }
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      out += text[i];
      if (text[i] == '\'') ++i;
    }
    return json::Value::string(arena_, out);
  }

  json::Value flow_list(std::string_view text) {
    if (text.back() != ']')
      fail("bad_yaml", line().number, "a list that begins with [ must end with ] in its line");
    json::ArrayBuilder items(arena_);
    std::string_view rest = text.substr(1, text.size() - 2);
    while (true) {
      const std::size_t start = rest.find_first_not_of(' ');
      if (start == rest.npos) return items.done();
      rest.remove_prefix(start);
      std::size_t end = rest[0] == '"' || rest[0] == '\'' ? quoted_end(rest) : 0;
      if (end == rest.npos) fail("bad_yaml", line().number, "has no end of its quotes");
      end = std::min(rest.find(',', end), rest.size());
      const std::string_view one = without_end_blanks(rest.substr(0, end));
      if (one.empty() || one[0] == '[') fail("bad_yaml", line().number, "a list takes single values");
      items.add(item(one));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  std::vector<Line> lines_;
  json::Arena& arena_;
  std::size_t at_ = 0;
};

json::Document read_json(std::string_view text) {
  json::Document document = json::parse(text);
  std::optional<json::Value> repeated;
  (void)json::without_duplicates(document.root, document.arena, &repeated);
  if (!repeated) return document;
  throw Error(Category::usage, "duplicate_name", "'" + std::string(repeated->text()) + "' stands twice");
}

}  // namespace

json::Document read_yaml(std::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    throw Error(Category::usage, "yaml_too_large",
                "is larger than " + std::to_string(kMaxYamlBytes / 1024) + " KiB");
  }
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{') return read_json(text);
  refuse_foreign_bytes(text);
  json::Document document;
  document.root = Reader(lines_of(text), document.arena).read();
  return document;
}

}  // namespace agentnet::paybond
