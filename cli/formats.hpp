// The output formats that are not JSON. Every text of a value is made harmless for terminals where people
// read it (table), and quoted where programs do (yaml, dotenv, tsv).
#pragma once

#include <string>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::cli {

// A scalar as people read it: strings bare, null as "-", containers as compact JSON. Safe for a terminal.
std::string cell(const json::Value& value);

// An object as lines "name  value" with the values aligned; other values as one line. With final newline.
std::string key_value_lines(const json::Value& value);

// Columns padded to their widest cell, a header in capitals, no lines drawn. No rows: "(no results)". The
// last column is broken at spaces where it would not fit into `room` columns; 0 means that there is no end of
// them.
std::string table(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
                  std::size_t room);

// A YAML 1.2 block; strings are double-quoted unless plainly harmless.
std::string yaml(const json::Value& value);

// NAME="value" lines for the shell and for dotenv readers: names upper-cased with '_' for what is not a
// letter or digit, nested names joined by '_'.
std::string dotenv(const json::Value& value);

// One line of tab-separated cells; tab, newline and backslash are written \t \n \\.
std::string tsv_header(const json::Value& row);
std::string tsv_line(const json::Value& row);

}  // namespace agentnet::cli
