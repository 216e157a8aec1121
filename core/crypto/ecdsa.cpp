#include "core/crypto/ecdsa.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <memory>
#include <new>

namespace agentnet::crypto {
namespace {

constexpr std::size_t kCoordinateBytes = 32;

struct Free {
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(BN_CTX* p) const { BN_CTX_free(p); }
  void operator()(EC_GROUP* p) const { EC_GROUP_free(p); }
  void operator()(EC_POINT* p) const { EC_POINT_free(p); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Point = std::unique_ptr<EC_POINT, Free>;

template <typename T>
T* made(T* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

Number number(ByteView bytes) {
  return Number(made(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)));
}

// One curve with its order.
class Curve {
 public:
  explicit Curve(int name)
      : group_(made(EC_GROUP_new_by_curve_name(name))),
        context_(made(BN_CTX_new())),
        order_(EC_GROUP_get0_order(group_.get())) {}

  // From 1 to the order less one.
  bool is_scalar(const Number& value) const {
    return !BN_is_zero(value.get()) && BN_cmp(value.get(), order_) < 0;
  }

  // left / right of the field of scalars; `right` is one.
  Number divided(const Number& left, const Number& right) const {
    Number inverse(made(BN_mod_inverse(nullptr, right.get(), order_, context_.get())));
    Number out(made(BN_new()));
    if (BN_mod_mul(out.get(), left.get(), inverse.get(), order_, context_.get()) != 1) throw std::bad_alloc();
    return out;
  }

  Number negated(const Number& value) const {
    Number zero(made(BN_new()));
    Number out(made(BN_new()));
    BN_zero(zero.get());
    if (BN_mod_sub(out.get(), zero.get(), value.get(), order_, context_.get()) != 1) throw std::bad_alloc();
    return out;
  }

  // The point of these coordinates; null when it is not on the curve.
  Point point(ByteView x, ByteView y) const {
    Point out(made(EC_POINT_new(group_.get())));
    const bool on_curve = EC_POINT_set_affine_coordinates(group_.get(), out.get(), number(x).get(),
                                                          number(y).get(), context_.get()) == 1;
    if (on_curve) return out;
    ERR_clear_error();  // nobody asks for its reason, and others look into the same queue
    return nullptr;
  }
  Point point_of_x(const Number& x, bool odd) const {
    Point out(made(EC_POINT_new(group_.get())));
    const bool on_curve = EC_POINT_set_compressed_coordinates(group_.get(), out.get(), x.get(), odd ? 1 : 0,
                                                              context_.get()) == 1;
    if (on_curve) return out;
    ERR_clear_error();  // nobody asks for its reason, and others look into the same queue
    return nullptr;
  }

  // a times the generator and b times the point; null for infinity.
  Point sum(const Number& a, const Point& other, const Number& b) const {
    Point out(made(EC_POINT_new(group_.get())));
    if (EC_POINT_mul(group_.get(), out.get(), a.get(), other.get(), b.get(), context_.get()) != 1)
      throw std::bad_alloc();
    return EC_POINT_is_at_infinity(group_.get(), out.get()) == 1 ? nullptr : std::move(out);
  }

  CurvePoint coordinates(const Point& point) const {
    Number x(made(BN_new()));
    Number y(made(BN_new()));
    EC_POINT_get_affine_coordinates(group_.get(), point.get(), x.get(), y.get(), context_.get());
    CurvePoint out{};
    BN_bn2binpad(x.get(), out.data(), kCoordinateBytes);
    BN_bn2binpad(y.get(), out.data() + kCoordinateBytes, kCoordinateBytes);
    return out;
  }

  const BIGNUM* order() const { return order_; }
  BN_CTX* context() const { return context_.get(); }

 private:
  std::unique_ptr<EC_GROUP, Free> group_;
  std::unique_ptr<BN_CTX, Free> context_;
  const BIGNUM* order_;
};

}  // namespace

bool p256_verify(const CurvePoint& key, ByteView message, ByteView signature) {
  if (signature.size() != kEcdsaSignatureBytes) return false;
  const Curve curve(NID_X9_62_prime256v1);
  const Number r = number(signature.first(kCoordinateBytes));
  const Number s = number(signature.last(kCoordinateBytes));
  if (!curve.is_scalar(r) || !curve.is_scalar(s)) return false;
  const ByteView whole(key);
  const Point point = curve.point(whole.first(kCoordinateBytes), whole.last(kCoordinateBytes));
  if (!point) return false;
  const Sha256Digest digest = sha256(message);
  const Point made_by = curve.sum(curve.divided(number(digest), s), point, curve.divided(r, s));
  if (!made_by) return false;
  const CurvePoint place = curve.coordinates(made_by);
  Number x = number(ByteView(place).first(kCoordinateBytes));
  Number rest(made(BN_new()));
  if (BN_nnmod(rest.get(), x.get(), curve.order(), curve.context()) != 1) throw std::bad_alloc();
  return BN_cmp(rest.get(), r.get()) == 0;
}

std::optional<CurvePoint> secp256k1_recover(const std::array<std::uint8_t, 32>& digest, ByteView signature,
                                            bool odd) {
  if (signature.size() != kEcdsaSignatureBytes) return std::nullopt;
  const Curve curve(NID_secp256k1);
  const Number r = number(signature.first(kCoordinateBytes));
  const Number s = number(signature.last(kCoordinateBytes));
  if (!curve.is_scalar(r) || !curve.is_scalar(s)) return std::nullopt;
  const Point place = curve.point_of_x(r, odd);
  if (!place) return std::nullopt;
  const Number weight = curve.negated(curve.divided(number(digest), r));
  const Point key = curve.sum(weight, place, curve.divided(s, r));
  if (!key) return std::nullopt;
  return curve.coordinates(key);
}

}  // namespace agentnet::crypto
