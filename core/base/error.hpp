// The one exception type of the product.
//
// An Error is thrown where a fault is known and caught at the border of a unit of work: the process (which
// turns the category into an exit code), a line of a bulk command, later a request or a step. An expected
// negative answer, such as a hash that does not match, is a value and not an Error.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace agentnet {

// What kind of fault it is. The category decides the exit code (cli/exit_codes.hpp) and nothing else does.
enum class Category : std::uint8_t {
  failed,        // anything that fits nothing below
  usage,         // a bad flag, a bad input file, bad JSON
  not_found,     // a named thing does not exist
  auth,          // not authenticated or not allowed
  refused,       // a server refused for a reason of its own
  conflict,      // exists already, wrong state, idempotency key reused
  unreachable,   // network, timeout, server fault
  pending,       // still going on when the wait ended
  verification,  // a hash, signature, chain or receipt does not hold
  policy,        // refused by a policy, budget or quota
};

// The category's name as it appears in JSON errors, for instance "not_found".
std::string_view category_name(Category category);

// One named fact about a fault, for JSON errors: {"offset": 12}.
struct Detail {
  std::string name;
  std::variant<std::string, std::int64_t> value;
};

class Error : public std::runtime_error {
 public:
  // `code` is a short stable word in snake_case that scripts may match; `message` is a sentence without a
  // final full stop; `hint`, when not empty, says what to do about it.
  Error(Category category, std::string code, const std::string& message, std::string hint = {},
        std::vector<Detail> details = {})
      : std::runtime_error(message),
        category_(category),
        code_(std::move(code)),
        hint_(std::move(hint)),
        details_(std::move(details)) {}

  Category category() const { return category_; }
  const std::string& code() const { return code_; }
  std::string message() const { return what(); }
  const std::string& hint() const { return hint_; }
  const std::vector<Detail>& details() const { return details_; }

 private:
  Category category_;
  std::string code_;
  std::string hint_;
  std::vector<Detail> details_;
};

// The fault of a system call: category by errno (ENOENT is not_found, EEXIST is conflict, others failed),
// message "<what>: <text of errno>".
Error system_error(const std::string& what, int error_number);

}  // namespace agentnet
