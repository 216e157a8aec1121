// The real sink: results onto standard output in the format that was asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/jq.hpp"
#include "cli/output.hpp"
#include "commands/sink.hpp"

namespace agentnet::cli {

struct OutputChoice {
  std::optional<commands::Format> format;  // none: the command's own
  std::vector<std::string> fields;         // --json=a,b; empty for all
  std::string jq;                          // --jq; empty for none
  bool color = false;
};

std::optional<commands::Format> format_by_name(std::string_view name);
std::string_view format_name(commands::Format format);

class OutputSink final : public commands::Sink {
 public:
  OutputSink(Output& output, OutputChoice choice, commands::Format fallback);

  void result(const commands::Result& result) override;
  void begin_rows() override;
  void row(const commands::Result& result) override;
  void end_rows() override;
  void default_to(commands::Format format) override;
  commands::Format format() const override { return format_; }
  bool plain_lines() const override;
  bool takes_mixed_rows() const override;
  void lines(std::string_view text) override {
    output_.write(text);
    output_.flush();
  }
  void bytes(std::string_view content) override { output_.write(content); }
  void flush() override { output_.flush(); }

 private:
  json::Value selected(const json::Value& value, json::Arena& arena) const;
  void table_row(const commands::Result& result, const json::Value& value);
  void print(const json::Value& value);
  void filter(const json::Value& value);

  Output& output_;
  OutputChoice choice_;
  commands::Format format_;
  std::optional<JqFilter> jq_;  // from the first result on
  std::size_t rows_ = 0;
  bool header_printed_ = false;  // of tsv
  std::vector<std::string> table_columns_;
  std::vector<std::vector<std::string>> table_rows_;
};

}  // namespace agentnet::cli
