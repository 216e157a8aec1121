// A disk that fails when it is told to, for SQLite.
//
// While it lives, it is what SQLite uses by default to reach files. Everything goes through to the real disk,
// and the operations that change something are counted: writes, syncs, truncations and deletions. One of
// them, or all from one on, can be made to fail; or a read. After a failure that lasts, leave_what_survived()
// makes the files what a disk may hold when the power was cut at that moment: all that was synced, and of
// each later write everything, nothing, or some of its sectors.
//
// There is one such disk at a time. Not for several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

namespace agentnet::tests {

class FaultyDisk {
 public:
  enum class Fault : std::uint8_t {
    io_error,     // EIO, nothing happens
    short_write,  // EIO, half of a write is on the disk
    disk_full,    // ENOSPC, half of a write is on the disk
  };

  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The operation of that number, counted from 1 and from now, fails; all later ones, too, when `lasting`.
  void fail_at(int operation, Fault fault, bool lasting = false);
  // The read of that number gets EIO, once.
  void fail_read_at(int read);
  // Nothing fails any more.
  void heal();

  // Counted since the last call of one of those above.
  int operations() const;
  int reads() const;
  bool has_failed() const;

  void leave_what_survived(std::mt19937_64& random);
};

}  // namespace agentnet::tests
