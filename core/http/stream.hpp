// The bytes of one accepted connection, plain or TLS, never blocking.
//
// TLS is OpenSSL straight on the descriptor: it tells which readiness it waits for, so plain and encrypted
// connections are read and written by the same loop, and an idle one holds no buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace agentnet::http {

// A server's certificate and key. TLS 1.2 and later; ALPN answers http/1.1.
class TlsContext {
 public:
  // PEM files: the certificate with those that lead to its root behind it, and the unencrypted key. Throws
  // Error usage/bad_certificate.
  TlsContext(const std::string& certificate_file, const std::string& key_file);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

// What came of one attempt to read, write or shake hands.
struct Io {
  enum class Outcome : std::uint8_t {
    done,
    wants_read,   // try again when the descriptor is readable
    wants_write,  // try again when it is writable
    closed,       // the peer is gone, or broke the protocol
  };
  Outcome outcome;
  std::size_t bytes = 0;
};

class Stream {
 public:
  // Does not own the descriptor, which must be non-blocking. Plain without a context.
  Stream(int descriptor, const TlsContext* tls);

  bool is_tls() const { return ssl_ != nullptr; }
  // Plain: done at once.
  Io shake_hands();
  Io read(std::span<char> room);
  // One after the other; `bytes` of both together. After wants_*, offer the same bytes again.
  Io write(std::string_view first, std::string_view second);
  // Says goodbye (TLS) and ends the sending direction.
  void finish();

 private:
  Io failure(int result);

  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  int descriptor_;
  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace agentnet::http
