#include "core/paybond/bincode.hpp"

#include "core/paybond/text.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

// "cd*32" is 32 times that byte.
Bytes repeated_bytes(const std::string& text) {
  const std::size_t star = text.find('*');
  return hex(repeated(text.substr(0, star), std::stoul(text.substr(star + 1))));
}

// Writes the value of a vector, or reads it back and checks that it is that value.
void write(const Vector& vector, BincodeWriter& out) {
  const std::string type = vector.at("type");
  const Vector& value = vector.at("value");
  if (type == "u8") {
    out.u8(value.get<std::uint8_t>());
  } else if (type == "u16") {
    out.u16(value.get<std::uint16_t>());
  } else if (type == "u32") {
    out.u32(value.get<std::uint32_t>());
  } else if (type == "u64") {
    out.u64(std::stoull(value.get<std::string>()));
  } else if (type == "i32") {
    out.i32(value.get<std::int32_t>());
  } else if (type == "i64") {
    out.i64(std::stoll(value.get<std::string>()));
  } else if (type == "bool") {
    out.boolean(value.get<bool>());
  } else if (type == "string") {
    out.text(value.get<std::string>());
  } else if (type == "string_x_repeat") {
    out.text(repeated("x", value.get<std::size_t>()));
  } else if (type == "uuid") {
    out.uuid(parse_uuid(value.get<std::string>()).value());
  } else if (type == "array_u8_32") {
    out.raw(repeated_bytes(value));
  } else if (type == "option_u32") {
    out.boolean(!value.is_null());
    if (!value.is_null()) out.u32(value.get<std::uint32_t>());
  } else if (type.starts_with("vec_u8")) {
    out.bytes(value.get<Bytes>());
  } else if (type == "struct_u8_string_i64_arr32_string") {
    out.u8(value.at("version").get<std::uint8_t>()).text(value.at("t").get<std::string>());
    out.i64(value.at("a").get<std::int64_t>()).raw(repeated_bytes(value.at("d")));
    out.text(value.at("r").get<std::string>());
  } else {
    FAIL("unknown type " << type);
  }
}

void check_read(const Vector& vector, BincodeReader& in) {
  const std::string type = vector.at("type");
  const Vector& value = vector.at("value");
  if (type == "u8") CHECK_EQ(in.u8(), value.get<std::uint8_t>());
  if (type == "u16") CHECK_EQ(in.u16(), value.get<std::uint16_t>());
  if (type == "u32") CHECK_EQ(in.u32(), value.get<std::uint32_t>());
  if (type == "u64") CHECK_EQ(in.u64(), std::stoull(value.get<std::string>()));
  if (type == "i32") CHECK_EQ(in.i32(), value.get<std::int32_t>());
  if (type == "i64") CHECK_EQ(in.i64(), std::stoll(value.get<std::string>()));
  if (type == "bool") CHECK_EQ(in.boolean(), value.get<bool>());
  if (type == "string") CHECK_EQ(in.text(), value.get<std::string>());
  if (type == "string_x_repeat") CHECK_EQ(in.text(), repeated("x", value.get<std::size_t>()));
  if (type == "uuid") CHECK_EQ(uuid_text(in.uuid()), value.get<std::string>());
  if (type == "array_u8_32") CHECK_EQ(hex_lower(in.raw(32)), hex_lower(repeated_bytes(value)));
  if (type == "option_u32" && in.boolean()) CHECK_EQ(in.u32(), value.get<std::uint32_t>());
  if (type.starts_with("vec_u8")) CHECK_EQ(hex_lower(in.bytes()), hex_lower(value.get<Bytes>()));
  if (!type.starts_with("struct_")) return;
  CHECK_EQ(in.u8(), value.at("version").get<std::uint8_t>());
  CHECK_EQ(in.text(), value.at("t").get<std::string>());
  CHECK_EQ(in.i64(), value.at("a").get<std::int64_t>());
  CHECK_EQ(hex_lower(in.raw(32)), hex_lower(repeated_bytes(value.at("d"))));
  CHECK_EQ(in.text(), value.at("r").get<std::string>());
}

TEST_CASE("the recorded values are written as recorded, and read back") {
  for (const auto& vector : read_vectors("bincode.json")) {
    CAPTURE(vector.at("id"));
    for (const auto& [encoding, name] : {std::pair{Bincode::one, "bincode1"}, {Bincode::two, "bincode2"}}) {
      CAPTURE(name);
      BincodeWriter out(encoding);
      write(vector, out);
      const std::string made = hex_lower(out.done());
      const std::string key(name);
      if (vector.contains(key + "_hex")) {
        CHECK_EQ(made, vector.at(key + "_hex").get<std::string>());
      } else {
        const std::string prefix = vector.at(key + "_prefix_hex");
        CHECK_EQ(made.substr(0, prefix.size()), prefix);
        CHECK_EQ(out.done().size(), vector.at(key + "_total_len").get<std::size_t>());
      }
      BincodeReader in(encoding, out.done());
      check_read(vector, in);
      CHECK_EQ(error_code([&] { in.finish(); }), "");
    }
  }
}

TEST_CASE("the ends of the 64-bit ranges survive both encodings") {
  for (const Bincode encoding : {Bincode::one, Bincode::two}) {
    BincodeWriter out(encoding);
    out.i64(INT64_MIN).i64(INT64_MAX).u64(UINT64_MAX).i32(INT32_MIN).i32(INT32_MAX);
    BincodeReader in(encoding, out.done());
    CHECK_EQ(in.i64(), INT64_MIN);
    CHECK_EQ(in.i64(), INT64_MAX);
    CHECK_EQ(in.u64(), UINT64_MAX);
    CHECK_EQ(in.i32(), INT32_MIN);
    CHECK_EQ(in.i32(), INT32_MAX);
  }
}

template <typename Read>
std::string code_of(Bincode encoding, const std::string& digits, const Read& read) {
  const Bytes bytes = hex(digits);
  BincodeReader in(encoding, bytes);
  return error_code([&] { read(in); });
}

TEST_CASE("what the writer would not have written is refused") {
  const auto u64 = [](BincodeReader& in) { in.u64(); };
  const auto u16 = [](BincodeReader& in) { in.u16(); };
  const auto text = [](BincodeReader& in) { in.text(); };
  for (const char* bytes : {"fbfa00", "fcffff0000", "fdffffffff00000000", "fe00", "ff", "fb00", ""}) {
    CAPTURE(bytes);
    CHECK_EQ(code_of(Bincode::two, bytes, u64), "bad_bincode");
  }
  CHECK_EQ(code_of(Bincode::two, "fc00000100", u16), "bad_bincode");
  CHECK_EQ(code_of(Bincode::two, "0261", text), "bad_bincode");
  CHECK_EQ(code_of(Bincode::two, "01ff", text), "bad_bincode");
  CHECK_EQ(code_of(Bincode::one, "ffffffffffffffff61", text), "bad_bincode");
  CHECK_EQ(code_of(Bincode::one, "02", [](BincodeReader& in) { in.boolean(); }), "bad_bincode");
  CHECK_EQ(code_of(Bincode::two, "0f" + repeated("00", 15), [](BincodeReader& in) { in.uuid(); }),
           "bad_bincode");
  CHECK_EQ(code_of(Bincode::two, "00", [](BincodeReader& in) { in.finish(); }), "bad_bincode");
}

}  // namespace
}  // namespace agentnet::paybond
