// Where a command's results go. A command says what it found; the sink decides, from the output options, what
// of it is printed and how. The real one is cli/sink.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::commands {

enum class Format : std::uint8_t { table, json, jsonl, quiet, yaml, dotenv, tsv };

struct Result {
  json::Value value;   // what JSON, YAML, dotenv, tsv and filters show; must live until the call returns
  std::string text;    // what `table` prints instead of a table, with final newlines; empty: a table
  std::string id;      // what `quiet` prints
  bool fault = false;  // {"error":{…}} in place of a row: --json=FIELDS and --jq leave it as it is
  std::optional<json::Value> brief = {};  // what a table shows of the value; none: all of it
};

struct Sink {
  virtual ~Sink() = default;

  // One result: the whole answer of a command. At most once, and not together with rows.
  virtual void result(const Result& result) = 0;

  // A list: begin_rows, then any number of rows, then end_rows; rows are printed as they come where the
  // format allows it (all but table).
  virtual void begin_rows() = 0;
  virtual void row(const Result& result) = 0;
  virtual void end_rows() = 0;

  // Changes the format, unless the user chose one.
  virtual void default_to(Format format) = 0;

  // The format in force, for commands that prepare lines themselves. plain_lines() is true when whole lines
  // of that format (jsonl or quiet) may be handed to lines() as they are, no filter being asked for.
  virtual Format format() const = 0;
  virtual bool plain_lines() const = 0;
  virtual void lines(std::string_view text) = 0;
  // Whether rows may differ in their members: not in tables and tsv, and not when fields are asked for.
  virtual bool takes_mixed_rows() const = 0;

  // Bytes that are the result, such as canonical bytes: printed as they are in any format.
  virtual void bytes(std::string_view content) = 0;

  // Hands on what was printed so far, for commands that go on running.
  virtual void flush() = 0;
};

}  // namespace agentnet::commands
