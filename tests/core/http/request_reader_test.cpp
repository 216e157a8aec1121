#include "core/http/request_reader.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace agentnet::http;
using State = RequestReader::State;

namespace {

// Feeds everything, `step` bytes at a time, until a request is complete or refused; gives back what was not
// taken.
std::string feed_all(RequestReader& reader, std::string_view bytes, std::size_t step = std::string::npos) {
  while (!bytes.empty() && (reader.state() == State::head || reader.state() == State::body))
    bytes.remove_prefix(reader.feed(bytes.substr(0, step)));
  return std::string(bytes);
}

RequestReader read(std::string_view bytes) {
  RequestReader reader;
  feed_all(reader, bytes);
  return reader;
}

// The status of the refusal; 0 when the request was taken or is still incomplete.
int refused(std::string_view bytes) {
  const RequestReader reader = read(bytes);
  return reader.state() == State::refused ? reader.refusal().status : 0;
}

std::string code(std::string_view bytes) {
  const RequestReader reader = read(bytes);
  return reader.state() == State::refused ? reader.refusal().code : "";
}

// A head of exactly that many bytes.
std::string head_of(std::size_t bytes) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Fill: ";
  return begin + std::string(bytes - begin.size() - 4, 'x') + "\r\n\r\n";
}

const std::string kPost = "POST /a?b=c HTTP/1.1\r\nHost: localhost\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("a request is read the same however its bytes are cut") {
  const std::string bytes = kPost + "X-Tag:  a b \t\r\nEmpty:\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    RequestReader reader;
    CHECK_FALSE(reader.begun());
    CHECK(feed_all(reader, bytes + "GET", step) == "GET");
    REQUIRE(reader.state() == State::complete);
    CHECK(reader.begun());
    CHECK(reader.keep_alive());
    const Request request = reader.take();
    CHECK(request.method == "POST");
    CHECK(request.target == "/a?b=c");
    REQUIRE(request.headers.fields().size() == 4);
    CHECK(request.headers.get("x-tag") == "a b");
    CHECK(request.headers.find("Empty") == "");
    CHECK(request.body == "hello");
  }
}

TEST_CASE("chunks are put together the same however their bytes are cut") {
  const std::string bytes =
      kChunked + "5\r\nhello\r\n00A ; name=\"value\"\r\n0123456789\r\n1;x\r\n!\r\n0\r\nX-Trailer: y\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    RequestReader reader;
    CHECK(feed_all(reader, bytes + "rest", step) == "rest");
    REQUIRE(reader.state() == State::complete);
    const Request request = reader.take();
    CHECK(request.body == "hello0123456789!");
    CHECK_FALSE(request.headers.find("X-Trailer"));
  }
}

TEST_CASE("pipelined requests are read one after another") {
  std::string bytes =
      "GET /1 HTTP/1.1\r\n\r\n" + kPost + "Content-Length: 1\r\n\r\nx" + kChunked + "0\r\n\r\n";
  RequestReader reader;
  for (const char* target : {"/1", "/a?b=c", "/a?b=c"}) {
    bytes = feed_all(reader, bytes);
    REQUIRE(reader.state() == State::complete);
    CHECK(reader.take().target == target);
    CHECK(reader.state() == State::head);
    CHECK_FALSE(reader.begun());
  }
  CHECK(bytes.empty());
}

TEST_CASE("feeding stops at the end of the head, so that it can be judged before the body") {
  RequestReader reader;
  const std::string head = kPost + "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n";
  CHECK(reader.feed(head + "abc") == head.size());
  CHECK(reader.state() == State::body);
  CHECK(reader.expects_continue());
  CHECK(reader.request().target == "/a?b=c");
  CHECK(reader.feed("abcd") == 3);
  CHECK(reader.state() == State::complete);
  CHECK(reader.feed("d") == 0);
}

TEST_CASE("a request without a body expects nothing") {
  CHECK_FALSE(read(kPost + "Expect: 100-continue\r\n\r\n").expects_continue());
  CHECK_FALSE(
      read("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").expects_continue());
  CHECK(refused(kPost + "Expect: 200-ok\r\n\r\n") == 417);
}

TEST_CASE("who keeps the connection open") {
  const auto keeps = [](const std::string& version, const std::string& fields) {
    return read("GET / HTTP/" + version + "\r\n" + fields + "\r\n").keep_alive();
  };
  CHECK(keeps("1.1", ""));
  CHECK_FALSE(keeps("1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: x, Close , keep-alive\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
  CHECK_FALSE(keeps("1.0", ""));
  CHECK(keeps("1.0", "Connection: Keep-Alive\r\n"));
  CHECK(read("GET / HTTP/1.0\r\n\r\n").is_http_1_0());
}

TEST_CASE("request lines that are none are refused") {
  for (const char* line : {"GET", "GET /", "GET  HTTP/1.1", " GET / HTTP/1.1", "G(T / HTTP/1.1",
                           "GET / HTTP/1.1 ", "GET / http/1.1", "GET / HTTP/11", "GET / HTTPS/1.1",
                           "GET / HTTP/1.1.1", "AMETHODNAMETHATISLONGERTHANANYTHING / HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(refused(std::string(line) + "\r\n\r\n") == 400);
  }
  CHECK(refused("\r\n\r\nGET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refused("\r\nGET / HTTP/1.1\r\n\r\n") == 0);
  CHECK(refused("\x16\x03\x01\x02\x05\x01\n") == 400);  // TLS on a plain port
}

TEST_CASE("other versions of HTTP are refused by name") {
  CHECK(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
  CHECK(refused("GET / HTTP/1.2\r\n\r\n") == 505);
  CHECK(refused("GET / HTTP/0.9\r\n\r\n") == 505);
}

TEST_CASE("targets that are no path are refused") {
  for (const std::string target : {"http://localhost/", "localhost:80", "*", "a", "/a b", "/a\tb", "/a#f",
                                   "/\x7F", "/\xC3\xBC", "/a\rb"}) {
    CAPTURE(target);
    CHECK(code("GET " + target + " HTTP/1.1\r\n\r\n") == "bad_target");
  }
  CHECK(code(std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)) == "bad_target");
  CHECK(refused("GET /{a}|\"b\"<>^`\\ HTTP/1.1\r\n\r\n") == 0);
}

TEST_CASE("header fields that readers disagree about are refused") {
  for (const char* field : {"X-A: 1\r\n folded", "X-A: 1\r\n\tfolded", "X-A : 1", "X A: 1", ": 1", "X-A",
                            "X-A\t: 1", "X-A: 1\r", "X-A: \x01", "X-A: \x7F", "\x80: 1"}) {
    CAPTURE(field);
    CHECK(code(kPost + field + "\r\n\r\n") == "bad_header");
  }
  CHECK(code(kPost + std::string("X-A: \0\r\n\r\n", 10)) == "bad_header");
  CHECK(code("GET / HTTP/1.1\r\n Host: x\r\n\r\n") == "bad_header");
}

TEST_CASE("a line that ends with LF alone is refused at once") {
  CHECK(refused("GET / HTTP/1.1\n") == 400);
  CHECK(refused(kPost + "X-A: 1\n") == 400);
  CHECK(refused(kChunked + "1\n") == 400);
  CHECK(refused(kChunked + "0\r\n\n") == 400);
}

TEST_CASE("a body has one length, or one coding") {
  for (const char* fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 1, 1\r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n",
        "Content-Length: 0x1\r\n", "Content-Length: 1 2\r\n", "Content-Length:\r\n",
        "Content-Length: 1e3\r\n", "Content-Length: 18446744073709551616\r\n",
        "content-length: 1\r\nCONTENT-LENGTH: 1\r\n"}) {
    CAPTURE(fields);
    CHECK(code(kPost + fields + "\r\n") == "bad_length");
  }
  for (const char* fields :
       {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding:\r\n"}) {
    CAPTURE(fields);
    CHECK(code(kPost + fields + "\r\n") == "bad_transfer_encoding");
  }
  CHECK(code("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == "bad_transfer_encoding");
  CHECK(refused(kPost + "Transfer-Encoding: Chunked\r\n\r\n") == 0);
}

TEST_CASE("chunks that readers disagree about are refused") {
  for (const char* chunk :
       {"\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "1 2\r\n", ";a\r\n",
        "1\r\nab\r\n", "1\r\na\rXX", "1\r\na \r\n", "2;\x01\r\n", "00000000000000001\r\n"}) {
    CAPTURE(chunk);
    CHECK(code(kChunked + chunk) == "bad_chunk");
  }
  CHECK(refused(kChunked + "1\r\na\n") == 400);
  CHECK(code(kChunked + "0\r\nno field\r\n") == "bad_header");
  CHECK(code(kChunked + "0\r\nContent-Length: 5\r\n") == "bad_header");
  CHECK(code(kChunked + "0\r\ntransfer-encoding: chunked\r\n") == "bad_header");
  CHECK(code(kChunked + "ffffffffffffffff\r\n") == "body_too_large");
}

TEST_CASE("a head of 16 KiB is taken, one byte more is not") {
  CHECK(read(head_of(kMaxHeaderBytes)).state() == State::complete);
  CHECK(code(head_of(kMaxHeaderBytes + 1)) == "headers_too_large");
  CHECK(refused(head_of(kMaxHeaderBytes + 1)) == 431);
  // Before the line has an end.
  CHECK(refused(kPost + "X: " + std::string(kMaxHeaderBytes, 'x')) == 431);
}

TEST_CASE("a request line of 16 KiB is too long") {
  const std::string around = "GET / HTTP/1.1\r\n";
  const auto line = [&](std::size_t bytes) {
    return "GET /" + std::string(bytes - around.size(), 'a') + " HTTP/1.1\r\n";
  };
  CHECK(code(line(kMaxHeaderBytes)) == "");
  CHECK(code(line(kMaxHeaderBytes + 1)) == "target_too_long");
  CHECK(refused(line(kMaxHeaderBytes + 1)) == 414);
}

TEST_CASE("128 header fields are taken, one more is not") {
  std::string fields;
  for (std::size_t i = 0; i < kMaxHeaderFields; ++i)
    fields += "A: b\r\n";
  CHECK(read("GET / HTTP/1.1\r\n" + fields + "\r\n").state() == State::complete);
  CHECK(code("GET / HTTP/1.1\r\n" + fields + "A: b\r\n\r\n") == "headers_too_many");
}

TEST_CASE("a body of the limit is taken, one byte more is refused before it comes") {
  constexpr std::size_t kLimit = 10;
  const auto outcome = [](const std::string& bytes) {
    RequestReader reader(kMaxHeaderBytes, kLimit);
    feed_all(reader, bytes);
    return reader.state() == State::refused ? reader.refusal().status : 0;
  };
  CHECK(outcome(kPost + "Content-Length: 10\r\n\r\n0123456789") == 0);
  CHECK(outcome(kPost + "Content-Length: 11\r\n\r\n") == 413);
  CHECK(outcome(kChunked + "6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n") == 0);
  CHECK(outcome(kChunked + "6\r\n012345\r\n5\r\n") == 413);
  CHECK(outcome(kChunked + "b\r\n") == 413);
}

TEST_CASE("32 MiB is the limit of a body unless another is set") {
  CHECK(refused(kPost + "Content-Length: " + std::to_string(kMaxBodyBytes) + "\r\n\r\n") == 0);
  CHECK(refused(kPost + "Content-Length: " + std::to_string(kMaxBodyBytes + 1) + "\r\n\r\n") == 413);
}

TEST_CASE("a chunk's size line has 256 bytes at most") {
  const auto line = [](std::size_t bytes) { return "1;" + std::string(bytes - 4, 'x') + "\r\n"; };
  CHECK(refused(kChunked + line(kMaxChunkLineBytes)) == 0);
  CHECK(code(kChunked + line(kMaxChunkLineBytes + 1)) == "bad_chunk");
}

TEST_CASE("trailers are limited as the head is") {
  const std::string trailer = "X: " + std::string(1000, 'x') + "\r\n";
  std::string bytes = kChunked + "0\r\n";
  while (bytes.size() < 2 * kMaxHeaderBytes)
    bytes += trailer;
  CHECK(refused(bytes) == 431);
}

TEST_CASE("memory is taken for bytes that came, not for bytes that were announced") {
  RequestReader reader;
  reader.feed(kPost + "Content-Length: " + std::to_string(kMaxBodyBytes) + "\r\n\r\n");
  reader.feed("x");
  CHECK(reader.request().body.capacity() < 128 * 1024);
}

TEST_CASE("it is known how far a request came") {
  RequestReader reader;
  reader.feed("GET / HT");
  CHECK(reader.begun());
  CHECK_FALSE(reader.has_request_line());
  reader.feed("TP/1.1\r\n");
  CHECK(reader.has_request_line());
}
