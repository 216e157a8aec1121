#include "core/sbn/pgdag/cdna.hpp"

#include <array>
#include <charconv>

#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/pgdag/numbers.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr std::array kStrategies = {MutationStrategy::entropy_yield, MutationStrategy::drift_correction,
                                    MutationStrategy::regime_adaptation, MutationStrategy::manual};
constexpr std::size_t kMarkDigits = 4;  // of the hash at the end of a cDNA

// "a:b" of "a:b:c:d".
std::string first_two_parts(const std::string& cdna) {
  const std::size_t first = cdna.find(':');
  if (first == cdna.npos) return cdna;
  return cdna.substr(0, cdna.find(':', first + 1));
}

struct Version {
  std::int64_t major = 0;
  std::int64_t minor = 1;
};

// Up to three numbers count; one alone has the minor 0.
Version version_of(const std::string& text) {
  std::array<std::int64_t, 3> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int64_t& part : parts) {
    const auto [next, fault] = std::from_chars(at, end, part);
    if (fault != std::errc() || part < 0) return {};
    if (next == end) return {parts[0], parts[1]};
    if (*next != '.') return {};
    at = next + 1;
  }
  return {parts[0], parts[1]};
}

double number_in(const json::Value& object, std::string_view name, double fallback) {
  const json::Value* member = object.find(name);
  if (member == nullptr || member->is_null()) return fallback;
  if (!member->is_number())
    throw Error(Category::usage, "bad_trigger", std::string(name) + " of a trigger must be a number");
  return json::to_double(member->text());
}

std::string text_in(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_string())
    throw Error(Category::usage, "bad_trigger", std::string(name) + " of a trigger must be a text");
  return std::string(member->text());
}

}  // namespace

std::string_view strategy_name(MutationStrategy strategy) {
  switch (strategy) {
    case MutationStrategy::entropy_yield:
      return "entropy_yield";
    case MutationStrategy::drift_correction:
      return "drift_correction";
    case MutationStrategy::regime_adaptation:
      return "regime_adaptation";
    case MutationStrategy::manual:
      break;
  }
  return "manual";
}

MutationStrategy strategy_of(std::string_view name) {
  for (const MutationStrategy strategy : kStrategies) {
    if (strategy_name(strategy) == name) return strategy;
  }
  throw Error(Category::usage, "bad_strategy", "'" + std::string(name) + "' is not a valid MutationStrategy");
}

json::Value MutationTrigger::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("strategy", strategy_name(strategy))
      .add("yield_score", decimal(yield_score, arena))
      .add("entropy_score", decimal(entropy_score, arena))
      .add("yield_threshold", decimal(thresholds.yield, arena))
      .add("entropy_threshold", decimal(thresholds.entropy, arena))
      .add("regime_level", std::string_view(regime_level))
      .add("drift_magnitude", decimal(drift_magnitude, arena))
      .add("reasoning", std::string_view(reasoning))
      .done();
}

MutationTrigger MutationTrigger::from_json(const json::Value& value) {
  MutationTrigger trigger;
  const std::string strategy = text_in(value, "strategy");
  if (!strategy.empty()) trigger.strategy = strategy_of(strategy);
  trigger.yield_score = number_in(value, "yield_score", 0.0);
  trigger.entropy_score = number_in(value, "entropy_score", 0.0);
  trigger.thresholds.yield = number_in(value, "yield_threshold", trigger.thresholds.yield);
  trigger.thresholds.entropy = number_in(value, "entropy_threshold", trigger.thresholds.entropy);
  trigger.regime_level = text_in(value, "regime_level");
  trigger.drift_magnitude = number_in(value, "drift_magnitude", 0.0);
  trigger.reasoning = text_in(value, "reasoning");
  return trigger;
}

std::string next_spec_version(const std::string& version, MutationStrategy strategy) {
  const Version old = version_of(version);
  const bool major = strategy == MutationStrategy::regime_adaptation || strategy == MutationStrategy::manual;
  return major ? std::to_string(old.major + 1) + ".0.0"
               : std::to_string(old.major) + "." + std::to_string(old.minor + 1) + ".0";
}

MutationProof mutate(const CdnaRecord& current, const MutationTrigger& trigger, Instant now) {
  json::Arena arena;
  // Sorted as canonical text is, then spaced as Python spaces.
  const std::string sorted = canonical_text(trigger.to_json(arena));
  const std::string text = json::to_spaced(json::Parser(json::kAsPython).parse(sorted, arena));
  const std::string mark = crypto::sha256_hex(current.cdna + ":" + text).substr(0, kMarkDigits);
  MutationProof proof{current, current, trigger, now};
  proof.after.generation = current.generation + 1;
  proof.after.cdna =
      first_two_parts(current.cdna) + ":g" + std::to_string(proof.after.generation) + ":" + mark;
  proof.after.spec_version = next_spec_version(current.spec_version, trigger.strategy);
  proof.after.created_at = now;
  return proof;
}

json::Value MutationProof::seal_payload(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("kind", kMutationKind)
      .add("engine_id", std::string_view(after.engine_id))
      .add("before", std::string_view(before.cdna))
      .add("after", std::string_view(after.cdna))
      .add_integer("generation", after.generation)
      .add("spec_version", std::string_view(after.spec_version))
      .add("trigger", trigger.to_json(arena))
      .add("sealed_at", std::string_view(iso_offset(sealed_at)))
      .done();
}

json::Value MutationProof::to_json(json::Arena& arena) const {
  json::ObjectBuilder all(arena);
  for (const json::Member& member : seal_payload(arena).members())
    all.add(member);
  return all.add_integer("before_generation", before.generation)
      .add("before_spec_version", std::string_view(before.spec_version))
      .add("proof_hash", std::string_view(proof_hash))
      .add("block_ref", std::string_view(block_ref))
      .done();
}

}  // namespace agentnet::sbn::pgdag
