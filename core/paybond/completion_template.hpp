// The templates of predicates that completion presets name, in this project's language of predicates
// (predicate.hpp, differences.json "local-predicate-language").
//
//   template                   parameters                                    predicate
//   api_response_v1            http_status_path, expected_http_status        the number there is it, and the
//   schema holds webhook_confirmation_v1    event_type_path, expected_event_type          the text there is
//   it, and the schema holds artifact_hash_v1           operation_path, expected_operation            the
//   same, and an artifact's hash is there completion_budget_v1       status_path, expected_status, cost_path
//   the text there is it, and the number of
//                                                                            cents there is at most the
//                                                                            amount
//   true_v1                                                                  always passes
//
// A path is an array of member names. What each asks for is the wire reference's (paybond 11).
#pragma once

#include "core/paybond/completion_catalog.hpp"

namespace agentnet::paybond {

// The predicate document of a template with these parameters, an object. Throws Error usage, the detail
// "field" naming the parameter: missing_parameter, bad_parameter, unknown_parameter. Texts lie in
// `parameters`.
json::Value template_predicate(CompletionTemplate which, const json::Value& parameters, json::Arena& arena);

}  // namespace agentnet::paybond
