#include "core/json/value.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>

#include "core/base/error.hpp"
#include "core/json/number.hpp"

namespace agentnet::json {
namespace {

// Up to this many members a plain search finds duplicates faster than sorting does.
constexpr std::size_t kSmallObject = 16;

template <typename T>
std::span<const T> copy_into(Arena& arena, const std::vector<T>& source) {
  if (source.empty()) return {};
  T* memory = arena.allocate<T>(source.size());
  std::uninitialized_copy(source.begin(), source.end(), memory);
  return {memory, source.size()};
}

// For each member the index of the last member with the same name, but for a later occurrence an index below
// its own; empty when no name repeats.
std::vector<std::size_t> last_of_each(std::span<const Member> members) {
  std::vector<std::size_t> last;
  const auto note = [&](std::size_t first, std::size_t later) {
    if (last.empty()) {
      last.resize(members.size());
      std::iota(last.begin(), last.end(), std::size_t{0});
    }
    last[first] = later;
    last[later] = first;
  };
  const auto name = [&](std::size_t i) { return members[i].name.text(); };
  if (members.size() <= kSmallObject) {
    for (std::size_t later = 1; later < members.size(); ++later) {
      for (std::size_t first = 0; first < later; ++first) {
        if (name(first) != name(later)) continue;
        note(first, later);
        break;
      }
    }
    return last;
  }
  // Sorted, not hashed: no choice of names makes it slow.
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int compared = name(a).compare(name(b));
    return compared != 0 ? compared < 0 : a < b;
  });
  for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
    if (name(order[i]) != name(order[first])) first = i;
    if (first != i) note(order[first], order[i]);
  }
  return last;
}

// Whether two arrays or objects are the same memory.
bool same(const Value& a, const Value& b) {
  if (a.is_array()) return a.items().data() == b.items().data();
  return a.members().data() == b.members().data() && a.members().size() == b.members().size();
}

}  // namespace

Arena& Arena::operator=(Arena&& other) noexcept {
  blocks_ = std::exchange(other.blocks_, {});
  current_ = std::exchange(other.current_, nullptr);
  used_ = std::exchange(other.used_, 0);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void* Arena::take_from_new_block(std::size_t bytes) {
  // Doubling keeps the number of blocks small; the last is the largest, which is the one reset() keeps.
  const std::size_t size = std::max({bytes, size_ * 2, kFirstBlockBytes});
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
  current_ = blocks_.back().get();
  size_ = size;
  used_ = bytes;
  return current_;
}

void Arena::reset() {
  used_ = 0;
  if (blocks_.size() <= 1 && size_ <= kKeptBytes) return;
  std::unique_ptr<std::byte[]> kept;
  if (size_ <= kKeptBytes) kept = std::move(blocks_.back());
  blocks_.clear();
  if (kept) {
    blocks_.push_back(std::move(kept));
  } else {
    current_ = nullptr;
    size_ = 0;
  }
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* memory = allocate<char>(text.size());
  std::memcpy(memory, text.data(), text.size());
  return {memory, text.size()};
}

Value Value::integer(Arena& arena, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return Value::number(Kind::integer, arena.copy({digits, static_cast<std::size_t>(end - digits)}));
}

void Value::wrong_kind(const char* wanted) {
  throw Error(Category::failed, "wrong_kind", std::string("a JSON value was read as ") + wanted);
}

// From the end: the last member of a name is the one that counts.
const Value* Value::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  for (std::size_t i = size_; i > 0; --i) {
    if (members_[i - 1].name.text() == name) return &members_[i - 1].value;
  }
  return nullptr;
}

std::optional<std::int64_t> Value::as_int64() const {
  if (!is_integer()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text_, text_ + size_, number);
  if (fault != std::errc() || end != text_ + size_) return std::nullopt;
  return number;
}

bool Value::truthy() const {
  switch (kind_) {
    case Kind::null:
      return false;
    case Kind::integer:
      return text() != "0" && text() != "-0";
    case Kind::decimal:
      return to_double(text()) != 0.0;  // 1e-400 is zero, NaN is not
    default:
      return size_ != 0;
  }
}

ObjectBuilder& ObjectBuilder::add(std::string_view name, Value value) {
  members_.push_back({Value::string(name), value});
  return *this;
}

ObjectBuilder& ObjectBuilder::add(const Member& member) {
  members_.push_back(member);
  return *this;
}

ObjectBuilder& ObjectBuilder::add(std::string_view name, std::string_view text) {
  return add(name, Value::string(arena_, text));
}

ObjectBuilder& ObjectBuilder::add_integer(std::string_view name, std::int64_t value) {
  return add(name, Value::integer(arena_, value));
}

ObjectBuilder& ObjectBuilder::add_or_null(std::string_view name, std::string_view text) {
  return text.empty() ? add(name, Value()) : add(name, text);
}

ObjectBuilder& ObjectBuilder::add_optional(std::string_view name, const std::optional<std::string>& text) {
  return text ? add(name, std::string_view(*text)) : add(name, Value());
}

Value ObjectBuilder::done() const {
  const auto members = copy_into(arena_, members_);
  Value value(Kind::object);
  value.size_ = static_cast<std::uint32_t>(members.size());
  value.members_ = members.data();
  return value;
}

ArrayBuilder& ArrayBuilder::add(Value value) {
  items_.push_back(value);
  return *this;
}

Value ArrayBuilder::done() const {
  const auto items = copy_into(arena_, items_);
  Value value(Kind::array);
  value.size_ = static_cast<std::uint32_t>(items.size());
  value.items_ = items.data();
  return value;
}

// Rebuilds an array or object only when something inside it changed.
Value without_duplicates(const Value& value, Arena& arena, std::optional<Value>* found) {
  if (value.is_array()) {
    ArrayBuilder items(arena);
    bool changed = false;
    for (const Value& item : value.items()) {
      const Value clean = without_duplicates(item, arena, found);
      changed |= (item.is_array() || item.is_object()) && !same(item, clean);
      items.add(clean);
    }
    return changed ? items.done() : value;
  }
  if (!value.is_object()) return value;
  const auto members = value.members();
  const std::vector<std::size_t> last = last_of_each(members);
  ObjectBuilder clean_members(arena);
  bool changed = !last.empty();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::size_t source = last.empty() ? i : last[i];
    if (source < i) {  // a later occurrence, whose value went to the place of the first
      if (found != nullptr && !*found) *found = members[i].name;
      continue;
    }
    const Value& member = members[source].value;
    const Value clean = without_duplicates(member, arena, found);
    changed |= (member.is_array() || member.is_object()) && !same(member, clean);
    clean_members.add(Member{members[i].name, clean});
  }
  return changed ? clean_members.done() : value;
}

Value with_member(const Value& object, std::string_view name, Value value, Arena& arena) {
  ObjectBuilder builder(arena);
  bool placed = false;
  for (const Member& member : object.members()) {
    const bool is_it = member.name.text() == name;
    if (!is_it) builder.add(member);
    if (is_it && !placed) builder.add(Member{member.name, value});
    placed |= is_it;
  }
  if (!placed) builder.add(name, value);
  return builder.done();
}

Value without_member(const Value& object, std::string_view name, Arena& arena) {
  ObjectBuilder builder(arena);
  for (const Member& member : object.members()) {
    if (member.name.text() != name) builder.add(member);
  }
  return builder.done();
}

}  // namespace agentnet::json
