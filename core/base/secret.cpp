#include "core/base/secret.hpp"

#include <sodium.h>

#include <cstring>
#include <ostream>

#include "core/base/error.hpp"

namespace agentnet {

Secret::Secret(ByteView bytes) : size_(bytes.size()) {
  if (sodium_init() < 0) throw Error(Category::failed, "no_secure_memory", "cannot set up secure memory");
  memory_.reset(static_cast<std::uint8_t*>(sodium_malloc(size_)));
  if (!memory_) throw Error(Category::failed, "no_secure_memory", "cannot get secure memory for a secret");
  if (size_ > 0) std::memcpy(memory_.get(), bytes.data(), size_);
}

void Secret::Free::operator()(std::uint8_t* memory) const {
  sodium_free(memory);
}

bool Secret::equals(const Secret& other) const {
  if (size_ != other.size_) return false;
  return size_ == 0 || sodium_memcmp(memory_.get(), other.memory_.get(), size_) == 0;
}

std::ostream& operator<<(std::ostream& out, const Secret&) {
  return out << "***";
}

void wipe(std::span<std::uint8_t> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace agentnet
