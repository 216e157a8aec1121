// Seals on their way to the disk.
//
// Seals that wait at the same time are written together: one commit, one Merkle tree, one round of
// signatures. So what a seal costs falls as more of them come at once, and an acknowledged seal is durable
// and attested.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sbn/batches.hpp"
#include "core/store/database.hpp"

namespace agentnet::sbn {

// A step of a bulk run that can be taken up again: so many lines of input, answered together.
struct RunStep {
  std::string run_id;
  std::int64_t first_line = 1;  // from 1; behind the last line of the step before
  std::int64_t line_count = 0;
  std::string faults;  // as in the table sbn_run_steps
};

// Seals of one request, written all or none.
struct SealGroup {
  std::string tenant_id;
  std::vector<LedgerEntry> seals;  // at most kMaxBatchSeals
  std::string chain_id = {};       // the chain that their hashes are appended to, in order; empty: none
  std::optional<RunStep> step = {};
  // What else must hold, and what else is written with the seals, in the same commit. `require` may throw an
  // Error before it has written anything, which ends the group without harm to the others; `with` sees the
  // seals with their seq.
  std::function<void(store::Connection&)> require = {};
  std::function<void(store::Connection&, std::span<const LedgerEntry>)> with = {};
};

struct SealOutcome {
  std::exception_ptr fault;        // null: durable
  std::vector<LedgerEntry> seals;  // with their seq
  std::string batch_id;
};
using SealDone = std::function<void(const SealOutcome&)>;  // must not throw

class SealQueue {
 public:
  // All must outlive this.
  SealQueue(store::Database& database, std::span<const crypto::SigningKey> validators, const Clock& clock,
            Random& random)
      : database_(database), validators_(validators), clock_(clock), random_(random) {}

  // `done` is called from the store's writer. A group may end in not_found/unknown_chain or
  // conflict/wrong_step without harm to the others. From any thread, but not from inside a write or read of
  // the store. Throws failed/store_closed.
  void push(SealGroup group, SealDone done);

 private:
  struct Waiting {
    SealGroup group;
    SealDone done;
  };
  class Job;

  void submit();
  std::vector<Waiting> take();

  store::Database& database_;
  const std::span<const crypto::SigningKey> validators_;
  const Clock& clock_;
  Random& random_;

  std::mutex mutex_;  // guards all below
  std::deque<Waiting> waiting_;
  bool submitted_ = false;  // a job is on its way that will take what waits
};

}  // namespace agentnet::sbn
