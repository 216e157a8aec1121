// The bytes in front of a response's body.
#pragma once

#include <chrono>
#include <string>

#include "core/http/message.hpp"

namespace agentnet::http {

// How the response is to go out.
struct Delivery {
  bool keep_alive = true;
  bool http_1_0 = false;   // the request was; the answer says HTTP/1.1 all the same (RFC 9110 section 6.2)
  bool head_only = false;  // the answer to HEAD: a Content-Length of the handler is kept, no body follows
};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(std::chrono::sys_seconds second);

// Status line, Date, the fields of the response, Content-Length, Connection where it says something new, and
// the empty line. Date, Content-Length, Connection and Transfer-Encoding are the server's: those of the
// handler are left out. A field whose name is no token is left out, a control character in a value becomes a
// space. There is no Server field.
std::string response_head(const Response& response, const Delivery& delivery, std::string_view date);

// 1xx, 204 and 304 have none (RFC 9110 section 6.4.1).
bool may_have_body(int status);

}  // namespace agentnet::http
