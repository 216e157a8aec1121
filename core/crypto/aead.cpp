#include "core/crypto/aead.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace agentnet::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// Fetched once and kept until the process ends: a fetch costs more than many small messages do.
struct Ciphers {
  EVP_CIPHER* aes128;
  EVP_CIPHER* aes256;
};

Ciphers fetch_ciphers() {
  // The configuration file could load other providers and costs time to read; nothing here wants it.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  return {EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr),
          EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
}

const EVP_CIPHER* cipher_for(ByteView key) {
  static const Ciphers ciphers = fetch_ciphers();
  if (key.size() != kAes128KeyBytes && key.size() != kAes256KeyBytes) {
    throw Error(Category::usage, "bad_key", "an AES key has 16 or 32 bytes");
  }
  const EVP_CIPHER* cipher = key.size() == kAes128KeyBytes ? ciphers.aes128 : ciphers.aes256;
  if (cipher == nullptr) throw Error(Category::failed, "no_crypto", "OpenSSL offers no AES-GCM");
  return cipher;
}

// One operation on this thread's context. The context is reset at the end because it holds the key.
class Operation {
 public:
  Operation(ByteView key, ByteView nonce, bool encrypt) : context_(thread_context()) {
    const EVP_CIPHER* cipher = cipher_for(key);
    if (nonce.size() != kAeadNonceBytes) {
      throw Error(Category::usage, "bad_nonce", "a nonce has 12 bytes");
    }
    check(EVP_CipherInit_ex2(context_, cipher, key.data(), nonce.data(), encrypt ? 1 : 0, nullptr));
  }
  ~Operation() { EVP_CIPHER_CTX_reset(context_); }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  void add_aad(ByteView aad) {
    if (aad.empty()) return;
    int length = 0;
    check(EVP_CipherUpdate(context_, nullptr, &length, aad.data(), static_cast<int>(aad.size())));
  }
  // GCM gives as many bytes as it takes. `output` has room for them.
  void run(ByteView input, std::uint8_t* output) {
    if (input.empty()) return;  // a null pointer would mean something else
    int length = 0;
    check(EVP_CipherUpdate(context_, output, &length, input.data(), static_cast<int>(input.size())));
  }
  void finish_into(std::uint8_t* tag) {
    int length = 0;
    std::uint8_t nothing = 0;
    check(EVP_CipherFinal_ex(context_, &nothing, &length));
    check(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, tag));
  }
  bool finish_matches(ByteView tag) {
    int length = 0;
    std::uint8_t nothing = 0;
    // OpenSSL takes the expected tag by a pointer to non-const and only reads it.
    check(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes,
                              const_cast<std::uint8_t*>(tag.data())));
    return EVP_CipherFinal_ex(context_, &nothing, &length) == 1;
  }

 private:
  static EVP_CIPHER_CTX* thread_context() {
    thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
    if (!context) throw Error(Category::failed, "no_crypto", "OpenSSL gives no cipher context");
    return context.get();
  }
  static void check(int result) {
    if (result != 1) throw Error(Category::failed, "no_crypto", "OpenSSL failed to run AES-GCM");
  }

  EVP_CIPHER_CTX* context_;
};

}  // namespace

Bytes aead_seal(ByteView key, ByteView nonce, ByteView aad, ByteView plaintext) {
  if (plaintext.size() > kMaxAeadBytes || aad.size() > kMaxAeadBytes) {
    throw Error(Category::usage, "too_large", "a message to encrypt has at most 64 MiB");
  }
  Operation operation(key, nonce, true);
  Bytes sealed(plaintext.size() + kAeadTagBytes);
  operation.add_aad(aad);
  operation.run(plaintext, sealed.data());
  operation.finish_into(sealed.data() + plaintext.size());
  return sealed;
}

std::optional<Bytes> aead_open(ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext) {
  Operation operation(key, nonce, false);
  if (ciphertext.size() < kAeadTagBytes || ciphertext.size() > kMaxAeadBytes + kAeadTagBytes ||
      aad.size() > kMaxAeadBytes) {
    return std::nullopt;
  }
  const ByteView body = ciphertext.first(ciphertext.size() - kAeadTagBytes);
  Bytes plaintext(body.size());
  operation.add_aad(aad);
  operation.run(body, plaintext.data());
  if (!operation.finish_matches(ciphertext.last(kAeadTagBytes))) {
    wipe(plaintext);  // what decrypts before the tag is checked must not be seen
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace agentnet::crypto
