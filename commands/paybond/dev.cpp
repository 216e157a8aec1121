// paybond dev
#include "commands/paybond/dev.hpp"

#include "commands/paybond/connection.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/dev_log.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kLiveKey = "paybond_sk_live_";
constexpr Trial kTrials[] = {{kTrialPresets[0], "travel.book_hotel", 18'700},
                             {kTrialPresets[1], "commerce.checkout", 4'500}};

}  // namespace

const Trial& trial_of(const std::string& preset) {
  for (const Trial& trial : kTrials) {
    if (trial.preset == preset) return trial;
  }
  throw Error(Category::usage, "unknown_preset", "there is no preset '" + preset + "'",
              "it is one of travel, shopping");
}

void refuse_live_key(const Arguments& arguments, Context& context) {
  const network::Settings settings = paybond_settings(arguments, context);
  if (!settings.credential || !as_text(settings.credential->secret.expose()).starts_with(kLiveKey)) return;
  throw Error(Category::policy, "live_key", "a trial is not made with a key for real money",
              settings.credential->origin + " gave it; use a sandbox key, or none");
}

std::string read_dev_file(const Filesystem& files, std::string_view path) {
  try {
    return files.read(std::string(path), paybond::kMaxDevLogBytes);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return {};
    throw;
  }
}

namespace {

constexpr const Command* kCommands[] = {&kPaybondDevSmoke, &kPaybondDevTrace, &kPaybondDevLoop,
                                        &kPaybondDevUp};

}  // namespace

constexpr Command kPaybondDev{.name = "dev",
                              .summary = "Try the whole way of a payment, and look at the trials",
                              .children = kCommands};

}  // namespace agentnet::commands
