#include "core/base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agentnet {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Fields {
  int year;
  unsigned month, day;
  int hour, minute, second, micros;
};

Fields split(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(time.subseconds().count())};
}

std::string iso_with(Instant instant, std::string_view suffix) {
  const Fields f = split(instant);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", f.year, f.month, f.day, f.hour, f.minute, f.second);
  if (f.micros != 0) text += fmt::format(".{:06}", f.micros);
  text += suffix;
  return text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A cursor over text; every reader returns false without moving when the text does not fit.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool digits(std::size_t count, int& value) {
    if (text_.size() < count) return false;
    int sum = 0;
    for (const char c : text_.substr(0, count)) {
      if (!is_digit(c)) return false;
      sum = sum * 10 + (c - '0');
    }
    value = sum;
    text_.remove_prefix(count);
    return true;
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

constexpr int kMaxYear = 9999;

bool is_in_range(Instant instant) {
  const int year = split(instant).year;
  return year >= 1 && year <= kMaxYear;
}

// ISO week date to day: week 1 holds 4 January; Monday is day 1.
std::optional<std::chrono::sys_days> week_date(int year, int week, int weekday) {
  const auto first_monday = [](int of_year) {
    const std::chrono::sys_days january_4 = std::chrono::year(of_year) / 1 / 4;
    return january_4 - days(std::chrono::weekday(january_4).iso_encoding() - 1);
  };
  if (week < 1 || week > 53 || weekday < 1 || weekday > 7) return std::nullopt;
  const auto start = first_monday(year) + days(7 * (week - 1));
  if (start >= first_monday(year + 1)) return std::nullopt;
  return start + days(weekday - 1);
}

// Bytes of the date that `text` begins with, if it begins with one. The separator may be any character, so
// digits after a week are read as Python does: after YYYY-Www- two or more are a time; after YYYYWww one is a
// weekday, an even count a weekday, a separator and a time, an odd count the latter two.
std::size_t date_length(std::string_view text) {
  constexpr std::size_t kWeek = 7;  // YYYYWww
  if (text.size() <= kWeek) return text.size();
  const bool extended = text[4] == '-';
  if (text[extended ? 5 : 4] != 'W') return extended ? 10 : 8;
  if (extended) {
    const bool weekday = text.size() > 8 && text[8] == '-' && !(text.size() > 10 && is_digit(text[10]));
    return weekday ? 10 : 8;
  }
  std::size_t end = kWeek;
  while (end < text.size() && is_digit(text[end]))
    ++end;
  if (end <= kWeek + 1) return end;
  return end % 2 == 0 ? kWeek : kWeek + 1;
}

std::optional<std::chrono::sys_days> read_date(std::string_view text) {
  Cursor in(text);
  int year = 0, month = 0, day = 0;
  if (!in.digits(4, year) || year < 1) return std::nullopt;
  const bool extended = in.take('-');
  if (in.take('W')) {
    int week = 0, weekday = 1;
    if (!in.digits(2, week)) return std::nullopt;
    if (!in.done() && ((extended && !in.take('-')) || !in.digits(1, weekday))) return std::nullopt;
    return in.done() ? week_date(year, week, weekday) : std::nullopt;
  }
  if (!in.digits(2, month) || (extended && !in.take('-')) || !in.digits(2, day)) return std::nullopt;
  const auto date = std::chrono::year(year) / month / day;
  if (!in.done() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

struct Time {
  int hour = 0, minute = 0, second = 0, micros = 0;

  microseconds sum() const { return hours(hour) + minutes(minute) + seconds(second) + microseconds(micros); }
};

bool read_fraction(Cursor& in, int& micros) {
  int places = 0;
  for (int digit = 0; in.digits(1, digit); ++places) {
    if (places < 6) micros = micros * 10 + digit;
  }
  for (int place = places; place < 6; ++place)
    micros *= 10;
  return places > 0 && in.done();
}

// hh[[:]mm[[:]ss]], with a fraction after any of them.
std::optional<Time> read_time(std::string_view text) {
  const std::size_t point = std::min(text.find_first_of(".,"), text.size());
  Time time;
  if (point < text.size()) {
    Cursor in(text.substr(point + 1));
    if (!read_fraction(in, time.micros)) return std::nullopt;
  }
  Cursor in(text.substr(0, point));
  if (!in.digits(2, time.hour)) return std::nullopt;
  const bool extended = text.size() > 2 && text[2] == ':';
  for (int* const field : {&time.minute, &time.second}) {
    if (in.done()) return time;
    if ((extended && !in.take(':')) || !in.digits(2, *field)) return std::nullopt;
  }
  return in.done() ? std::optional(time) : std::nullopt;
}

// What follows the sign of an offset. Its fields may each be anything as long as the sum is below a day.
std::optional<microseconds> read_offset(std::string_view text) {
  auto time = read_time(text);
  if (!time) return std::nullopt;
  const microseconds offset = time->sum();
  if (offset >= days(1)) return std::nullopt;
  return offset < seconds(1) ? microseconds(0) : offset;  // Python drops a fraction that stands alone
}

// Python's datetime.fromisoformat; may lie outside the years that it can express.
std::optional<Instant> read_iso(std::string_view text) {
  const std::size_t date_end = std::min(date_length(text), text.size());
  const auto date = read_date(text.substr(0, date_end));
  if (!date || !is_in_range(*date)) return std::nullopt;
  if (date_end == text.size()) return *date;
  // The separator is any one character.
  std::size_t start = date_end + 1;
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80)
    ++start;
  text.remove_prefix(start);
  const std::size_t zone = std::min(text.find_first_of("+-Z"), text.size());
  const auto time = read_time(text.substr(0, zone));
  if (!time || time->hour > 23 || time->minute > 59 || time->second > 59) return std::nullopt;
  const Instant instant = *date + time->sum();
  if (zone == text.size() || text.substr(zone) == "Z") return instant;
  const auto offset = read_offset(text.substr(zone + 1));
  if (!offset || text[zone] == 'Z') return std::nullopt;
  return text[zone] == '+' ? instant - *offset : instant + *offset;
}

// The first 19 characters as YYYY-MM-DDTHH:MM:SS with one or two digits a field, T of either case (Python's
// strptime).
std::optional<Instant> read_leading_timestamp(std::string_view text) {
  Cursor in(text.substr(0, 19));  // all of them ASCII, or it fits nothing
  int year = 0;
  std::array<int, 5> fields{};
  if (!in.digits(4, year) || year < 1) return std::nullopt;
  constexpr std::string_view kBefore = "--T::";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!in.take(kBefore[i]) && !(kBefore[i] == 'T' && in.take('t'))) return std::nullopt;
    if (!in.digits(2, fields[i]) && !in.digits(1, fields[i])) return std::nullopt;
  }
  const auto [month, day, hour, minute, second] = fields;
  const auto date = std::chrono::year(year) / month / day;
  if (!in.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
}

std::string iso_offset(Instant instant) {
  return iso_with(instant, "+00:00");
}

std::string iso_zulu(Instant instant) {
  return iso_with(instant, "Z");
}

std::string iso_seconds(Instant instant) {
  return iso_with(std::chrono::floor<seconds>(instant), "Z");
}

std::string iso_compact(Instant instant) {
  const Fields f = split(instant);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute, f.second);
}

std::optional<Instant> parse_iso(std::string_view text) {
  const auto instant = read_iso(text);
  return instant && is_in_range(*instant) ? instant : std::nullopt;
}

std::optional<std::string> canonical_timestamp(std::string_view text) {
  std::string with_offset;
  for (const char c : text) {
    if (c == 'Z') {
      with_offset += "+00:00";
    } else {
      with_offset += c;
    }
  }
  auto instant = read_iso(with_offset);
  if (!instant) instant = read_leading_timestamp(text);
  if (!instant || !is_in_range(*instant)) return std::nullopt;
  return iso_compact(*instant);
}

}  // namespace agentnet
