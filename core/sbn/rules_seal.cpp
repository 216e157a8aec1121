#include "core/sbn/rules_seal.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"
#include "core/sbn/moment_auth.hpp"
#include "core/sbn/moment_capture.hpp"
#include "core/sbn/moment_method.hpp"

namespace agentnet::sbn {
namespace {

// A seal cannot commit to what is made from its own subject.
constexpr std::array<std::string_view, 5> kAddedBySeal = {"snapchore_moment_claim", "snapchore_moment_hash",
                                                          "snapchore_validation", "snapchore_context",
                                                          "post_metrics_snap_hash"};

bool is_added_by_seal(std::string_view name) {
  return std::find(kAddedBySeal.begin(), kAddedBySeal.end(), name) != kAddedBySeal.end();
}

// The value without what a seal adds. Blocks about to be sealed hold nothing of it, and payloads can be
// large: nullopt then says that the value may be used as it is, and no part of it is copied. Parts without
// any are shared.
std::optional<json::Value> without_seal_parts(const json::Value& value, json::Arena& arena) {
  if (value.is_array()) {
    std::optional<json::ArrayBuilder> kept;
    const auto items = value.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::optional<json::Value> inner = without_seal_parts(items[i], arena);
      if (inner && !kept) {
        kept.emplace(arena);
        for (std::size_t before = 0; before < i; ++before)
          kept->add(items[before]);
      }
      if (kept) kept->add(inner.value_or(items[i]));
    }
    return kept ? std::optional(kept->done()) : std::nullopt;
  }
  if (!value.is_object()) return std::nullopt;
  std::optional<json::ObjectBuilder> kept;
  const auto members = value.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool drop = is_added_by_seal(members[i].name.text());
    const std::optional<json::Value> inner =
        drop ? std::nullopt : without_seal_parts(members[i].value, arena);
    if ((drop || inner) && !kept) {
      kept.emplace(arena);
      for (std::size_t before = 0; before < i; ++before)
        kept->add(members[before]);
    }
    if (kept && !drop) kept->add(json::Member{members[i].name, inner.value_or(members[i].value)});
  }
  return kept ? std::optional(kept->done()) : std::nullopt;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What to do about a refusal that the reasons alone do not explain.
std::string refusal_hint(const MomentAnswer& answer, const MomentRequest& request) {
  if (!answer.replay_fault.empty()) return "the replay store cannot be used: " + answer.replay_fault;
  if (!request.auth_method) return {};
  return "a member of the payload or the metadata asks for the method " + *request.auth_method;
}

[[noreturn]] void refuse_moment(const MomentAnswer& answer, const MomentRequest& request) {
  const std::string reasons = joined(answer.refusal_reasons);
  throw Error(Category::policy, "moment_refused", "the moment proof is refused: " + reasons,
              refusal_hint(answer, request), {{"refusal_reasons", reasons}});
}

// Adds the moment proof to the metadata. The three members take the places of older ones that came with the
// block, as the network's tools do it: a second proof beside them could contradict the first.
void prove_moment(SmartBlock& block, const SealFacts& facts, json::Arena& arena) {
  if (!block.metadata.is_object()) {
    throw Error(Category::usage, "bad_metadata",
                "the block's metadata is no object and cannot hold a moment proof");
  }
  const std::string subject = seal_subject_sha256(hash_surface(block, arena), arena);
  MomentRequest request;
  request.context =
      capture_context({facts.clock.now(), facts.host, facts.policy, facts.random}, subject, arena);
  request.auth_method = requested_auth_method(block.payload, block.metadata);
  request.subject_sha256 = subject;
  // The clock is read again: a capture that took too long is stale.
  const MomentAnswer answer =
      authenticate_moment(request, facts.clock.now(), facts.policy, facts.replay, arena);
  if (!answer.valid) refuse_moment(answer, request);

  json::Value metadata = json::with_member(block.metadata, "snapchore_moment_hash",
                                           json::Value::string(arena, answer.snapshot_hash), arena);
  if (!answer.moment_claim.is_null()) {
    metadata = json::with_member(metadata, "snapchore_moment_claim", answer.moment_claim, arena);
  }
  block.metadata = json::with_member(metadata, "snapchore_validation", answer.validation, arena);
}

// A sealed block is never sealed over: that would make a changed block look like the one it was.
void require_intact(const SmartBlock& block, const MomentPolicy& policy, json::Arena& arena) {
  const BlockVerdict verdict = verify(block, policy.trusted, arena);
  if (verdict.valid) return;
  const bool hash_holds = text_of(block.snapchore_hash) == verdict.recomputed_hash;
  throw Error(Category::verification, hash_holds ? "moment_mismatch" : "hash_mismatch",
              hash_holds ? "the block is sealed already and its moment proof does not hold: " +
                               joined(verdict.reasons)
                         : "the block is sealed already and its content does not have that hash",
              {}, {{"reasons", joined(verdict.reasons)}});
}

// What the metadata says about the moment, for a block whose hash holds. The validation record is volatile
// and so covered by nothing; it can only speak against the block, except that on this network it stands in
// for a claim that is missing (version 1 blocks have none).
void judge_moment(const SmartBlock& block, const json::Value& surface, const TrustedKeys& trusted,
                  json::Arena& arena, BlockVerdict& verdict) {
  const auto present = [&](std::string_view name) {
    const json::Value* member = block.metadata.find(name);
    return member != nullptr && !member->is_null() ? member : nullptr;
  };
  const json::Value* hash = present("snapchore_moment_hash");
  if (hash == nullptr) return;
  const json::Value* claim = present("snapchore_moment_claim");
  const json::Value* validation = present("snapchore_validation");
  if (claim != nullptr) {
    verdict.moment =
        verify_moment_claim(*claim, {text_of(*hash), seal_subject_sha256(surface, arena)}, trusted);
    verdict.reasons = verdict.moment->refusal_reasons;
  }
  if (claim == nullptr && validation == nullptr) verdict.reasons.emplace_back("missing_moment_proof");
  if (validation == nullptr) return;
  const json::Value* valid = validation->find("valid");
  if (valid == nullptr || !valid->truthy()) verdict.reasons.emplace_back("validation_negative");
  const json::Value* snapshot = validation->find("snapshot_hash");
  const bool same =
      snapshot != nullptr && snapshot->kind() == hash->kind() && text_of(*snapshot) == text_of(*hash);
  if (!same) verdict.reasons.emplace_back("validation_mismatch");
}

}  // namespace

std::string seal_subject_sha256(const json::Value& surface, json::Arena& arena) {
  const json::Value subject = without_seal_parts(surface, arena).value_or(surface);
  return crypto::sha256_hex(json::to_canonical(subject, json::Form::svp));
}

void seal(SmartBlock& block, const SealFacts& facts, json::Arena& arena) {
  if (block.snapchore_hash.truthy()) return require_intact(block, facts.policy, arena);
  SmartBlock sealed = block;  // taken over at the end, so that a fault leaves the block as it was
  if (!facts.policy.skip_auth) {
    prove_moment(sealed, facts, arena);
  } else if (is_secure_environment(facts.policy.environment)) {
    throw Error(Category::policy, "skip_auth_forbidden",
                "a seal without a moment proof is forbidden in the environment " + facts.policy.environment,
                "unset SB_SNAPCHORE_SKIP_AUTH");
  }
  const std::string bytes = json::to_canonical(hash_surface(sealed, arena), json::Form::svp);
  sealed.snapchore_hash = json::Value::string(arena, crypto::sha256_hex(bytes));
  block = sealed;
}

BlockVerdict verify(const SmartBlock& block, const TrustedKeys& trusted, json::Arena& arena) {
  BlockVerdict verdict;
  const json::Value surface = hash_surface(block, arena);
  if (!block.snapchore_hash.truthy()) {
    verdict.reasons.emplace_back("not_sealed");
    return verdict;
  }
  const std::optional<std::string> bytes = canonical_or_none(surface, json::Form::svp);
  if (!bytes) {
    verdict.reasons.emplace_back("not_canonical");
    return verdict;
  }
  verdict.recomputed_hash = crypto::sha256_hex(*bytes);
  if (!is_text(&block.snapchore_hash, verdict.recomputed_hash)) {
    verdict.reasons.emplace_back("hash_mismatch");
  } else if (!block.metadata.is_object()) {
    verdict.reasons.emplace_back("bad_metadata");
  } else {
    judge_moment(block, surface, trusted, arena, verdict);
  }
  verdict.valid = verdict.reasons.empty();
  return verdict;
}

}  // namespace agentnet::sbn
