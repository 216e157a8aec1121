// One connection to the store as services use it: statements with values bound to them, and their rows.
//
// A service is handed a Connection by Database and uses it during that call only. Statements are prepared
// once and kept, found again by their text; so texts are constants, and what varies is bound. Transactions,
// ATTACH and PRAGMAs that set something are the store's own: a service that tries them gets failed/store.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace agentnet::store {

class StatementCache;

// The rows of a query that runs. Ends when destroyed, which must be before the Connection's call is over.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  // Moves to the next row; false at the end and ever after. Throws Error as Connection::run does.
  bool next();
  // Columns of the row, counted from 0, after a next() that was true. A NULL is 0 or empty, and so is every
  // column of no row.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  Bytes bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class Connection;
  Query(StatementCache& statements, sqlite3_stmt* statement)
      : statements_(&statements), statement_(statement) {}
  void finish();

  StatementCache* statements_;
  sqlite3_stmt* statement_;  // null: finished
};

// A value to bind. Text and bytes must outlive the call.
struct Bind {
  enum class Kind : std::uint8_t { null, integer, real, text, bytes };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view data = {};

  Bind() = default;
  Bind(std::nullptr_t) {}                                            // NOLINT: all of these are meant to
  Bind(std::int64_t value) : kind(Kind::integer), integer(value) {}  // NOLINT: convert
  Bind(int value) : kind(Kind::integer), integer(value) {}           // NOLINT
  Bind(double value) : kind(Kind::real), real(value) {}              // NOLINT
  Bind(std::string_view value) : kind(Kind::text), data(value) {}    // NOLINT
  Bind(const std::string& value) : kind(Kind::text), data(value) {}  // NOLINT
  Bind(const char* value) : kind(Kind::text), data(value) {}         // NOLINT
  Bind(ByteView value) : kind(Kind::bytes), data(as_text(value)) {}  // NOLINT
  Bind(const Bytes& value) : Bind(ByteView(value)) {}                // NOLINT
  Bind(bool) = delete;                                               // say 0 or 1: pointers convert to bool
  template <typename T>
  Bind(const std::optional<T>& value) {  // NOLINT
    if (value) *this = Bind(*value);
  }
};

// Not for two threads at once.
class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs one statement to its end and returns the number of rows that it inserted, updated or deleted itself.
  // Throws Error
  //   conflict/constraint     a constraint was broken; the detail "constraint" says which kind: unique,
  //                           primary_key, foreign_key, not_null, check or other
  //   failed/disk_full        no room on the disk
  //   failed/store_io         the disk failed
  //   failed/store_corrupt    the file is damaged
  //   unreachable/store_busy  another process kept its lock for longer than busy_timeout_ms
  //   failed/store            anything else: wrong SQL, a write on a connection for reading
  // A message names the file and never the SQL or a value; the detail "sqlite" has the engine's code.
  std::int64_t run(std::string_view sql, std::initializer_list<Bind> binds = {});
  // Starts one statement; its rows come with next(). Keeps copies of what is bound. Throws as run does.
  Query query(std::string_view sql, std::initializer_list<Bind> binds = {});
  std::int64_t last_row_id() const;

 private:
  friend class Session;  // core/store/session.hpp: who opens it, and who may begin and commit

  enum class Lifetime : std::uint8_t { call, query };  // of what is bound

  explicit Connection(sqlite3* handle);
  Query start(std::string_view sql, std::initializer_list<Bind> binds, Lifetime lifetime);

  sqlite3* handle_;  // closed in the end
  std::unique_ptr<StatementCache> statements_;
  bool for_reading_ = false;  // refuse statements that write
  bool controlling_ = false;  // the store itself runs a statement
};

}  // namespace agentnet::store
