// PEM texts of any shape are read or refused, and a key that was read is written as the same key.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/pem.hpp"

using namespace agentnet;

namespace {

template <typename Work>
void read_or_refused(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.category() != Category::usage) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_or_refused([&] { crypto::pem_read(text); });
  read_or_refused([&] {
    const crypto::PublicKey key = crypto::PublicKey::from_pem(text);
    if (!(crypto::PublicKey::from_pem(key.to_pem()) == key)) std::abort();
  });
  read_or_refused([&] {
    const crypto::SigningKey key = crypto::SigningKey::from_pem(text);
    const Secret pem = key.to_pem();
    if (!(crypto::SigningKey::from_pem(as_text(pem.expose())).public_key() == key.public_key())) std::abort();
  });
  return 0;
}
