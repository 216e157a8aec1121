// The groups of the kit's command line that belong to vendors of commerce or to frameworks of agents.
#include "commands/paybond/paybond.hpp"
#include "core/base/error.hpp"

namespace agentnet::commands {
namespace {

Exit refuse(const Arguments&, Context&) {
  throw Error(Category::refused, "not_part_of_this_tool", "this group is not part of this tool",
              "the vendor's own kit has it; 'paybond --help' lists what is here");
}

constexpr Argument kWords[] = {{.name = "WORD", .optional = true, .repeatable = true}};

}  // namespace

constexpr Command kPaybondShopify{.name = "shopify",
                                  .summary = "Not part of this tool",
                                  .arguments = kWords,
                                  .run = refuse,
                                  .hidden = true};
constexpr Command kPaybondAdyen{
    .name = "adyen", .summary = "Not part of this tool", .arguments = kWords, .run = refuse, .hidden = true};
constexpr Command kPaybondFlutterwave{.name = "flutterwave",
                                      .summary = "Not part of this tool",
                                      .arguments = kWords,
                                      .run = refuse,
                                      .hidden = true};
constexpr Command kPaybondPaystack{.name = "paystack",
                                   .summary = "Not part of this tool",
                                   .arguments = kWords,
                                   .run = refuse,
                                   .hidden = true};
constexpr Command kPaybondPlaid{
    .name = "plaid", .summary = "Not part of this tool", .arguments = kWords, .run = refuse, .hidden = true};

constexpr Command kPaybondAgentDemo{
    .name = "demo", .summary = "Not part of this tool", .arguments = kWords, .run = refuse, .hidden = true};

constexpr Command kPaybondDevLoop{
    .name = "loop", .summary = "Not part of this tool", .arguments = kWords, .run = refuse, .hidden = true};
constexpr Command kPaybondDevUp{
    .name = "up", .summary = "Not part of this tool", .arguments = kWords, .run = refuse, .hidden = true};

}  // namespace agentnet::commands
