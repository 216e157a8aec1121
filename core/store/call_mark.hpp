// Which store the current thread is inside of: a function that waits for its own store would wait for ever.
#pragma once

#include "core/base/error.hpp"

namespace agentnet::store {

class CallMark {
 public:
  // From now on the thread is inside a function of `store`, until this ends. The innermost one counts.
  explicit CallMark(const void* store);
  ~CallMark();
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;

  // Throws Error failed/nested_call when the thread is inside a function of `store`.
  static void refuse_inside(const void* store);

 private:
  const void* before_;
};

// failed/store_closed, for calls that come too late.
Error store_closed();

}  // namespace agentnet::store
