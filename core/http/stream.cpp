#include "core/http/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <climits>

#include "core/base/error.hpp"

namespace agentnet::http {
namespace {

using Outcome = Io::Outcome;

Error bad_certificate(const std::string& what) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
  ERR_clear_error();
  return Error(Category::usage, "bad_certificate", what + " (" + reason.data() + ")");
}

// Picks http/1.1 of what the client offers; without it the connection goes on as if nothing was offered.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, chosen_size, kHttp11, sizeof kHttp11 - 1, offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int as_int(std::size_t size) {
  return size > INT_MAX ? INT_MAX : static_cast<int>(size);
}

Io plain_failure(Outcome wanted) {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? wanted : Outcome::closed};
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}
void Stream::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* context = context_.get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
    throw bad_certificate("TLS cannot be set up");
  }
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    throw bad_certificate("the certificate in " + certificate_file + " cannot be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw bad_certificate("the private key in " + key_file +
                          " cannot be read or belongs to another certificate");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

Stream::Stream(int descriptor, const TlsContext* tls) : descriptor_(descriptor) {
  if (tls == nullptr) return;
  ssl_.reset(SSL_new(tls->get()));
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), descriptor) != 1) {
    throw Error(Category::failed, "out_of_memory", "no memory for a TLS connection");
  }
  SSL_set_accept_state(ssl_.get());
}

// What OpenSSL's answer means. Its queue of errors is this thread's, so none may stay behind for the next
// connection.
Io Stream::failure(int result) {
  const int reason = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();
  if (reason == SSL_ERROR_WANT_READ) return {Outcome::wants_read};
  if (reason == SSL_ERROR_WANT_WRITE) return {Outcome::wants_write};
  return {Outcome::closed};
}

Io Stream::shake_hands() {
  if (!is_tls()) return {Outcome::done};
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Io{Outcome::done} : failure(result);
}

Io Stream::read(std::span<char> room) {
  if (is_tls()) {
    const int result = SSL_read(ssl_.get(), room.data(), as_int(room.size()));
    return result > 0 ? Io{Outcome::done, static_cast<std::size_t>(result)} : failure(result);
  }
  const ssize_t result = ::recv(descriptor_, room.data(), room.size(), 0);
  if (result > 0) return {Outcome::done, static_cast<std::size_t>(result)};
  return result == 0 ? Io{Outcome::closed} : plain_failure(Outcome::wants_read);
}

Io Stream::write(std::string_view first, std::string_view second) {
  if (is_tls()) {
    const std::string_view next = first.empty() ? second : first;
    const int result = SSL_write(ssl_.get(), next.data(), as_int(next.size()));
    return result > 0 ? Io{Outcome::done, static_cast<std::size_t>(result)} : failure(result);
  }
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const ssize_t result = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  return result >= 0 ? Io{Outcome::done, static_cast<std::size_t>(result)}
                     : plain_failure(Outcome::wants_write);
}

void Stream::finish() {
  if (is_tls() && SSL_is_init_finished(ssl_.get()) == 1) {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  ::shutdown(descriptor_, SHUT_WR);
}

}  // namespace agentnet::http
