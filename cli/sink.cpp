#include "cli/sink.hpp"

#include <algorithm>

#include "cli/formats.hpp"
#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::cli {

using commands::Format;
using commands::Result;

namespace {

constexpr std::pair<std::string_view, Format> kNames[] = {
    {"json", Format::json}, {"jsonl", Format::jsonl},   {"table", Format::table}, {"quiet", Format::quiet},
    {"yaml", Format::yaml}, {"dotenv", Format::dotenv}, {"tsv", Format::tsv}};

std::string joined_names(const json::Value& object) {
  std::string names;
  for (const json::Member& member : object.members())
    names += (names.empty() ? "" : ", ") + std::string(member.name.text());
  return names;
}

std::string indented_item(const json::Value& value) {
  std::string text = "  " + json::to_indented(value);
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    text.insert(at + 1, "  ");
  return text;
}

}  // namespace

std::optional<Format> format_by_name(std::string_view name) {
  for (const auto& [known, format] : kNames) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::string_view format_name(Format format) {
  for (const auto& [name, known] : kNames) {
    if (known == format) return name;
  }
  return {};
}

OutputSink::OutputSink(Output& output, OutputChoice choice, Format fallback)
    : output_(output),
      choice_(std::move(choice)),
      // A filter works on the JSON, whatever would be printed without it.
      format_(choice_.format.value_or(choice_.jq.empty() ? fallback : Format::json)) {}

void OutputSink::default_to(Format format) {
  if (!choice_.format) format_ = format;
}

bool OutputSink::plain_lines() const {
  if (!choice_.jq.empty()) return false;
  return format_ == Format::quiet || (format_ == Format::jsonl && choice_.fields.empty());
}

bool OutputSink::takes_mixed_rows() const {
  return choice_.fields.empty() && format_ != Format::table && format_ != Format::tsv;
}

// The named members in the order they were asked for.
json::Value OutputSink::selected(const json::Value& value, json::Arena& arena) const {
  if (choice_.fields.empty() || !value.is_object()) return value;
  json::ObjectBuilder fields(arena);
  for (const std::string& name : choice_.fields) {
    const json::Value* member = value.find(name);
    if (member == nullptr) {
      throw Error(Category::usage, "unknown_field", "the result has no field '" + name + "'",
                  "fields: " + joined_names(value));
    }
    fields.add(name, *member);
  }
  return fields.done();
}

void OutputSink::filter(const json::Value& value) {
  if (!jq_) jq_.emplace(choice_.jq);
  jq_->run(json::to_compact(value), [&](std::string_view output) {
    // A string is printed bare, so that it can go into a shell variable.
    const json::Document document = json::parse(output);
    output_.write(document.root.is_string() ? document.root.text() : output);
    output_.write("\n");
  });
}

void OutputSink::print(const json::Value& value) {
  switch (format_) {
    case Format::json:
      output_.write(json::to_indented(value) + "\n");
      break;
    case Format::jsonl:
      output_.write(json::to_compact(value, json::Text::ascii) + "\n");
      break;
    case Format::yaml:
      output_.write(yaml(value));
      break;
    case Format::dotenv:
      output_.write(dotenv(value));
      break;
    case Format::tsv:
      output_.write(tsv_header(value) + tsv_line(value));
      break;
    case Format::table:
    case Format::quiet:
      output_.write(key_value_lines(value));
      break;
  }
}

void OutputSink::result(const Result& result) {
  json::Arena arena;
  const json::Value value = selected(result.value, arena);
  if (!choice_.jq.empty()) return filter(value);
  if (format_ == Format::quiet) return output_.write(result.id.empty() ? "" : result.id + "\n");
  if (format_ == Format::table && !result.text.empty() && choice_.fields.empty())
    return output_.write(result.text);
  const bool briefly = format_ == Format::table && result.brief && choice_.fields.empty();
  print(briefly ? *result.brief : value);
}

void OutputSink::begin_rows() {
  if (format_ == Format::json && choice_.jq.empty()) output_.write("[");
}

void OutputSink::row(const Result& result) {
  json::Arena arena;
  const json::Value value = result.fault ? result.value : selected(result.value, arena);
  const bool first = rows_++ == 0;
  if (!choice_.jq.empty()) {
    if (!result.fault) return filter(value);
    return output_.write(json::to_compact(value, json::Text::ascii) + "\n");
  }
  switch (format_) {
    case Format::json:
      output_.write((first ? "\n" : ",\n") + indented_item(value));
      break;
    case Format::yaml: {
      json::ArrayBuilder item(arena);
      output_.write(yaml(item.add(value).done()));
      break;
    }
    case Format::tsv:
      if (result.fault) return output_.write(json::to_compact(value, json::Text::ascii) + "\n");
      if (!header_printed_) output_.write(tsv_header(value));
      header_printed_ = true;
      output_.write(tsv_line(value));
      break;
    case Format::quiet:
      output_.write(result.id + "\n");
      break;
    case Format::table:
      table_row(result, result.brief && choice_.fields.empty() ? *result.brief : value);
      break;
    default:
      print(value);
  }
}

// The first row says which columns there are. A fault takes the first one with its message.
void OutputSink::table_row(const Result& result, const json::Value& value) {
  if (result.fault) {
    table_rows_.push_back({"error: " + cell(*value.find("error")->find("message"))});
    return;
  }
  if (!value.is_object()) {
    table_columns_ = {"value"};
    table_rows_.push_back({cell(value)});
    return;
  }
  if (table_columns_.empty()) {
    for (const json::Member& member : value.members())
      table_columns_.emplace_back(member.name.text());
  }
  std::vector<std::string> cells;
  for (const std::string& column : table_columns_) {
    const json::Value* member = value.find(column);
    cells.push_back(cell(member == nullptr ? json::Value() : *member));
  }
  table_rows_.push_back(std::move(cells));
}

void OutputSink::end_rows() {
  if (!choice_.jq.empty()) return;
  if (format_ == Format::json) output_.write(rows_ == 0 ? "]\n" : "\n]\n");
  if (format_ == Format::yaml && rows_ == 0) output_.write("[]\n");
  if (format_ != Format::table) return;
  if (table_columns_.empty()) table_columns_ = {"result"};  // every row is a fault, or there is none
  for (std::vector<std::string>& cells : table_rows_)
    cells.resize(table_columns_.size(), cell(json::Value()));
  output_.write(table(table_columns_, table_rows_, output_.columns()));
}

}  // namespace agentnet::cli
