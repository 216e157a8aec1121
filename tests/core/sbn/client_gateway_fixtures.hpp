// What the tests of the groups of client calls share: a transport that notes what it was sent.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/client.hpp"

namespace agentnet::sbn::fixtures {

struct Noting final : http::Transport {
  http::Request sent;
  std::string answer = "{}";

  http::Response send(const http::Request& request) override {
    sent = request;
    return http::json_response(200, answer);
  }
  std::string name() const override { return "the notes"; }

  // The one request that a call makes: "METHOD target body".
  template <typename Call>
  std::string of(const Call& call) {
    call();
    return sent.method + " " + sent.target + (sent.body.empty() ? "" : " " + sent.body);
  }
  // What a call makes of an answer.
  template <typename Call>
  std::string made_of(const std::string& text, const Call& call) {
    answer = text;
    const json::Document made = call();
    answer = "{}";
    return json::to_compact(made.root);
  }
};

}  // namespace agentnet::sbn::fixtures
