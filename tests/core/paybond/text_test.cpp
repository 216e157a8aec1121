#include "core/paybond/text.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

TEST_CASE("trimming takes Unicode White_Space and nothing else") {
  CHECK_EQ(trim_white_space("\t\n\v\f\r a\xc2\x85\xc2\xa0\xe1\x9a\x80\xe2\x80\xa8\xe3\x80\x80"), "a");
  CHECK_EQ(trim_white_space("\xe2\x80\x83 "), "");
  CHECK_EQ(trim_white_space("\x1c"
                            "a\xe2\x80\x8b"),
           "\x1c"
           "a\xe2\x80\x8b");
  CHECK_EQ(trim_white_space("\xef\xbb\xbf"), "\xef\xbb\xbf");
  CHECK_EQ(lower_ascii("\xc3\x84"
                       "AZaz[@"),
           "\xc3\x84"
           "azaz[@");
}

TEST_CASE("a UUID has four forms and no others") {
  const std::string plain = "7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401";
  for (const std::string& text :
       {plain, std::string("7F2A9B1E2F664F4F9C6E8F4B8E85C401"), "{" + plain + "}", "urn:uuid:" + plain}) {
    CAPTURE(text);
    const auto uuid = parse_uuid(text);
    REQUIRE(uuid);
    CHECK_EQ(uuid_text(*uuid), plain);
  }
  for (const std::string& text :
       {std::string(), " " + plain, plain + "0", "URN:UUID:" + plain,
        std::string("{7f2a9b1e2f664f4f9c6e8f4b8e85c401}"), std::string("7f2a9b1e2f66-4f4f-9c6e-8f4b8e85c401"),
        std::string("7g2a9b1e2f664f4f9c6e8f4b8e85c401"),
        std::string("7f2a9b1e02f66-4f4f-9c6e-8f4b8e85c41")}) {
    CAPTURE(text);
    CHECK_FALSE(parse_uuid(text));
  }
}

TEST_CASE("instants take their normal form") {
  const std::pair<const char*, const char*> pairs[] = {
      {"2030-01-02T15:04:05Z", "2030-01-02T15:04:05Z"},
      {"2030-01-02t15:04:05z", "2030-01-02T15:04:05Z"},
      {"2030-01-02_15:04:05Z", "2030-01-02T15:04:05Z"},
      {"2030-01-02T15:04:05.120Z", "2030-01-02T15:04:05.12Z"},
      {"2030-01-02T15:04:05.000Z", "2030-01-02T15:04:05Z"},
      {"2030-01-02T15:04:05.1234567899Z", "2030-01-02T15:04:05.123456789Z"},
      {"2030-01-02T15:04:05.0000000001Z", "2030-01-02T15:04:05Z"},
      {"2030-01-02T15:04:05+00:00", "2030-01-02T15:04:05Z"},
      {"2030-01-02T15:04:05-00:00", "2030-01-02T15:04:05Z"},
      {"2030-01-02T15:04:05-00:30", "2030-01-02T15:04:05-00:30"},
      {"2030-01-02T15:04:05+23:59", "2030-01-02T15:04:05+23:59"},
      {"0000-01-01T00:00:00+05:00", "0000-01-01T00:00:00+05:00"},
      {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
  };
  for (const auto& [text, normal] : pairs) {
    CAPTURE(text);
    CHECK_EQ(normalise_timestamp(text), normal);
  }
}

TEST_CASE("what is no instant has no normal form") {
  for (const char* text : {"",
                           "2030-01-02",
                           "2030-01-02T15:04:05",
                           "2030-01-02T15:04Z",
                           "2030-13-02T15:04:05Z",
                           "2030-00-02T15:04:05Z",
                           "2030-01-00T15:04:05Z",
                           "2030-04-31T15:04:05Z",
                           "1900-02-29T15:04:05Z",
                           "2030-01-02T24:00:00Z",
                           "2030-01-02T15:60:05Z",
                           "2030-01-02T15:04:61Z",
                           "2030-01-02T15:04:05.Z",
                           "2030-01-02T15:04:05+24:00",
                           "2030-01-02T15:04:05+01:60",
                           "2030-01-02T15:04:05+0100",
                           "2030-01-02T15:04:05+01",
                           "2030-01-02T15:04:05Z ",
                           " 2030-01-02T15:04:05Z",
                           "+2030-01-02T15:04:05Z",
                           "10000-01-02T15:04:05Z",
                           "2030-01-02\xc3\xa9"
                           "15:04:05Z",
                           "2030-1-02T15:04:05Z"}) {
    CAPTURE(text);
    CHECK_FALSE(normalise_timestamp(text));
  }
}

TEST_CASE("second 60 stands only where a month ends in UTC") {
  const auto normal = [](const char* text) { return normalise_timestamp(text).value_or("none"); };
  CHECK_EQ(normal("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.999999999Z");
  CHECK_EQ(normal("2016-12-31T23:59:60.25Z"), "2016-12-31T23:59:59.999999999Z");
  CHECK_EQ(normal("2017-01-01T00:59:60+01:00"), "2017-01-01T00:59:59.999999999+01:00");
  CHECK_EQ(normal("2030-02-28T22:59:60-01:00"), "2030-02-28T22:59:59.999999999-01:00");
  CHECK_EQ(normal("0000-01-01T00:59:60+01:00"), "0000-01-01T00:59:59.999999999+01:00");
  CHECK_EQ(normal("2030-01-02T15:04:60Z"), "none");
  CHECK_EQ(normal("2028-02-28T23:59:60Z"), "none");
  CHECK_EQ(normal("2016-12-31T23:59:60+01:00"), "none");
  CHECK_EQ(normal("2016-12-30T23:59:60Z"), "none");
}

}  // namespace
}  // namespace agentnet::paybond
