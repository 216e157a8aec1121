// What answers become that are no results (wire reference paybond 6.3 and 13).
//
// A refusal is an Error with the code and message that the body has, in any of the shapes that Paybond and
// the edges before it use, and with the details "status", "url" and "body_text" (at most kMaxQuotedBytes of
// it). The category is the one that the status calls for:
//
//   401, 403  auth     404, 410  not_found     409  conflict     402, 429  policy
//   other 4xx and 501  refused                 5xx  unreachable
#pragma once

#include <string>

#include "core/base/error.hpp"
#include "core/http/message.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxQuotedBytes = 4096;  // of an answer's body in an Error

Category category_of_status(int status);

// `network` is the base URL; `origin` says where the credential came from, "" when none was sent.
Error refusal(const http::Response& response, const std::string& network, const std::string& target,
              const std::string& origin);

// An answer that cannot be one of Paybond: unreachable/bad_response, with the same details. `why` is a
// phrase.
Error bad_response(const http::Response& response, const std::string& network, const std::string& target,
                   const std::string& why);

// The answer speaks of another tenant, intent, receipt or operator than was asked for: verification/
// tenant_binding_mismatch, never retried. `what` is what differs: "verify tenant".
Error binding_mismatch(const std::string& what, const std::string& asked, const std::string& answered,
                       const std::string& url);

}  // namespace agentnet::paybond
