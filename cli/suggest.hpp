// The nearest right word for a wrong one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::cli {

// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours, if they are at
// most a third of the word's letters (but at least two are allowed), or one that the word begins; otherwise
// "".
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// "did you mean 'x'?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace agentnet::cli
