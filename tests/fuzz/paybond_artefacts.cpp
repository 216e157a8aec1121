// The first byte chooses what the rest is taken for: a document that is digested and judged as every
// artefact, bytes in bincode, an instant. Nothing may crash, and what is judged valid was signed.
#include "core/base/error.hpp"
#include "core/paybond/artefact.hpp"
#include "core/paybond/digest.hpp"
#include "core/paybond/text.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

void judge_all(std::string_view text) {
  const json::Document document = json::parse(text);
  require(paybond::digest_of(document.root) == paybond::digest_of(text));
  for (const auto family : {paybond::Family::mandate, paybond::Family::receipt, paybond::Family::audit}) {
    const auto judged =
        paybond::judge_artefact(document.root, family, {.keys = {}, .operators = {}, .now = Instant()});
    require(judged.verdict.valid == judged.verdict.reason.empty());
  }
}

void read_bincode(ByteView bytes, paybond::Bincode encoding) {
  paybond::BincodeReader in(encoding, bytes);
  paybond::BincodeWriter out(encoding);
  out.u8(in.u8()).text(in.text()).uuid(in.uuid()).i64(in.i64()).u32(in.u32()).bytes(in.bytes());
  require(std::equal(out.done().begin(), out.done().end(), bytes.begin()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest = fuzz::text_of(data + 1, size - 1);
  try {
    if (data[0] % 4 == 0) judge_all(rest);
    if (data[0] % 4 == 1) read_bincode(as_bytes(rest), paybond::Bincode::one);
    if (data[0] % 4 == 2) read_bincode(as_bytes(rest), paybond::Bincode::two);
  } catch (const Error&) {
  }
  if (data[0] % 4 == 3) {
    const auto normal = paybond::normalise_timestamp(rest);
    if (normal) require(paybond::normalise_timestamp(*normal) == normal);
  }
  return 0;
}
