// Where the JSON writers put their bytes: the end of a string, reached through a cursor, because appending
// to a std::string a few bytes at a time costs more than everything else a writer does.
//
// What was added counts once keep() is called; without it the string ends as it was, so that a writer that
// throws leaves nothing half written behind.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace agentnet::json {

class Output {
 public:
  explicit Output(std::string& text) : text_(text), kept_(text.size()), at_(text.data() + kept_), end_(at_) {}
  ~Output() { text_.resize(kept_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void keep() { kept_ = static_cast<std::size_t>(at_ - text_.data()); }

  void add(char c) {
    reserve(1);
    *at_++ = c;
  }
  void add(std::string_view text) {
    reserve(text.size());
    put(text);
  }
  void add_quoted(std::string_view text) {
    reserve(text.size() + 2);
    *at_++ = '"';
    put(text);
    *at_++ = '"';
  }
  void fill(std::size_t count, char c) {
    reserve(count);
    std::memset(at_, c, count);
    at_ += count;
  }

  // Room for `bytes` more, for a caller that writes there itself and then says where it stopped.
  char* reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    return at_;
  }
  void advance_to(char* end) { at_ = end; }

 private:
  static constexpr std::size_t kFirstBytes = 512;

  // Short texts, which most are, as two loads that may overlap instead of a call.
  void put(std::string_view text) {
    const std::size_t size = text.size();
    if (size >= sizeof(std::uint64_t) && size <= 2 * sizeof(std::uint64_t)) {
      put_ends<std::uint64_t>(text);
    } else if (size >= sizeof(std::uint32_t) && size < sizeof(std::uint64_t)) {
      put_ends<std::uint32_t>(text);
    } else if (size < sizeof(std::uint32_t)) {
      for (std::size_t i = 0; i < size; ++i)
        at_[i] = text[i];
    } else {
      std::memcpy(at_, text.data(), size);
    }
    at_ += size;
  }
  template <typename Word>
  void put_ends(std::string_view text) {
    Word first;
    Word last;
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
    std::memcpy(at_, &first, sizeof first);
    std::memcpy(at_ + text.size() - sizeof last, &last, sizeof last);
  }

  // By what was added so far, not by all that the string holds: resize() fills with zeros, and in bulk work
  // the string holds the answers to a whole block of lines.
  [[gnu::noinline]] void grow(std::size_t bytes) {
    const auto used = static_cast<std::size_t>(at_ - text_.data());
    text_.resize(used + std::max({bytes, used - kept_, kFirstBytes}));
    at_ = text_.data() + used;
    end_ = text_.data() + text_.size();
  }

  std::string& text_;
  std::size_t kept_;
  char* at_;
  char* end_;
};

}  // namespace agentnet::json
