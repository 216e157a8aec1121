// The file of a store before SQLite looks into it: made with the right mode, and recognised.
#pragma once

#include <cstdint>
#include <string>

struct sqlite3;

namespace agentnet::store {

// "agnt": which SQLite files are ours (bytes 68..71).
inline constexpr std::int32_t kApplicationId = 0x61676e74;

// The path as SQLite must get it: absolute, since it gives bare names like ":memory:" and "file:x" a meaning
// of their own.
std::string absolute_path(const std::string& path);

// Makes a store without any tables, mode 0600, unless there is something by that name: the first page of a
// SQLite file in WAL mode, all or nothing, under whatever circumstances. Throws what system_error makes.
void make_store_file(const std::string& path);

// Looks at the first bytes of a file that was just opened, past SQLite, so that a file that is refused is
// left as it was. Throws Error failed/not_a_store for one that is something else, and failed/store_too_new
// for one of a later schema version than `known_version`.
void check_header(sqlite3* handle, const std::string& path, int known_version);

// Takes the rights of group and others away, for a file that someone gave them.
void close_to_others(const std::string& path);

[[noreturn]] void refuse_too_new(const std::string& path, int version, int known_version);
[[noreturn]] void refuse_foreign(const std::string& path);

}  // namespace agentnet::store
