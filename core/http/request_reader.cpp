#include "core/http/request_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace agentnet::http {
namespace {

constexpr std::size_t kMaxMethodBytes = 32;
// A body of known length up to here gets its memory at once, a longer one as it arrives.
constexpr std::uint64_t kReservedBodyBytes = 64 * 1024;

// A number of digits only, or nullopt: no sign, no space, nothing that does not fit.
std::optional<std::uint64_t> parse_digits(std::string_view text, int base) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, number, base);
  if (text.empty() || fault != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::size_t RequestReader::feed(std::string_view bytes) {
  const std::size_t offered = bytes.size();
  const State before = state_;
  if (!bytes.empty() && state_ == State::head) begun_ = true;
  while (!bytes.empty() && state_ == before && (state_ == State::head || state_ == State::body)) {
    if (part_ == Part::length || part_ == Part::chunk) {
      read_body(bytes);
    } else if (const auto line = take_line(bytes, line_limit())) {
      read_line(*line);
      line_.clear();
    }
  }
  return offered - bytes.size();
}

Request RequestReader::take() {
  Request done = std::move(request_);
  *this = RequestReader(header_limit_, body_limit_);
  return done;
}

// --- lines
// --------------------------------------------------------------------------------------------------

// The next line without its CRLF, once all of it is there. A line of more than `limit` bytes, CRLF counted,
// is refused as soon as that is certain.
std::optional<std::string_view> RequestReader::take_line(std::string_view& bytes, std::size_t limit) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (line_.size() + taken > limit) {
    refuse_long_line();
    return std::nullopt;
  }
  const std::string_view part = bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  if (newline == std::string_view::npos) {
    line_ += part;
    return std::nullopt;
  }
  std::string_view line = part;
  if (!line_.empty()) {
    line_ += part;
    line = line_;
  }
  if (part_ != Part::chunk_size && part_ != Part::chunk_end) header_bytes_ += line.size();
  if (!line.ends_with("\r\n")) {
    refuse(400, "bad_request", "a line must end with CR and LF");
    return std::nullopt;
  }
  line.remove_suffix(2);
  return line;
}

std::size_t RequestReader::line_limit() const {
  if (part_ == Part::chunk_size) return kMaxChunkLineBytes;
  if (part_ == Part::chunk_end) return 2;
  return header_limit_ - header_bytes_;
}

void RequestReader::refuse_long_line() {
  if (part_ == Part::request_line) {
    refuse(414, "target_too_long", "the request line is longer than a head may be");
  } else if (part_ == Part::chunk_size || part_ == Part::chunk_end) {
    refuse(400, "bad_chunk", "a chunk's size line is too long, or the chunk is longer than it says");
  } else {
    refuse(431, "headers_too_large",
           "the request's header fields take more than " + std::to_string(header_limit_) + " bytes");
  }
}

void RequestReader::read_line(std::string_view line) {
  switch (part_) {
    case Part::request_line:
      // RFC 9112 section 2.2: an empty line before the request is skipped; one is enough.
      if (line.empty() && header_bytes_ == 2) return;
      return read_request_line(line);
    case Part::fields:
      return line.empty() ? finish_head() : read_field(line);
    case Part::chunk_size:
      return read_chunk_size(line);
    case Part::chunk_end:
      if (!line.empty()) return refuse(400, "bad_chunk", "a chunk is longer than it says");
      part_ = Part::chunk_size;
      return;
    case Part::trailers:
      if (!line.empty()) return read_field(line);
      state_ = State::complete;
      return;
    case Part::length:
    case Part::chunk:
      return;  // are no lines
  }
}

void RequestReader::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) {
    return refuse(400, "bad_request", "the request line is not: method, target, version");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || method.size() > kMaxMethodBytes) {
    return refuse(400, "bad_request", "the method is no token");
  }
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.') {
    return refuse(400, "bad_request", "the request line does not end with a version");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return refuse(505, "version_not_supported", "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  if (!is_target(target)) {
    return refuse(
        400, "bad_target",
        "the target must be a path that begins with '/', without spaces, control characters and '#'");
  }
  http_1_0_ = version == "HTTP/1.0";
  keep_alive_ = !http_1_0_;
  request_.method = method;
  request_.target = target;
  part_ = Part::fields;
}

void RequestReader::read_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return refuse(400, "bad_header", "a header field is folded over two lines");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return refuse(400, "bad_header", "a header field has no name, or one that is no token");
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) {
    return refuse(400, "bad_header", "a header field holds a control character");
  }
  if (part_ == Part::trailers) {
    // RFC 9110 section 6.5.1: framing is not for trailers, and a reader that takes them for fields would obey
    // it.
    const bool frames =
        equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Transfer-Encoding");
    if (frames) refuse(400, "bad_header", "a trailer says how long the body is");
    return;
  }
  if (request_.headers.fields().size() == kMaxHeaderFields) {
    return refuse(431, "headers_too_many",
                  "the request has more than " + std::to_string(kMaxHeaderFields) + " header fields");
  }
  request_.headers.add(std::string(name), std::string(value));
  note_framing(name, value);
}

// --- framing
// ------------------------------------------------------------------------------------------------

void RequestReader::note_framing(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "Content-Length")) {
    if (content_length_) return refuse(400, "bad_length", "there is more than one Content-Length");
    content_length_ = parse_digits(value, 10);
    if (!content_length_) return refuse(400, "bad_length", "the Content-Length is no whole number");
  } else if (equals_ignoring_case(name, "Transfer-Encoding")) {
    if (chunked_) return refuse(400, "bad_transfer_encoding", "there is more than one Transfer-Encoding");
    if (!equals_ignoring_case(value, "chunked")) {
      return refuse(501, "bad_transfer_encoding", "the only transfer coding known here is chunked");
    }
    chunked_ = true;
  } else if (equals_ignoring_case(name, "Connection")) {
    note_connection(value);
  } else if (equals_ignoring_case(name, "Expect")) {
    if (!equals_ignoring_case(value, "100-continue")) {
      return refuse(417, "expectation_failed", "the only expectation known here is 100-continue");
    }
    expects_continue_ = !http_1_0_;
  }
}

void RequestReader::note_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, comma));
    if (equals_ignoring_case(option, "close")) close_asked_ = true;
    if (equals_ignoring_case(option, "keep-alive")) keep_alive_ = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

void RequestReader::finish_head() {
  if (close_asked_) keep_alive_ = false;
  if (chunked_ && (content_length_ || http_1_0_)) {
    return refuse(400, "bad_transfer_encoding",
                  "Transfer-Encoding stands beside Content-Length, or in an HTTP/1.0 request");
  }
  if (chunked_) {
    state_ = State::body;
    part_ = Part::chunk_size;
    header_bytes_ = 0;  // from here on it counts the trailers
    return;
  }
  missing_ = content_length_.value_or(0);
  if (missing_ > body_limit_) {
    return refuse(413, "body_too_large",
                  "the request body is longer than " + std::to_string(body_limit_) + " bytes");
  }
  if (missing_ == 0) {
    expects_continue_ = false;
    state_ = State::complete;
    return;
  }
  request_.body.reserve(static_cast<std::size_t>(std::min(missing_, kReservedBodyBytes)));
  state_ = State::body;
  part_ = Part::length;
}

void RequestReader::read_chunk_size(std::string_view line) {
  const std::size_t semicolon = line.find(';');
  std::string_view digits = line.substr(0, semicolon);
  // RFC 9112 section 7.1.1: white space may stand before the semicolon, and nowhere else.
  if (semicolon != std::string_view::npos) digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
  const auto size = parse_digits(digits, 16);
  // Sixteen digits are a 64-bit number; leading zeros have no use.
  if (!size || digits.size() > 16 || !is_field_value(line)) {
    return refuse(400, "bad_chunk", "a chunk's size is no hexadecimal number");
  }
  if (*size > body_limit_ - request_.body.size()) {
    return refuse(413, "body_too_large",
                  "the request body is longer than " + std::to_string(body_limit_) + " bytes");
  }
  missing_ = *size;
  part_ = missing_ == 0 ? Part::trailers : Part::chunk;
}

void RequestReader::read_body(std::string_view& bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, bytes.size()));
  request_.body += bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  missing_ -= taken;
  if (missing_ > 0) return;
  if (part_ == Part::chunk) {
    part_ = Part::chunk_end;
  } else {
    state_ = State::complete;
  }
}

void RequestReader::refuse(int status, std::string code, std::string message) {
  state_ = State::refused;
  keep_alive_ = false;
  refusal_ = {status, std::move(code), std::move(message)};
}

}  // namespace agentnet::http
