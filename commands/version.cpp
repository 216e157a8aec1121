#include "commands/version.hpp"

namespace agentnet::commands {

Exit run_version(const Arguments&, Context& context) {
  json::Arena arena;
  const json::Value mirrors = json::ObjectBuilder(arena)
                                  .add("snapchore-core", kMirroredSnapchoreCore)
                                  .add("sbn-sdk", kMirroredSbnSdk)
                                  .add("paybond-kit", kMirroredPaybondKit)
                                  .done();
  const json::Value value =
      json::ObjectBuilder(arena).add("agentnet", AGENTNET_VERSION).add("mirrors", mirrors).done();
  context.sink.result({value, "agentnet " AGENTNET_VERSION "\n", AGENTNET_VERSION});
  return Exit::done;
}

}  // namespace agentnet::commands
