#include "core/store/connection.hpp"

#include <sqlite3.h>

#include "core/base/error.hpp"
#include "core/store/faults.hpp"
#include "core/store/statement_cache.hpp"

namespace agentnet::store {
namespace {

// What only the store itself may do. SQLite asks when a statement is prepared.
int authorize(void* controlling, int action, const char*, const char* argument, const char*, const char*) {
  if (*static_cast<const bool*>(controlling)) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      return argument == nullptr ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

int bind_value(sqlite3_stmt* statement, int position, const Bind& bind, sqlite3_destructor_type keep) {
  // SQLite takes a null pointer for NULL, also when the length is zero.
  const char* data = bind.data.data() == nullptr ? "" : bind.data.data();
  switch (bind.kind) {
    case Bind::Kind::null:
      return sqlite3_bind_null(statement, position);
    case Bind::Kind::integer:
      return sqlite3_bind_int64(statement, position, bind.integer);
    case Bind::Kind::real:
      return sqlite3_bind_double(statement, position, bind.real);
    case Bind::Kind::text:
      return sqlite3_bind_text64(statement, position, data, bind.data.size(), keep, SQLITE_UTF8);
    case Bind::Kind::bytes:
      return sqlite3_bind_blob64(statement, position, data, bind.data.size(), keep);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Query::Query(Query&& other) noexcept : statements_(other.statements_), statement_(other.statement_) {
  other.statement_ = nullptr;
}

Query::~Query() {
  finish();
}

void Query::finish() {
  if (statement_ != nullptr) statements_->give_back(statement_);
  statement_ = nullptr;
}

bool Query::next() {
  if (statement_ == nullptr) return false;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    finish();  // another step would run it anew
    return false;
  }
  const Error fault = fault_of(sqlite3_db_handle(statement_), result);
  finish();
  throw fault;
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return text == nullptr ? std::string() : std::string(text, size);
}

Bytes Query::bytes(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? Bytes() : Bytes(data, data + size);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Connection::Connection(sqlite3* handle)
    : handle_(handle), statements_(std::make_unique<StatementCache>(handle)) {
  sqlite3_set_authorizer(handle_, authorize, &controlling_);
}

Connection::~Connection() {
  statements_.reset();
  sqlite3_close_v2(handle_);
}

Query Connection::start(std::string_view sql, std::initializer_list<Bind> binds, Lifetime lifetime) {
  // After a full disk SQLite may have ended the transaction by itself; a caller that goes on regardless must
  // not write outside one.
  if (!controlling_ && sqlite3_get_autocommit(handle_) != 0) {
    throw Error(Category::failed, "store", store_name(handle_) + " has ended this transaction");
  }
  Query query(*statements_, statements_->take(sql));
  if (for_reading_ && sqlite3_stmt_readonly(query.statement_) == 0) throw fault_of(handle_, SQLITE_READONLY);
  if (sqlite3_bind_parameter_count(query.statement_) != static_cast<int>(binds.size())) {
    throw Error(Category::failed, "store", "a statement has another number of parameters than it got values");
  }
  const sqlite3_destructor_type keep = lifetime == Lifetime::call ? SQLITE_STATIC : SQLITE_TRANSIENT;
  int position = 0;
  for (const Bind& bind : binds) {
    const int result = bind_value(query.statement_, ++position, bind, keep);
    if (result != SQLITE_OK) throw fault_of(handle_, result);
  }
  return query;
}

std::int64_t Connection::run(std::string_view sql, std::initializer_list<Bind> binds) {
  const std::int64_t changes_before = sqlite3_total_changes64(handle_);
  Query query = start(sql, binds, Lifetime::call);
  while (query.next()) {
  }
  // sqlite3_changes64() is that of an older statement when this one changed nothing, as CREATE TABLE does
  // not.
  return sqlite3_total_changes64(handle_) == changes_before ? 0 : sqlite3_changes64(handle_);
}

Query Connection::query(std::string_view sql, std::initializer_list<Bind> binds) {
  return start(sql, binds, Lifetime::query);
}

std::int64_t Connection::last_row_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

}  // namespace agentnet::store
