#include "core/paybond/gateway.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

void check_vector(const Vector& vector) {
  const std::string function = vector.at("fn");
  const std::string input = vector.at("input").is_null() ? "" : vector.at("input").get<std::string>();
  const auto& result = vector.at("result");
  if (function == "normalize_gateway_base_url") {
    if (!result.at("ok").get<bool>()) {
      CHECK_EQ(error_code([&] { normalise_gateway(input); }), "bad_gateway");
    } else {
      CHECK_EQ(normalise_gateway(input), result.at("value").get<std::string>());
    }
  } else if (function == "read_env_file_value") {
    const auto value = env_file_value(input, "PAYBOND_API_KEY");
    CHECK_EQ(value ? Vector(*value) : Vector(nullptr), result.at("value"));
  } else if (function == "parse_retry_after_seconds") {
    const auto seconds = retry_after_seconds(input);
    CHECK_EQ(seconds ? Vector(*seconds) : Vector(nullptr), result.at("value"));
  } else {
    FAIL("unknown function " << function);
  }
}

TEST_CASE("recorded addresses, env files and headers are read as recorded") {
  for (const auto& vector : read_vectors("misc.json")) {
    CAPTURE(vector.at("id"));
    check_vector(vector);
  }
}

TEST_CASE("http goes to this machine alone, whatever a name looks like") {
  const auto code = [](const char* url, bool allow_private = false) {
    return error_code([&] { normalise_gateway(url, allow_private); });
  };
  CHECK_EQ(code("http://[::1]:8090"), "");
  CHECK_EQ(code("http://127.0.0.1.example.com"), "bad_gateway");
  CHECK_EQ(code("http://127.1"), "bad_gateway");
  CHECK_EQ(code("http://127.0.0.256"), "bad_gateway");
  CHECK_EQ(code("http://localhost@example.com"), "bad_gateway");
  CHECK_EQ(code("http://example.com#@127.0.0.1"), "bad_gateway");
  CHECK_EQ(code("https://"), "bad_gateway");
  CHECK_EQ(code("http://10.0.0.5", true), "");
  CHECK_EQ(code("http://172.16.0.1", true), "");
  CHECK_EQ(code("http://172.32.0.1", true), "bad_gateway");
  CHECK_EQ(code("http://192.168.1.1", true), "");
  CHECK_EQ(code("http://8.8.8.8", true), "bad_gateway");
}

TEST_CASE("the first line that sets a variable counts") {
  CHECK_EQ(env_file_value("export A=1\nA=2", "A"), "1");
  CHECK_EQ(env_file_value("A=\nA=2", "A"), std::nullopt);
  CHECK_EQ(env_file_value("A=\"x'\r\n", "A"), "\"x'");
  CHECK_EQ(env_file_value("B=1\nA", "A"), std::nullopt);
}

TEST_CASE("a variable is set in the line that counts, and every other line stays") {
  const auto set = [](std::string_view text) { return with_env_file_value(text, "A", "new"); };
  CHECK_EQ(set(""), "A=new\n");
  CHECK_EQ(set("B=1"), "B=1\nA=new\n");
  CHECK_EQ(set("# A=0\nexport A='1'\nB=2\r\n"), "# A=0\nexport A=new\nB=2\r\n");
  CHECK_EQ(set("A=1\nA=2\n"), "A=new\nA=2\n");
  CHECK_EQ(set("A=\nA=2\n"), "A=new\nA=2\n");
  CHECK_EQ(set("AB=1\n A = 2\n"), "AB=1\nA=new\n");
  CHECK_EQ(set("\n\n"), "\n\nA=new\n");
}

TEST_CASE("what was set is what is read") {
  for (const std::string_view text : {"", "A=1", "export A=1\nA=2", "x\n\nA=\n", "B=1\n# A=2\n"}) {
    CAPTURE(text);
    const std::string once = with_env_file_value(text, "A", "new");
    CHECK_EQ(env_file_value(once, "A"), "new");
    CHECK_EQ(with_env_file_value(once, "A", "new"), once);
  }
}

}  // namespace
}  // namespace agentnet::paybond
