#include "core/store/statement_cache.hpp"

#include <sqlite3.h>

#include "core/base/error.hpp"
#include "core/store/faults.hpp"

namespace agentnet::store {
namespace {

// give_back finds a statement's place by sqlite3_sql(), which has no white space behind the statement.
std::string_view without_trailing_space(std::string_view sql) {
  const std::size_t last = sql.find_last_not_of(" \t\r\n");
  return sql.substr(0, last == sql.npos ? 0 : last + 1);
}

}  // namespace

sqlite3_stmt* StatementCache::take(std::string_view sql) {
  sql = without_trailing_space(sql);
  if (const auto found = idle_.find(sql); found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    --idle_count_;
    ++in_use_;
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (result != SQLITE_OK) throw fault_of(handle_, result);
  if (statement == nullptr || tail != sql.data() + sql.size()) {
    sqlite3_finalize(statement);
    throw Error(Category::failed, "store", "the store runs one statement at a time");
  }
  ++in_use_;
  return statement;
}

void StatementCache::give_back(sqlite3_stmt* statement) {
  sqlite3_reset(statement);  // repeats the fault of the last step, which its caller has seen
  sqlite3_clear_bindings(statement);
  --in_use_;
  if (idle_count_ == kMaxIdleStatements) drop_idle();
  const std::string_view sql = sqlite3_sql(statement);
  auto place = idle_.find(sql);
  if (place == idle_.end()) place = idle_.try_emplace(std::string(sql)).first;
  place->second.push_back(statement);
  ++idle_count_;
}

void StatementCache::drop_idle() {
  for (const auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements)
      sqlite3_finalize(statement);
  }
  idle_.clear();
  idle_count_ = 0;
}

}  // namespace agentnet::store
