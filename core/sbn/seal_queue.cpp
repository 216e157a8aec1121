#include "core/sbn/seal_queue.hpp"

#include <map>

#include "core/base/error.hpp"
#include "core/sbn/events.hpp"
#include "core/sbn/run_steps.hpp"
#include "core/sbn/stored_chain.hpp"
#include "core/sbn/webhooks.hpp"

namespace agentnet::sbn {

// What one write takes from the queue.
class SealQueue::Job {
 public:
  explicit Job(SealQueue& queue) : queue_(queue) {}

  void write(store::Connection& connection) {
    ran_ = true;
    now_ = queue_.clock_.now();
    groups_ = queue_.take();
    outcomes_.resize(groups_.size());
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      first_places_.push_back(seals_.size());
      write_group(connection, groups_[i].group, outcomes_[i]);
    }
    if (seals_.empty()) return;
    const std::string batch =
        add_batch(connection, seals_, seals_.front().seq, queue_.validators_, now_, queue_.random_);
    for (SealOutcome& outcome : outcomes_)
      outcome.batch_id = batch;
    meter_seals(connection);
  }

  // The write is over; null: durable.
  void finish(const std::exception_ptr& fault) noexcept {
    if (!ran_) {  // the commit could not even begin
      groups_ = queue_.take();
      outcomes_.resize(groups_.size());
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      SealOutcome& outcome = outcomes_[i];
      if (fault) outcome.fault = fault;
      if (!outcome.fault) {
        const auto count = static_cast<std::ptrdiff_t>(groups_[i].group.seals.size());
        const auto first =
            std::make_move_iterator(seals_.begin() + static_cast<std::ptrdiff_t>(first_places_[i]));
        outcome.seals.assign(first, first + count);
      }
      groups_[i].done(outcome);
    }
  }

 private:
  void write_group(store::Connection& connection, SealGroup& group, SealOutcome& outcome) {
    std::optional<StoredChain> chain;
    try {
      // All that can be wrong with a group is looked at before anything of it is written.
      if (!group.chain_id.empty()) chain = require_chain(connection, group.tenant_id, group.chain_id);
      if (group.step) require_next_step(connection, group.tenant_id, *group.step);
      if (group.require) group.require(connection);
    } catch (const Error&) {
      outcome.fault = std::current_exception();
      return;
    }
    std::int64_t first_seq = 0;
    for (LedgerEntry& seal : group.seals) {
      seal.seq = add_to_ledger(connection, seal);
      if (first_seq == 0) first_seq = seal.seq;
      if (chain)
        append_to_chain(connection, *chain, {.block_hash = seal.hash, .block_id = seal.block_id}, now_);
      seals_.push_back(std::move(seal));
    }
    if (group.step) add_step(connection, group.tenant_id, *group.step, first_seq);
    if (group.with) group.with(connection, std::span(seals_).last(group.seals.size()));
  }

  void tell_of_seals(store::Connection& connection, std::string_view tenant) {
    constexpr std::string_view kSealed = "block.sealed";
    if (webhooks_for(connection, tenant, kSealed).empty()) return;
    for (const LedgerEntry& seal : seals_) {
      if (seal.tenant_id != tenant) continue;
      const auto data = [&](json::Arena& arena) {
        return json::ObjectBuilder(arena)
            .add("block_id", std::string_view(seal.block_id))
            .add("receipt_id", std::string_view(receipt_id(seal.block_id)))
            .add("snapchore_hash", std::string_view(seal.hash))
            .add("domain", std::string_view(seal.domain))
            .add("block_type", std::string_view(seal.block_type))
            .done();
      };
      emit_event(connection, tenant, kSealed, data, now_);
    }
  }

  void meter_seals(store::Connection& connection) {
    std::map<std::string_view, std::int64_t> counts;
    for (const LedgerEntry& seal : seals_)
      ++counts[seal.tenant_id];
    for (const auto& [tenant, count] : counts) {
      meter(connection, tenant, kSourceSeal, count, now_);
      tell_of_seals(connection, tenant);
    }
  }

  SealQueue& queue_;
  bool ran_ = false;
  Instant now_{};
  std::vector<Waiting> groups_;
  std::vector<SealOutcome> outcomes_;
  std::vector<LedgerEntry> seals_;         // of all groups, in the order of the tree
  std::vector<std::size_t> first_places_;  // of each group, in it
};

void SealQueue::push(SealGroup group, SealDone done) {
  {
    const std::lock_guard hold(mutex_);
    waiting_.push_back({std::move(group), std::move(done)});
    if (submitted_) return;
    submitted_ = true;
  }
  submit();
}

void SealQueue::submit() {
  const auto job = std::make_shared<Job>(*this);
  try {
    database_.write_later([job](store::Connection& connection) { job->write(connection); },
                          [this, job](const std::exception_ptr& fault) {
                            job->finish(fault);
                            bool more = false;
                            {
                              const std::lock_guard hold(mutex_);
                              more = !waiting_.empty() && !submitted_;
                              if (more) submitted_ = true;
                            }
                            if (more) submit();
                          });
  } catch (const Error&) {
    // The store is closed: nobody will take what waits.
    std::deque<Waiting> waiting;
    {
      const std::lock_guard hold(mutex_);
      waiting.swap(waiting_);
      submitted_ = false;
    }
    SealOutcome outcome;
    outcome.fault = std::current_exception();
    for (const Waiting& each : waiting)
      each.done(outcome);
  }
}

std::vector<SealQueue::Waiting> SealQueue::take() {
  const std::lock_guard hold(mutex_);
  submitted_ = false;
  std::vector<Waiting> taken;
  std::size_t seals = 0;
  while (!waiting_.empty()) {
    seals += waiting_.front().group.seals.size();
    if (!taken.empty() && seals > kMaxBatchSeals) break;
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

}  // namespace agentnet::sbn
