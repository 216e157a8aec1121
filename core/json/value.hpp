// A JSON document in memory that keeps the text of every number and the place of every value.
//
// A Value is a small handle (24 bytes, freely copied) to memory that an Arena, or the text that was parsed,
// owns; it is valid as long as those live. A Document bundles one Value with the arena it lies in. Values do
// not change: a changed document is built anew with ObjectBuilder and ArrayBuilder, sharing the unchanged
// parts.
//
// Objects keep every member in the order of the text, duplicates too: find() answers with the last one, which
// is the one that counts, and without_duplicates() makes the object that Python's json would have made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace agentnet::json {

enum class Kind : std::uint8_t { null, boolean, integer, decimal, string, array, object };

struct Member;

// Memory handed out in order and freed all at once.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept { *this = std::move(other); }
  Arena& operator=(Arena&& other) noexcept;

  // Room for `count` objects that need no destructor, not initialised.
  template <typename T>
  T* allocate(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(take(count * sizeof(T), alignof(T)));
  }
  std::string_view copy(std::string_view text);
  // Forgets all that was handed out, keeping one block of at most kKeptBytes for the next round.
  void reset();

  static constexpr std::size_t kFirstBlockBytes = 4 * 1024;
  static constexpr std::size_t kKeptBytes = 4 * 1024 * 1024;

 private:
  void* take(std::size_t bytes, std::size_t alignment) {
    const std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes > size_) return take_from_new_block(bytes);
    used_ = start + bytes;
    return current_ + start;
  }
  void* take_from_new_block(std::size_t bytes);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
};

class Value {
 public:
  constexpr Value() = default;  // null

  static constexpr Value boolean(bool value) {
    Value v(Kind::boolean);
    v.size_ = value ? 1 : 0;
    return v;
  }
  // `text` must outlive the value; it may hold any valid UTF-8.
  static constexpr Value string(std::string_view text) {
    Value v(Kind::string);
    v.flags_ = kMayNeedEscapes;
    v.set_text(text);
    return v;
  }
  static Value string(Arena& arena, std::string_view text) { return string(arena.copy(text)); }
  static Value integer(Arena& arena, std::int64_t number);
  // `text` must be a valid JSON number of that kind and outlive the value.
  static constexpr Value number(Kind kind, std::string_view text) {
    Value v(kind);
    v.set_text(text);
    return v;
  }

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_null() const { return kind_ == Kind::null; }
  constexpr bool is_boolean() const { return kind_ == Kind::boolean; }
  constexpr bool is_string() const { return kind_ == Kind::string; }
  constexpr bool is_integer() const { return kind_ == Kind::integer; }
  constexpr bool is_number() const { return kind_ == Kind::integer || kind_ == Kind::decimal; }
  constexpr bool is_array() const { return kind_ == Kind::array; }
  constexpr bool is_object() const { return kind_ == Kind::object; }

  // Only for the kind that each says; checked.
  bool as_boolean() const {
    if (!is_boolean()) wrong_kind("a boolean");
    return size_ != 0;
  }
  // The decoded string, or the number exactly as it was written.
  std::string_view text() const {
    if (!is_string() && !is_number()) wrong_kind("text");
    return {text_, size_};
  }
  std::span<const Value> items() const {
    if (!is_array()) wrong_kind("an array");
    return {items_, size_};
  }
  std::span<const Member> members() const;

  // The last member of that name in an object; null when there is none, or for any other kind.
  const Value* find(std::string_view name) const;
  // The integer when it fits; nullopt for other kinds and larger numbers.
  std::optional<std::int64_t> as_int64() const;

  // True unless null, false, a zero, "", [] or {} (Python's truth).
  bool truthy() const;

  // Byte offset of the first character of the value in the parsed text; 0 for built values.
  std::uint32_t offset() const { return offset_; }

  // Strings only: false promises that the text holds nothing JSON would escape.
  bool may_need_escapes() const { return (flags_ & kMayNeedEscapes) != 0; }
  // Strings only: the text holds a lone surrogate as three bytes ED A0..BF xx (only with
  // ParseOptions::lone_surrogates), which is not UTF-8.
  bool has_lone_surrogate() const { return (flags_ & kLoneSurrogate) != 0; }

 private:
  friend class Parser;
  friend class ArrayBuilder;
  friend class ObjectBuilder;

  static constexpr std::uint8_t kMayNeedEscapes = 1;
  static constexpr std::uint8_t kLoneSurrogate = 2;

  [[noreturn]] static void wrong_kind(const char* wanted);

  constexpr explicit Value(Kind kind) : kind_(kind) {}
  constexpr void set_text(std::string_view text) {
    text_ = text.data();
    size_ = static_cast<std::uint32_t>(text.size());
  }

  Kind kind_ = Kind::null;
  std::uint8_t flags_ = 0;
  std::uint32_t size_ = 0;  // bytes, items or members; for a boolean its value
  std::uint32_t offset_ = 0;
  union {
    const char* text_ = nullptr;
    const Value* items_;
    const Member* members_;
  };
};

struct Member {
  Value name;  // a string
  Value value;
};

inline std::span<const Member> Value::members() const {
  if (!is_object()) wrong_kind("an object");
  return {members_, size_};
}

// Collects members; done() copies them into the arena. Names must outlive the value (literals do).
class ObjectBuilder {
 public:
  explicit ObjectBuilder(Arena& arena) : arena_(arena) {}
  ObjectBuilder& add(std::string_view name, Value value);
  // The member as it is: its name keeps what is known about it (escapes, a lone surrogate).
  ObjectBuilder& add(const Member& member);
  // The text is copied into the arena.
  ObjectBuilder& add(std::string_view name, std::string_view text);
  ObjectBuilder& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }
  ObjectBuilder& add(std::string_view name, bool) = delete;  // say Value::boolean: pointers convert to bool
  ObjectBuilder& add_boolean(std::string_view name, bool value) { return add(name, Value::boolean(value)); }
  ObjectBuilder& add_integer(std::string_view name, std::int64_t value);
  // The text, or null when it is empty.
  ObjectBuilder& add_or_null(std::string_view name, std::string_view text);
  // The text, or null when there is none.
  ObjectBuilder& add_optional(std::string_view name, const std::optional<std::string>& text);
  Value done() const;

 private:
  Arena& arena_;
  std::vector<Member> members_;
};

class ArrayBuilder {
 public:
  explicit ArrayBuilder(Arena& arena) : arena_(arena) {}
  ArrayBuilder& add(Value value);
  ArrayBuilder& add(std::string_view text) { return add(Value::string(arena_, text)); }
  Value done() const;

 private:
  Arena& arena_;
  std::vector<Value> items_;
};

// A value together with the memory it lies in. Moves; does not copy.
struct Document {
  Arena arena;
  Value root;
};

// The same value with each duplicate name reduced to one member: at the place of the first, with the value of
// the last. Shares everything that has no duplicates inside. `found`, when not null, receives the second
// occurrence of the first duplicate met.
Value without_duplicates(const Value& value, Arena& arena, std::optional<Value>* found = nullptr);

// The object with one member set: replaced in its place (the first, if the name repeats; the others go), or
// added at the end.
Value with_member(const Value& object, std::string_view name, Value value, Arena& arena);
// The object without the members of that name.
Value without_member(const Value& object, std::string_view name, Arena& arena);

}  // namespace agentnet::json
