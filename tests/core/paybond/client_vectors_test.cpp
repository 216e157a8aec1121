// Replays every recorded session of the official kit: what it called, what went over the wire, how long it
// waited, what came of it. Where ours differs by intention, tests/vectors/differences.json says so: the first
// row of program "paybond" whose `when` has "kit" and fits names the outcome that is ours.
#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "core/paybond/recognition.hpp"
#include "core/paybond/refusal.hpp"
#include "core/paybond/text.hpp"
#include "tests/core/paybond/kit_calls.hpp"

namespace agentnet::paybond {
namespace {

// The kit's HTTP library adds these; what they say is no part of Paybond.
const std::set<std::string> kLibraryHeaders = {"host",       "accept",     "accept-encoding",
                                               "connection", "user-agent", "content-length"};

json::Document load(const std::string& file) {
  std::ifstream in(TEST_DATA "/vectors/" + file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return json::parse(text, json::kAsPython);
}

std::string member_text(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
}

using Fields = std::multiset<std::pair<std::string, std::string>>;

Fields recorded_fields(const json::Value& headers) {
  Fields fields;
  for (const json::Value& pair : headers.items()) {
    std::string name = lower_ascii(pair.items()[0].text());
    if (!kLibraryHeaders.contains(name)) fields.emplace(std::move(name), std::string(pair.items()[1].text()));
  }
  return fields;
}

Fields sent_fields(const http::Headers& headers) {
  Fields fields;
  for (const auto& [name, value] : headers.fields()) {
    if (!kLibraryHeaders.contains(lower_ascii(name))) fields.emplace(lower_ascii(name), value);
  }
  return fields;
}

std::string spelled(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += name + ": " + value + "\n";
  return text;
}

// A record has null, "" or [] where the answer has nothing.
bool is_nothing(const json::Value& value) {
  return value.is_null() || (value.is_string() && value.text().empty()) ||
         (value.is_array() && value.items().empty());
}

bool fits(const json::Value& recorded, const json::Value* ours) {
  if (ours == nullptr || ours->is_null()) return is_nothing(recorded);
  if (!recorded.is_object()) return as_sent(recorded) == as_sent(*ours);
  return ours->is_object() &&
         std::all_of(recorded.members().begin(), recorded.members().end(), [&](const json::Member& each) {
           return fits(each.value, ours->find(each.name.text()));
         });
}

// What of an opened session was recorded: its tenant, its address, or both tenants.
bool opened_as(const json::Value& recorded, const json::Value& ours) {
  if (!recorded.is_string()) return fits(recorded, &ours);
  return recorded.text() == "<base>/" || recorded.text() == member_text(ours, "tenant");
}

struct Outcome {
  std::string fault;  // "category/code", "" when there was none
  std::optional<Error> error;
  KitResult result;
};

class Replay {
 public:
  Replay(const json::Value& vector, bool current) : vector_(vector), session_(transport_, clock_, current) {
    for (const json::Value& exchange : vector.find("exchanges")->items()) {
      const json::Value& response = *exchange.find("response");
      if (response.is_string()) {
        transport_.lose();
        continue;
      }
      http::Headers headers;
      for (const json::Member& each : response.find("headers")->members())
        headers.add(std::string(each.name.text()), std::string(each.value.text()));
      transport_.answer(static_cast<int>(response.find("status")->as_int64().value()),
                        member_text(response, "body_utf8"), headers);
    }
  }

  Outcome run() {
    Outcome outcome;
    outcome.fault = fault_of([&] {
      try {
        for (const json::Value& call : vector_.find("calls")->items())
          outcome.result = session_.call(member_text(call, "call"), *call.find("args"), *call.find("kwargs"));
      } catch (const Error& error) {
        outcome.error = error;
        throw;
      }
    });
    return outcome;
  }

  void check_wire() const {
    const auto exchanges = vector_.find("exchanges")->items();
    REQUIRE(transport_.sent.size() == exchanges.size());
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      const json::Value& request = *exchanges[i].find("request");
      const http::Request& ours = transport_.sent[i];
      CHECK(ours.method == request.find("method")->text());
      CHECK(ours.target == request.find("target")->text());
      CHECK(ours.body == request.find("body_utf8")->text());
      CHECK(spelled(sent_fields(ours.headers)) == spelled(recorded_fields(*request.find("headers"))));
    }
    const auto sleeps = vector_.find("sleeps_seconds")->items();
    REQUIRE(clock_.slept.size() == sleeps.size());
    for (std::size_t i = 0; i < sleeps.size(); ++i)
      CHECK(clock_.slept[i] == doctest::Approx(std::stod(std::string(sleeps[i].text()))));
  }

 private:
  const json::Value& vector_;
  ScriptedTransport transport_;
  StoppedClock clock_;
  KitSession session_;
};

// Which faults of ours stand for an exception of the kit.
bool stands_for(const std::string& type, const json::Value& result, const Error& error) {
  const std::string ours = std::string(category_name(error.category())) + "/" + error.code();
  const bool mismatch = member_text(result, "message").find("mismatch") != std::string::npos;
  const bool bad_answer = ours == "unreachable/bad_response" || ours == "auth/bad_access";
  const json::Value* status = result.find("status_code");
  if (status != nullptr && status->is_integer()) {
    const std::int64_t code = status->as_int64().value();
    if (code < 400) return bad_answer;
    return error.category() == category_of_status(static_cast<int>(code)) &&
           detail_of(error, "status") == std::to_string(code) &&
           detail_of(error, "body_text") == member_text(result, "body_text") &&
           (result.find("url") == nullptr || detail_of(error, "url") == member_text(result, "url"));
  }
  if (type == "TenantBindingError" || mismatch) return ours == "verification/tenant_binding_mismatch";
  if (type == "GatewayAuthError")
    return error.category() == Category::auth || ours == "usage/bad_environment";
  if (type == "RemoteProtocolError") return error.category() == Category::unreachable;
  if (type == "InsecureGatewayURLError") return ours == "usage/bad_gateway";
  if (type == "ValueError" && error.category() == Category::usage) return true;
  // The kit lets these out of its own code when an answer is not what it expects.
  static const std::set<std::string> kSurprises = {"RuntimeError",    "ValueError", "AttributeError",
                                                   "JSONDecodeError", "KeyError",   "TypeError"};
  return kSurprises.contains(type) && bad_answer;
}

// The outcome that is ours by intention, "" when the recorded one is.
std::string intended(const json::Value& vector, const std::string& kit, const json::Value& rows) {
  const json::Value& result = *vector.find("result");
  const auto exchanges = vector.find("exchanges")->items();
  const auto calls = vector.find("calls")->items();
  const std::map<std::string, std::string> facts = {
      {"kit", kit},
      {"call", calls.empty() ? "" : member_text(calls.back(), "call")},
      {"fault", member_text(result, "error_type") + ": " + member_text(result, "message")},
      {"answer", exchanges.empty() ? "" : member_text(*exchanges.back().find("response"), "body_utf8")}};
  for (const json::Value& row : rows.find("differences")->items()) {
    const json::Value* when = row.find("when");
    if (member_text(row, "program") != "paybond" || when == nullptr || when->find("kit") == nullptr) continue;
    const bool applies =
        std::all_of(when->members().begin(), when->members().end(), [&](const json::Member& each) {
          return std::regex_search(facts.at(std::string(each.name.text())),
                                   std::regex(std::string(each.value.text())));
        });
    if (applies) return member_text(row, "outcome");
  }
  return {};
}

void check_outcome(const json::Value& vector, const Outcome& outcome, const std::string& intended_outcome) {
  const json::Value& result = *vector.find("result");
  CAPTURE(outcome.fault);
  if (!intended_outcome.empty()) {
    CHECK((outcome.fault.empty() ? "ok" : outcome.fault) == intended_outcome);
  } else if (result.find("ok")->as_boolean()) {
    REQUIRE(outcome.fault.empty());
    const json::Value& ours = outcome.result.value.root;
    const json::Value& recorded = *result.find("value");
    const std::string last = member_text(vector.find("calls")->items().back(), "call");
    if (last.ends_with(".open")) {
      CHECK(opened_as(recorded, ours));
    } else if (outcome.result.is_record) {
      CHECK(fits(recorded, &ours));
    } else {
      CHECK(as_sent(ours) == as_sent(recorded));
    }
  } else {
    REQUIRE(outcome.error);
    CHECK(stands_for(member_text(result, "error_type"), result, *outcome.error));
  }
}

// Sessions that the other replays have: runs of the command line (tests/cli/paybond_replay.py) and proofs,
// whose inputs are only in recognition.json.
bool is_run(const json::Value& vector) {
  return member_text(vector, "id").starts_with("cli_");
}

void replay(const std::string& file) {
  const json::Document recording = load("paybond/" + file);
  const json::Document rows = load("differences.json");
  const std::string kit = member_text(recording.root, "kit");
  const auto vectors = recording.root.find("vectors")->items();
  REQUIRE(!vectors.empty());
  for (const json::Value& vector : vectors) {
    CAPTURE(member_text(vector, "id"));
    if (is_run(vector)) continue;
    if (vector.find("calls")->items().empty()) {
      const json::Value* value = vector.find("result")->find("value");
      const bool made = vector.find("result")->find("ok")->as_boolean();
      CHECK((made ? member_text(*value, "kind") == kRecognitionKind
                  : member_text(*vector.find("result"), "message").starts_with("agent recognition proof")));
      if (made) CHECK(verify_recognition_seal(*value, {}).reason != "malformed");
      continue;
    }
    Replay session(vector, kit != "0.2.1");
    const Outcome outcome = session.run();
    session.check_wire();
    check_outcome(vector, outcome, intended(vector, kit, rows.root));
  }
}

TEST_CASE("recorded sessions of release 0.2.1 go over the wire as they did") {
  replay("http_kit_0_2_1.json");
}

TEST_CASE("recorded sessions of release 0.12.17 go over the wire as they did") {
  replay("http_kit_0_12_17.json");
}

}  // namespace
}  // namespace agentnet::paybond
