#include "commands/network_options.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace agentnet;
using namespace agentnet::commands;

namespace {

Arguments with(std::initializer_list<std::pair<std::string_view, std::string>> values) {
  Arguments arguments;
  for (const auto& [name, value] : values)
    arguments.set(name, {value});
  return arguments;
}

template <typename Work>
std::string code_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    CHECK(error.category() == Category::usage);
    return error.code();
  }
  return {};
}

}  // namespace

TEST_CASE("without flags nothing was given") {
  const network::Given given = given_from(Arguments());
  CHECK_FALSE(given.config);
  CHECK_FALSE(given.profile);
  CHECK_FALSE(given.base_url);
  CHECK_FALSE(given.api_key_file);
  CHECK_FALSE(given.tenant);
  CHECK_FALSE(given.timeout);
  CHECK_FALSE(given.retries);
  CHECK(given.api_key.empty());
}

TEST_CASE("every flag arrives where it belongs") {
  const network::Given given = given_from(with({{"--config", "c"},
                                                {"--profile", "p"},
                                                {"--base-url", "u"},
                                                {"--api-key-file", "f"},
                                                {"--api-key", "k"},
                                                {"--tenant", "t"},
                                                {"--timeout", "2"},
                                                {"--retries", "3"}}));
  CHECK(given.config == "c");
  CHECK(given.profile == "p");
  CHECK(given.base_url == "u");
  CHECK(given.api_key_file == "f");
  CHECK(as_text(given.api_key.expose()) == "k");
  CHECK(given.tenant == "t");
  CHECK(given.timeout == std::chrono::seconds(2));
  CHECK(given.retries == 3);
}

TEST_CASE("a timeout is a number of seconds within its limits, to the millisecond") {
  const auto timeout = [](const std::string& text) {
    return given_from(with({{"--timeout", text}})).timeout;
  };
  CHECK(timeout("0.001") == std::chrono::milliseconds(1));
  CHECK(timeout("1.5") == std::chrono::milliseconds(1500));
  CHECK(timeout("86400") == std::chrono::hours(24));
  for (const char* text :
       {"", "0", "0.0001", "-1", "86400.001", "86401", "1s", "1 ", " 1", "1e3", "nan", "inf", "0x1"}) {
    CAPTURE(text);
    CHECK(code_of([&] { (void)timeout(text); }) == "bad_number");
  }
}

TEST_CASE("retries are a whole number within their limits") {
  const auto retries = [](const std::string& text) {
    return given_from(with({{"--retries", text}})).retries;
  };
  CHECK(retries("0") == 0);
  CHECK(retries("20") == 20);
  for (const char* text : {"", "-1", "21", "1.5", "x"})
    CHECK(code_of([&] { (void)retries(text); }) == "bad_number");
}

TEST_CASE("an empty key is not the same as none") {
  CHECK(code_of([] { (void)given_from(with({{"--api-key", ""}})); }) == "bad_value");
}

TEST_CASE("ids of a call are visible ASCII of limited length") {
  CHECK_FALSE(call_options_from(Arguments()).request_id);
  const CallOptions both = call_options_from(with({{"--request-id", "r"}, {"--idempotency-key", "i"}}));
  CHECK(both.request_id == "r");
  CHECK(both.idempotency_key == "i");
  for (const std::string_view option : {"--request-id", "--idempotency-key"}) {
    CHECK(code_of([&] {
            (void)call_options_from(with({{option, std::string(kMaxCallIdBytes, 'x')}}));
          }).empty());
    for (const std::string& text : {std::string(), std::string("a b"), std::string("a\r\nx: y"),
                                    std::string("\u00e9"), std::string(kMaxCallIdBytes + 1, 'x')})
      CHECK(code_of([&] { (void)call_options_from(with({{option, text}})); }) == "bad_value");
  }
}

TEST_CASE("what help says of the defaults is what they are") {
  const auto fallback = [](std::string_view name) {
    const auto found = std::find_if(std::begin(kNetworkOptions), std::end(kNetworkOptions),
                                    [&](const Option& option) { return option.name == name; });
    REQUIRE(found != std::end(kNetworkOptions));
    return std::string(found->fallback);
  };
  CHECK(std::chrono::seconds(std::stoi(fallback("--timeout"))) == network::kDefaultTimeout);
  CHECK(std::stoi(fallback("--retries")) == network::kDefaultRetries);
  CHECK(kProfileOption.fallback == network::kDefaultProfile);
}
