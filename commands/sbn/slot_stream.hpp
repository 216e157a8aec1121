// Events from an input into a slot, each as a BitBlock, in order; then the slot's end.
//
// Against a local network a block of lines is one request and one commit, which says where in the slot it
// belongs, so that one whose answer was lost can be sent again without doubling an event. Any other network
// gets a request for each event.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "commands/bulk.hpp"
#include "commands/interruptible_input.hpp"
#include "commands/sbn/connection.hpp"

namespace agentnet::commands {

struct StreamOptions {
  std::string slot = {};  // to go on with; empty: a new one
  std::string worker = {};
  std::string task = {};
  std::string domain = {};
  std::int64_t interval = 60;
  json::Value metadata = {};  // of the slot, an object or null
  int in_flight = 1;          // requests at a time against a network that is not local
  bool attest = false;
  std::optional<std::string> snap_hash = {};  // what is attested; none: what the slot came to
  std::string frontier = {};
};

// Opens a slot as the official client's slot session does: its metadata says the interval, too.
json::Document open_slot(sbn::Client& client, const StreamOptions& options);

class SlotStream {
 public:
  // All must outlive it.
  SlotStream(Connection& connection, StreamOptions options, const Arguments& arguments, Context& context)
      : connection_(connection), options_(std::move(options)), arguments_(arguments), context_(context) {}

  // Opens the slot or takes it up, submits what `input` gives, closes, attests. 130 or 143 when a signal
  // ended the input. What goes wrong once the slot is there is an Error whose details say slot_id and how
  // many events of this run are durable.
  Exit run(InterruptibleInput& input);

 private:
  struct Target {
    bool bare;
    BulkTally& tally;
    std::string& out;
  };

  void open();
  void resume();
  Exit submit_and_close(InterruptibleInput& input);
  void submit_lines(std::span<const Line> lines, const Target& target);
  void submit_block(std::span<const Line> lines, const Target& target);
  void submit_each(std::span<const Line> lines, const Target& target);
  void finish(bool bare, std::string& out);
  json::Document attest(const json::Value& closed) const;

  Connection& connection_;
  StreamOptions options_;
  const Arguments& arguments_;
  Context& context_;
  std::string slot_id_;
  std::int64_t place_ = 0;                // in the slot, of the next event; of a local network
  std::atomic<std::int64_t> durable_{0};  // events of this run that were answered
};

}  // namespace agentnet::commands
