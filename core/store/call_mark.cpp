#include "core/store/call_mark.hpp"

namespace agentnet::store {
namespace {

thread_local const void* inside = nullptr;

}  // namespace

CallMark::CallMark(const void* store) : before_(inside) {
  inside = store;
}

CallMark::~CallMark() {
  inside = before_;
}

void CallMark::refuse_inside(const void* store) {
  if (inside == store) {
    throw Error(Category::failed, "nested_call", "a write or a read of the store was started inside another");
  }
}

Error store_closed() {
  return Error(Category::failed, "store_closed", "the store is closed");
}

}  // namespace agentnet::store
