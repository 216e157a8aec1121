// The store: one SQLite file, one writer, many readers, and commits that are shared.
//
// A write is a function over a connection. Writes that wait at the same time run one after another inside one
// transaction, each in a part of its own, and share the one fsync at its end (group commit). A write that
// throws is undone alone and its exception goes to its caller. When write() returns, or done() is called
// without a fault, the data is on disk: WAL mode, synchronous=FULL, read back after they are set. What a
// write threw away stays away; only a write whose commit itself failed (a full or broken disk) may still be
// found after a crash, since it is not known how far the disk got.
//
// Several processes may open the same file: SQLite's lock orders their transactions, and a busy one is waited
// for. Only programs of this release line may write it (core/store/page_checks.hpp).
//
// The four calls may come from any thread, but not from inside a write or a read of the same Database, where
// write() and read() throw failed/nested_call: services hand the Connection on instead.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/store/connection.hpp"
#include "core/store/migrations.hpp"

namespace agentnet::store {

inline constexpr std::size_t kMaxReaders = 8;  // connections for reading; more reads at once wait for one

using Read = std::function<void(Connection& connection)>;
using Write = std::function<void(Connection& connection)>;
using Done = std::function<void(std::exception_ptr fault)>;  // null: durable; must not throw

class Database {
 public:
  struct Options {
    std::string path;               // of the file; empty: in memory, gone with the object
    std::size_t group_limit = 512;  // writes that share one commit at the most
    int busy_timeout_ms = 10'000;   // how long another process is waited for
  };

  // Opens the file, or makes it (mode 0600; the folder must be there), and migrates it. Throws Error
  //   failed/store_too_new  the file is of a later schema version; the message says which
  //   failed/not_a_store    the file is something else; like one that is too new, it is left untouched
  //   what system_error makes when the file cannot be made, and what Connection::run throws
  static std::unique_ptr<Database> open(const Options& options, std::span<const Migration> migrations);
  virtual ~Database() = default;

  // Runs `write`, commits, and returns when it is durable. Throws what it threw, or why the commit failed. A
  // caller that is alone runs it on its own thread.
  virtual void write(const Write& write) = 0;
  // The same without waiting: `done` is called from the writer's thread, in the order of the write_later
  // calls. It may call anything but close(). Throws Error failed/store_closed after close().
  virtual void write_later(Write write, Done done) = 0;
  // Runs `read` on a read-only connection that sees one state throughout: that of its first query, with all
  // that was durable before. Throws what it threw.
  virtual void read(const Read& read) = 0;

  virtual int schema_version() = 0;
  // Finishes the writes that wait and the reads that run, and closes the file. Afterwards every call throws
  // Error failed/store_closed. Called by the destructor, too.
  virtual void close() = 0;
};

}  // namespace agentnet::store
