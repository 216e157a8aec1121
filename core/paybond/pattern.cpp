#include "core/paybond/pattern.hpp"

#include <re2/re2.h>

namespace agentnet::paybond {
namespace {

// The matcher's slow way looks at every instruction for every byte.
constexpr int kInstructionsPerUnit = 16;

}  // namespace

Pattern::Pattern(std::string_view text) : text_(text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxPatternMemory);
  const std::string translated = translate_pattern(text);
  compiled_ = std::make_unique<const re2::RE2>(translated, options);
  if (!compiled_->ok() || compiled_->ProgramSize() > kMaxPatternProgram) {
    // What is well formed but not taken has a name the matcher does not know, or is too large.
    const bool unknown = compiled_->error_code() == re2::RE2::ErrorBadCharRange;
    throw Error(Category::usage, "bad_pattern",
                unknown ? "the pattern names a category of characters that is not known"
                        : "the pattern is too large when its repeats are written out");
  }
  units_per_byte_ = 1 + static_cast<std::uint64_t>(compiled_->ProgramSize() / kInstructionsPerUnit);
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&& other) noexcept = default;
Pattern& Pattern::operator=(Pattern&& other) noexcept = default;

bool Pattern::found_in(std::string_view text, Fuel& fuel) const {
  fuel.spend(1 + text.size() * units_per_byte_);
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace agentnet::paybond
