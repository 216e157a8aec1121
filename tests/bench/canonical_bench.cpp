// How fast the steps of a SnapChore hash are: parsing, the canonical bytes, SHA-256, and all of it; and how
// fast a server reads and checks signed evidence.
//
// One JSON line a measure, as tests/bench/run.py prints them. Documents are made from a fixed seed; figures
// are per second of processor time, which a busy machine disturbs less than the wall clock.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/canonical.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/intent_arrival.hpp"
#include "core/sbn/rules_hash.hpp"

namespace {

using namespace agentnet;

constexpr unsigned kSeed = 20260301;
constexpr double kSecondsARound = 0.1;  // of processor time
constexpr int kRounds = 7;              // the median counts
// Different documents of one size, up to both limits. Few enough to stay in the processor's cache when
// parsed: what is measured is the work, not the memory.
constexpr std::size_t kPoolBytes = std::size_t{2} << 20;
constexpr std::size_t kPoolDocuments = 256;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// One event as agents log them: texts, integers, decimals, a list and an object inside.
std::string make_event(std::mt19937_64& random) {
  static constexpr std::array<const char*, 4> kTexts = {"gpt-4", "größer", "a \\\"quoted\\\" word", "日本"};
  char event[400];
  std::snprintf(event, sizeof event,
                R"({"event":"inference","model":"%s","tokens":%u,"cost":%.6f,"latency":%.17g,)"
                R"("user":{"id":"u-%08x","tags":["a","b-%u"]},"ok":true,"timestamp":"2026-03-01T10:00:00Z"})",
                kTexts[random() % kTexts.size()], static_cast<unsigned>(random() % 100000),
                static_cast<double>(random() % 1000000) / 1e6,
                static_cast<double>(random() % 100000000) / 997.0,
                static_cast<unsigned>(random() & 0xffffffff), static_cast<unsigned>(random() % 100));
  return event;
}

std::string make_document(std::mt19937_64& random, std::size_t bytes) {
  std::string text = make_event(random);
  if (text.size() >= bytes) return text;
  text = R"({"run":")" + std::to_string(random()) + R"(","events":[)" + text;
  while (text.size() + 2 < bytes)
    text += "," + make_event(random);
  return text + "]}";
}

struct Size {
  const char* name;
  std::size_t bytes;
};

// Runs a step over the whole pool again and again; returns documents a second of processor time.
double measure(std::size_t documents, const std::function<void()>& step) {
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    const double begun = processor_seconds();
    double spent = 0;
    std::size_t done = 0;
    while (spent < kSecondsARound) {
      step();
      done += documents;
      spent = processor_seconds() - begun;
    }
    rates.push_back(static_cast<double>(done) / spent);
  }
  std::nth_element(rates.begin(), rates.begin() + kRounds / 2, rates.end());
  return rates[kRounds / 2];
}

void print(const char* step, const Size& size, double rate, std::size_t mean_bytes) {
  std::printf(R"({"measure":"%s, %s","value":%.0f,"unit":"documents/s","peer":"not measured","ratio":null,)"
              R"("command":"agentnet_bench","note":"one core, processor time, %.0f MiB/s"})"
              "\n",
              step, size.name, rate, rate * static_cast<double>(mean_bytes) / (1 << 20));
  std::fflush(stdout);
}

void measure_size(const Size& size) {
  std::mt19937_64 random(kSeed);
  std::vector<std::string> texts;
  std::size_t total = 0;
  while (total < kPoolBytes && texts.size() < kPoolDocuments) {
    texts.push_back(make_document(random, size.bytes));
    total += texts.back().size();
  }
  const std::size_t mean = total / texts.size();

  std::vector<json::Document> parsed;
  std::vector<std::string> canonical;
  for (const std::string& text : texts) {
    parsed.push_back(json::parse(text, json::kAsPython));
    canonical.push_back(json::to_canonical(parsed.back().root, json::Form::svp));
  }

  json::Parser parser(json::kAsPython);
  json::Arena arena;
  print("parse", size,
        measure(texts.size(),
                [&] {
                  for (const std::string& text : texts) {
                    parser.parse(text, arena);
                    arena.reset();
                  }
                }),
        mean);

  json::CanonicalWriter writer(json::Form::svp);
  std::string out;
  print("canonical", size,
        measure(texts.size(),
                [&] {
                  for (const json::Document& document : parsed) {
                    out.clear();
                    writer.write(document.root, out);
                  }
                }),
        mean);

  std::uint64_t sum = 0;  // used, so that no hash can be left out
  print("sha256", size,
        measure(texts.size(),
                [&] {
                  for (const std::string& text : canonical)
                    sum += crypto::sha256(as_bytes(text))[0];
                }),
        mean);

  sbn::Hasher hasher;
  print("whole hash", size,
        measure(texts.size(),
                [&] {
                  for (const std::string& text : texts) {
                    out.clear();
                    hasher.hash_text(text, out);
                    sum += static_cast<unsigned char>(out[0]);
                  }
                }),
        mean);
  if (sum == 0) std::printf("\n");
}

// From the text of a body to evidence whose signature holds, as Harbor does it before it looks at its store.
void measure_evidence(const Size& size) {
  constexpr std::string_view kTenant = "local";
  constexpr std::string_view kIntent = "2f1c3d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
  std::mt19937_64 random(kSeed);
  const std::array<std::uint8_t, crypto::BriefKey::kSeedBytes> seed = {7};
  const crypto::BriefKey payee(seed);
  paybond::EvidenceSigner signer;
  std::vector<std::string> bodies;
  std::size_t total = 0;
  while (bodies.size() < kPoolDocuments) {
    // Some numbers of 17 digits are others when they are read again, and their signature is then none.
    const std::string event = make_document(random, size.bytes);
    const std::string payload = paybond::to_canonical(json::parse(event).root);
    if (paybond::changing_number(json::parse(payload).root)) continue;
    bodies.push_back(signer
                         .sign({.tenant_id = kTenant,
                                .intent_id = kIntent,
                                .payee_did = "did:web:payee.example",
                                .payload_json = payload,
                                .artifacts_hex = {},
                                .submitted_at_rfc3339 = "2030-01-02T15:04:05Z"},
                               1, payee)
                         .body);
    total += bodies.back().size();
  }
  std::size_t artifacts = 0;
  print("evidence read and verified", size,
        measure(bodies.size(),
                [&] {
                  for (const std::string& body : bodies)
                    artifacts +=
                        paybond::read_evidence(json::parse(body).root, kTenant, kIntent).artifact_count;
                }),
        total / bodies.size());
  if (artifacts != 0) std::printf("\n");
}

}  // namespace

int main() {
  for (const Size& size : {Size{"200 B", 200}, Size{"2 KiB", 2048}, Size{"1 MiB", std::size_t{1} << 20}})
    measure_size(size);
  measure_evidence({"200 B", 200});
  measure_evidence({"2 KiB", 2048});
}
