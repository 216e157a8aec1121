// Prepared statements of one connection, kept for the next use of the same SQL.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace agentnet::store {

// Statements that wait for their next use. Texts are meant to be constants; should a caller make them up as
// it goes, the cache starts over each time this many have gathered.
inline constexpr std::size_t kMaxIdleStatements = 256;

class StatementCache {
 public:
  explicit StatementCache(sqlite3* handle) : handle_(handle) {}
  ~StatementCache() { drop_idle(); }
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  // A statement that nobody else uses, with nothing bound: the same SQL may run twice at once. Throws Error
  // as Connection::run does; for more than one statement, too.
  sqlite3_stmt* take(std::string_view sql);
  // Ends its run and keeps it. Never fails.
  void give_back(sqlite3_stmt* statement);

  std::size_t in_use() const { return in_use_; }
  std::size_t idle() const { return idle_count_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  void drop_idle();

  sqlite3* handle_;
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>, Hash, std::equal_to<>> idle_;
  std::size_t idle_count_ = 0;
  std::size_t in_use_ = 0;
};

}  // namespace agentnet::store
