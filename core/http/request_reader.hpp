// From the bytes of a connection to requests: HTTP/1.1 and HTTP/1.0 (RFC 9112), strictly, without any I/O.
//
//   method SP target SP HTTP/1.x CRLF
//   name ":" value CRLF                (any number)
//   CRLF
//   body: Content-Length bytes, or chunks (size in hex [; extension] CRLF data CRLF ... 0 CRLF trailers CRLF)
//
// Where two readers of the same bytes could see different requests, this one sees none (request smuggling): a
// repeated Content-Length, one beside Transfer-Encoding, any coding but a single "chunked", a bare LF, a
// space before the colon, and a folded line are refused. So are targets that are no path (the forms for
// proxies). Trailers are checked and dropped. Nothing is allocated for bytes that did not arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace agentnet::http {

inline constexpr std::size_t kMaxHeaderBytes = 16 * 1024;       // request line and fields, with line ends
inline constexpr std::size_t kMaxHeaderFields = 128;            // fields of one request
inline constexpr std::size_t kMaxBodyBytes = 32 * 1024 * 1024;  // of one request, chunks put together
inline constexpr std::size_t kMaxChunkLineBytes = 256;          // a chunk's size and its extensions

// Why a request is not taken: the status, and the code and message of its JSON error.
struct Refusal {
  int status;
  std::string code;
  std::string message;
};

class RequestReader {
 public:
  enum class State : std::uint8_t {
    head,      // the head is not complete
    body,      // the head is there, the body is not complete
    complete,  // take() has a request
    refused,   // refusal() says why; the connection can carry no more requests
  };

  explicit RequestReader(std::size_t header_bytes = kMaxHeaderBytes, std::size_t body_bytes = kMaxBodyBytes)
      : header_limit_(header_bytes), body_limit_(body_bytes) {}

  // Takes bytes and says how many: all of them, unless the state changed before their end. Call again with
  // the rest; in states complete and refused it takes none.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  const Refusal& refusal() const { return *refusal_; }
  // Some byte of the request has arrived.
  bool begun() const { return begun_; }
  // Method and target are known, whatever came of the rest.
  bool has_request_line() const { return part_ != Part::request_line; }

  // Of the head, in states body and complete. The body of the request is what has arrived so far.
  const Request& request() const { return request_; }
  bool keep_alive() const { return keep_alive_; }
  bool is_http_1_0() const { return http_1_0_; }
  // The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }

  // In state complete: hands the request over and begins with the next one.
  Request take();

 private:
  enum class Part : std::uint8_t { request_line, fields, length, chunk_size, chunk, chunk_end, trailers };

  std::optional<std::string_view> take_line(std::string_view& bytes, std::size_t limit);
  void read_line(std::string_view line);
  void read_request_line(std::string_view line);
  void read_field(std::string_view line);
  void note_framing(std::string_view name, std::string_view value);
  void note_connection(std::string_view value);
  void finish_head();
  void read_chunk_size(std::string_view line);
  void read_body(std::string_view& bytes);
  std::size_t line_limit() const;
  void refuse_long_line();
  void refuse(int status, std::string code, std::string message);

  std::size_t header_limit_;
  std::size_t body_limit_;

  State state_ = State::head;
  Part part_ = Part::request_line;
  std::string line_;              // the beginning of a line whose end has not arrived
  std::size_t header_bytes_ = 0;  // of the head, then of the trailers, in whole lines
  Request request_;
  std::optional<std::uint64_t> content_length_;
  std::uint64_t missing_ = 0;  // bytes of the body, or of the chunk, that have not arrived
  bool begun_ = false;
  bool http_1_0_ = false;
  bool chunked_ = false;
  bool keep_alive_ = true;
  bool close_asked_ = false;
  bool expects_continue_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace agentnet::http
