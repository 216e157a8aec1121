// The program `sbn`: which commands it has.
#include "commands/sbn/program.hpp"

#include "commands/sbn/console.hpp"
#include "commands/sbn/sbn.hpp"
#include "commands/sbn/snapchore.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "commands/version.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kSnapchoreCommands[] = {&kSnapchoreHash,  &kSbnCapture,  &kSbnVerify, &kSbnSeal,
                                                 &kSbnVerifyBlock, &kSbnDiscover, &kSbnRecent, &kSbnBlocks,
                                                 &kSbnChain,       &kSbnStats,    &kSbnUsage};

constexpr Command kSnapchore{
    .name = "snapchore",
    .summary = "Capture, seal, verify and chain documents in the network",
    .description =
        "Without an account the local network answers: a server of this user if one runs, else the "
        "network inside this command, with the same data.",
    .children = kSnapchoreCommands,
};

constexpr const Command* kCommands[] = {&kSnapchore, &kSbnReceipts, &kSbnConsole, &kSbnControlPlane,
                                        &kSbnAuth};

}  // namespace

constexpr Command kSbnProgram{
    .name = "sbn",
    .summary = "The SmartBlocks Network",
    .options = kVersionOptions,
    .run = run_version,
    .children = kCommands,
};

}  // namespace agentnet::commands
