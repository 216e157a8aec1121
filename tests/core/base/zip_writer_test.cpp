#include "core/base/zip_writer.hpp"

#include <doctest/doctest.h>

namespace agentnet {
namespace {

TEST_CASE("the checksum is that of the catalogue's check value") {
  CHECK(crc32("123456789") == 0xcbf43926);
  CHECK(crc32("") == 0);
}

TEST_CASE("an archive has its files as they are, a directory and an end") {
  ZipWriter zip;
  zip.add("a.txt", "hello");
  zip.add("b", "");
  const std::string archive = zip.finish();
  CHECK(archive.starts_with(std::string_view("PK\x03\x04", 4)));
  CHECK(archive.substr(30, 10) == "a.txthello");
  const std::size_t end = archive.size() - 22;
  CHECK(archive.substr(end, 4) == "PK\x05\x06");
  CHECK(archive[end + 8] == 2);
  CHECK(archive[end + 10] == 2);
  const auto number = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(archive[at])) |
           static_cast<std::size_t>(static_cast<unsigned char>(archive[at + 1])) << 8;
  };
  const std::size_t directory = number(end + 16);
  CHECK(archive.substr(directory, 4) == "PK\x01\x02");
  CHECK(directory + number(end + 12) == end);
  CHECK(number(directory + 42) == 0);                    // where the first file begins
  CHECK(number(directory + 46 + 5 + 42) == 30 + 5 + 5);  // and the second
}

TEST_CASE("the same files give the same bytes") {
  const auto archive = [] {
    ZipWriter zip;
    zip.add("a", "b");
    return zip.finish();
  };
  CHECK(archive() == archive());
}

}  // namespace
}  // namespace agentnet
