// What SQLite's result codes mean to the product.
#pragma once

#include "core/base/error.hpp"

struct sqlite3;

namespace agentnet::store {

// The Error for a result code (extended or not) that `handle`'s last call returned, as Connection::run lists
// them. `handle` may be null when there was no connection.
Error fault_of(sqlite3* handle, int result);

// "the store <path>", or "the store" in memory: what messages are about.
std::string store_name(sqlite3* handle);

}  // namespace agentnet::store
