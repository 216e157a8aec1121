#include "core/paybond/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace agentnet::paybond {
namespace {

// UTF-8 of the White_Space characters, each a whole sequence.
constexpr std::array<std::string_view, 25> kWhiteSpace = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
    "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
    "\xe3\x80\x80"};

constexpr std::string_view kUrnPrefix = "urn:uuid:";
constexpr std::size_t kUuidDigits = 32;
constexpr std::array<std::size_t, 4> kHyphens = {8, 13, 18, 23};
constexpr std::size_t kHyphenatedUuid = 36;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A cursor over the text of an instant; a failed read leaves ok false and stays so.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  bool next_is(char c) const { return ok && !rest.empty() && rest.front() == c; }

  void take(char c) {
    ok = next_is(c);
    if (ok) rest.remove_prefix(1);
  }

  int digits(std::size_t count) {
    ok = ok && rest.size() >= count &&
         std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count), is_digit);
    if (!ok) return 0;
    int number = 0;
    for (const char c : rest.substr(0, count))
      number = number * 10 + (c - '0');
    rest.remove_prefix(count);
    return number;
  }
};

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

struct Moment {
  int year, month, day, hour, minute, second;
  std::string fraction;  // digits, without zeros at the end
  int offset;            // minutes east
};

// Whether the minute is the last of a month in UTC, where a leap second may be.
bool ends_a_month_in_utc(const Moment& moment) {
  constexpr int kMinutesOfDay = 24 * 60;
  int minute = moment.hour * 60 + moment.minute - moment.offset;
  int day = moment.day;
  if (minute < 0) {
    minute += kMinutesOfDay;
    --day;
  } else if (minute >= kMinutesOfDay) {
    minute -= kMinutesOfDay;
    ++day;
  }
  if (minute != kMinutesOfDay - 1) return false;
  if (day == 0) return true;  // the day before the first is the last of the month before
  return day == days_in(moment.year, moment.month);
}

std::string read_fraction(Cursor& cursor) {
  constexpr std::size_t kMostDigits = 9;
  std::size_t count = 0;
  while (count < cursor.rest.size() && is_digit(cursor.rest[count]))
    ++count;
  cursor.ok = cursor.ok && count > 0;
  std::string fraction(cursor.rest.substr(0, std::min(count, kMostDigits)));
  cursor.rest.remove_prefix(count);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction;
}

int read_offset(Cursor& cursor) {
  if (cursor.next_is('Z') || cursor.next_is('z')) {
    cursor.rest.remove_prefix(1);
    return 0;
  }
  const bool west = cursor.next_is('-');
  cursor.take(west ? '-' : '+');
  const int hours = cursor.digits(2);
  cursor.take(':');
  const int minutes = cursor.digits(2);
  cursor.ok = cursor.ok && hours <= 23 && minutes <= 59;
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

std::optional<Moment> read_moment(std::string_view text) {
  Cursor cursor{text};
  Moment moment{};
  moment.year = cursor.digits(4);
  cursor.take('-');
  moment.month = cursor.digits(2);
  cursor.take('-');
  moment.day = cursor.digits(2);
  if (!cursor.ok || cursor.rest.empty()) return std::nullopt;
  cursor.rest.remove_prefix(1);  // whatever separates
  moment.hour = cursor.digits(2);
  cursor.take(':');
  moment.minute = cursor.digits(2);
  cursor.take(':');
  moment.second = cursor.digits(2);
  if (cursor.next_is('.')) {
    cursor.take('.');
    moment.fraction = read_fraction(cursor);
  }
  moment.offset = read_offset(cursor);
  if (!cursor.ok || !cursor.rest.empty()) return std::nullopt;
  const bool date_is_real = moment.month >= 1 && moment.month <= 12 && moment.day >= 1 &&
                            moment.day <= days_in(moment.year, moment.month);
  if (!date_is_real || moment.hour > 23 || moment.minute > 59 || moment.second > 60) return std::nullopt;
  return moment;
}

std::string padded(int number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - digits.size(), '0') + digits;
}

}  // namespace

std::string_view trim_white_space(std::string_view text) {
  const auto cut = [&text](bool front) {
    for (const std::string_view space : kWhiteSpace) {
      if (front ? text.starts_with(space) : text.ends_with(space)) {
        front ? text.remove_prefix(space.size()) : text.remove_suffix(space.size());
        return true;
      }
    }
    return false;
  };
  // Most texts have nothing to trim, which one look at each end shows.
  const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
  while (!text.empty() && !is_plain(text.front()) && cut(true)) {
  }
  while (!text.empty() && !is_plain(text.back()) && cut(false)) {
  }
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() == kHyphenatedUuid + 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, kHyphenatedUuid);
  } else if (text.size() == kUrnPrefix.size() + kHyphenatedUuid && text.starts_with(kUrnPrefix)) {
    text.remove_prefix(kUrnPrefix.size());
  }
  std::string digits(text);
  if (text.size() == kHyphenatedUuid) {
    for (std::size_t i = kHyphens.size(); i-- > 0;) {
      if (digits[kHyphens[i]] != '-') return std::nullopt;
      digits.erase(kHyphens[i], 1);
    }
  }
  if (digits.size() != kUuidDigits) return std::nullopt;
  const std::optional<Bytes> bytes = parse_hex(digits);
  if (!bytes) return std::nullopt;
  Uuid uuid{};
  std::copy(bytes->begin(), bytes->end(), uuid.begin());
  return uuid;
}

std::string uuid_text(const Uuid& uuid) {
  std::string text = hex_lower(uuid);
  for (const std::size_t at : kHyphens)
    text.insert(at, 1, '-');
  return text;
}

std::optional<std::string> normalise_timestamp(std::string_view text) {
  std::optional<Moment> moment = read_moment(text);
  if (!moment) return std::nullopt;
  if (moment->second == 60) {
    if (!ends_a_month_in_utc(*moment)) return std::nullopt;
    moment->second = 59;
    moment->fraction = "999999999";
  }
  std::string out = padded(moment->year, 4) + "-" + padded(moment->month, 2) + "-" + padded(moment->day, 2) +
                    "T" + padded(moment->hour, 2) + ":" + padded(moment->minute, 2) + ":" +
                    padded(moment->second, 2);
  if (!moment->fraction.empty()) out += "." + moment->fraction;
  if (moment->offset == 0) return out + "Z";
  const int offset = std::abs(moment->offset);
  return out + (moment->offset < 0 ? "-" : "+") + padded(offset / 60, 2) + ":" + padded(offset % 60, 2);
}

}  // namespace agentnet::paybond
