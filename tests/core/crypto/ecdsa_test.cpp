#include "core/crypto/ecdsa.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace agentnet::crypto {
namespace {

// Both keys are the scalar of the bytes 1 to 32, and both sign "abc" as RFC 6979 says.
const std::string kP256Key =
    "515c3d6eb9e396b904d3feca7f54fdcd0cc1e997bf375dca515ad0a6c3b4035f"
    "4536be3a50f318fbf9a5475902a221502bef0d57e08c53b2cc0a56f17d9f9354";
const std::string kP256Signature =
    "679c4b47969121bd17ebc20be6cdf12fcd2d89923d39a1df9594234f2301e598"
    "e64cef3ec49b260b5529a6285cc075b193afd86b10c6b9192941316e6d0a0533";
const std::string kSecpKey =
    "84bf7562262bbd6940085748f3be6afa52ae317155181ece31b66351ccffa4b0"
    "8cc43d63b2859d469fee15f31c9edb5324266e6fd0407e87382d60fc4511acd8";
const std::string kSecpSignature =
    "32420bf2dc9a8e474690c32f6634dbe523289b78d2855b24c9224e5ec2e85918"
    "075fbb3070721a3f9edab4a5fc4a48e6f6c3b352a03d67217478c3e090365fe0";
constexpr bool kSecpOdd = true;
// The orders of the curves.
const std::string kP256Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const std::string kSecpOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

CurvePoint point(const std::string& text) {
  const Bytes bytes = parse_hex(text).value();
  CurvePoint out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

bool holds(const std::string& key, std::string_view message, const std::string& signature) {
  return p256_verify(point(key), as_bytes(message), parse_hex(signature).value());
}

std::string recovered(const std::string& signature, bool odd) {
  const auto key = secp256k1_recover(sha256(as_bytes("abc")), parse_hex(signature).value(), odd);
  return key ? hex_lower(*key) : "";
}

std::string half(const std::string& signature, bool second) {
  return signature.substr(second ? 64 : 0, 64);
}

TEST_CASE("a signature over P-256 holds for its key and message alone") {
  CHECK(holds(kP256Key, "abc", kP256Signature));
  CHECK_FALSE(holds(kP256Key, "abd", kP256Signature));
  CHECK_FALSE(holds(kP256Key, "abc", half(kP256Signature, true) + half(kP256Signature, false)));
  std::string other = kP256Signature;
  other.back() = other.back() == '0' ? '1' : '0';
  CHECK_FALSE(holds(kP256Key, "abc", other));
}

TEST_CASE("what is no signature or no key over P-256 does not hold") {
  CHECK_FALSE(holds(kP256Key, "abc", ""));
  CHECK_FALSE(holds(kP256Key, "abc", kP256Signature.substr(2)));
  CHECK_FALSE(holds(kP256Key, "abc", kP256Signature + "00"));
  for (const std::string& bad : {std::string(64, '0'), kP256Order, std::string(64, 'f')}) {
    CHECK_FALSE(holds(kP256Key, "abc", bad + half(kP256Signature, true)));
    CHECK_FALSE(holds(kP256Key, "abc", half(kP256Signature, false) + bad));
  }
  CHECK_FALSE(holds(std::string(128, '0'), "abc", kP256Signature));
  CHECK_FALSE(holds(kSecpKey, "abc", kP256Signature));
}

TEST_CASE("a signature over secp256k1 has the key that made it, and another for the other point") {
  CHECK_EQ(recovered(kSecpSignature, kSecpOdd), kSecpKey);
  const std::string other = recovered(kSecpSignature, !kSecpOdd);
  CHECK_NE(other, kSecpKey);
  CHECK_EQ(other.size(), kSecpKey.size());
}

TEST_CASE("what is no signature over secp256k1 has no key") {
  CHECK_EQ(recovered("", kSecpOdd), "");
  CHECK_EQ(recovered(kSecpSignature + "00", kSecpOdd), "");
  for (const std::string& bad : {std::string(64, '0'), kSecpOrder, std::string(64, 'f')}) {
    CHECK_EQ(recovered(bad + half(kSecpSignature, true), kSecpOdd), "");
    CHECK_EQ(recovered(half(kSecpSignature, false) + bad, kSecpOdd), "");
  }
  // 5 is the x of no point.
  CHECK_EQ(recovered(std::string(63, '0') + "5" + half(kSecpSignature, true), kSecpOdd), "");
}

}  // namespace
}  // namespace agentnet::crypto
