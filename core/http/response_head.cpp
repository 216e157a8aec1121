#include "core/http/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agentnet::http {
namespace {

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  if (is_field_value(value)) {
    head += value;
  } else {
    for (const char c : value)
      head += is_field_value({&c, 1}) ? c : ' ';
  }
  head += "\r\n";
}

bool is_the_servers(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames = {"Date", "Content-Length", "Connection",
                                                             "Transfer-Encoding", "Keep-Alive"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view ours) { return equals_ignoring_case(ours, name); });
}

}  // namespace

std::string http_date(std::chrono::sys_seconds second) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const Response& response, const Delivery& delivery, std::string_view date) {
  std::string head;
  head.reserve(256);
  head += "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += reason_phrase(response.status);
  head += "\r\n";
  append_field(head, "Date", date);
  for (const auto& [name, value] : response.headers.fields())
    if (is_token(name) && !is_the_servers(name)) append_field(head, name, value);
  if (may_have_body(response.status)) {
    const std::string_view of_handler = response.headers.get("Content-Length");
    const std::string length = std::to_string(response.body.size());
    append_field(head, "Content-Length", delivery.head_only && !of_handler.empty() ? of_handler : length);
  }
  // Staying open is what HTTP/1.1 takes for granted, and closing what HTTP/1.0 does.
  if (!delivery.keep_alive) append_field(head, "Connection", "close");
  if (delivery.keep_alive && delivery.http_1_0) append_field(head, "Connection", "keep-alive");
  head += "\r\n";
  return head;
}

}  // namespace agentnet::http
