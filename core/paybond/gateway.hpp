// Small rules around the gateway: its address, the file that holds its key, what it says about waiting (wire
// reference paybond 5.3, 6.2, 12).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace agentnet::paybond {

// Without white space around it and slashes at its end. https goes anywhere; http only to this machine
// (localhost, 127.0.0.0/8, ::1), and with `allow_private` also to the networks of RFC 1918. Throws Error
// usage/bad_gateway. A name such as 127.0.0.1.example.com is no address of this machine.
std::string normalise_gateway(std::string_view url, bool allow_private = false);

// The value of a variable in the text of an env file: the first line that sets it counts; "export" before it
// and quotes of one kind around the value do not. nullopt when it is not set or set to nothing.
std::optional<std::string> env_file_value(std::string_view text, std::string_view name);

// The text with the variable set: in the line that counts, which keeps its "export", else in a new last line.
// Every other line stays as it is. The value is visible ASCII without quotes.
std::string with_env_file_value(std::string_view text, std::string_view name, std::string_view value);

// Seconds of a Retry-After header that is a number; nullopt for a date and anything else.
std::optional<double> retry_after_seconds(std::string_view header);

}  // namespace agentnet::paybond
