// The request reader and what looks at its requests, over arbitrary bytes.
//
// The first byte says how the rest is cut; what comes out must not depend on that.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/http/host_check.hpp"
#include "core/http/request_reader.hpp"
#include "core/http/response_head.hpp"

using namespace agentnet::http;
using State = RequestReader::State;

namespace {

constexpr std::size_t kHeaderLimit = 1024;
constexpr std::size_t kBodyLimit = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

// Everything that a server would see of the bytes, as one text.
std::string outcome_of(std::string_view bytes, std::size_t step) {
  RequestReader reader(kHeaderLimit, kBodyLimit);
  std::string seen;
  while (true) {
    while (!bytes.empty() && (reader.state() == State::head || reader.state() == State::body)) {
      const std::string_view part = bytes.substr(0, step);
      const std::size_t taken = reader.feed(part);
      require(taken <= part.size());
      require(taken > 0 || reader.state() == State::refused);
      bytes.remove_prefix(taken);
    }
    require(reader.request().body.size() <= kBodyLimit);
    if (reader.state() != State::complete) break;
    seen += reader.keep_alive() ? "open " : "close ";
    const Request request = reader.take();
    require(is_token(request.method) && is_target(request.target));
    for (const auto& [name, value] : request.headers.fields()) {
      require(is_token(name) && is_field_value(value));
      seen += name + "=" + value + "\n";
    }
    if (const auto refusal = HostCheck().check(request.headers)) seen += refusal->code;
    for (const auto& [name, value] : query_of(request.target))
      require(query_of("/" + Query().add(name, value).text()).front() == std::pair(name, value));
    // What is echoed to the peer must stay one head.
    const std::string head = response_head({200, request.headers, {}}, {}, "date");
    require(head.find("\r\n\r\n") == head.size() - 4);
    seen += request.method + " " + request.target + " " + request.body + "\n";
  }
  if (reader.state() == State::refused) seen += reader.refusal().code;
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = std::size_t{data[0]} + 1;
  require(outcome_of(bytes, bytes.size() + 1) == outcome_of(bytes, step));
  const std::string text = to_utf8(bytes);
  require(to_utf8(text) == text);
  require(percent_decode(percent_encode(bytes)) == bytes);
  return 0;
}
