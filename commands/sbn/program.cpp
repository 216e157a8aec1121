// The program `sbn`: which commands it has.
#include "commands/sbn/program.hpp"

#include "commands/sbn/atlas.hpp"
#include "commands/sbn/console.hpp"
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/pgdag.hpp"
#include "commands/sbn/sbn.hpp"
#include "commands/sbn/snapchore.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "commands/version.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kSnapchoreCommands[] = {
    &kSnapchoreHash, &kSbnCapture,      &kSbnVerify,       &kSbnSeal,        &kSbnVerifyBlock, &kSbnDiscover,
    &kSbnRecent,     &kSbnBlocks,       &kSbnChain,        &kSbnArtifact,    &kSbnPromote,     &kSbnReconcile,
    &kSbnKeys,       &kSbnQueueSummary, &kSbnProcessQueue, &kSbnQueueHealth, &kSbnStats,       &kSbnUsage};

constexpr Command kSnapchore{
    .name = "snapchore",
    .summary = "Capture, seal, verify and chain documents in the network",
    .description =
        "Without an account the local network answers: a server of this user if one runs, else the "
        "network inside this command, with the same data.",
    .children = kSnapchoreCommands,
};

constexpr Example kVersionExamples[] = {{"sbn version", "print the version"},
                                        {"sbn version -f json", "and the releases that are mirrored"}};
constexpr Command kVersion{.name = "version",
                           .summary = "Print the version, and which releases are mirrored",
                           .options = kUnusedConnection,
                           .examples = kVersionExamples,
                           .run = run_version};

constexpr const Command* kCommands[] = {
    &kSnapchore, &kSbnReceipts, &kSbnGateway, &kSbnBitblocks,    &kSbnBlocksGroup, &kSbnAgent, &kSbnTwin,
    &kSbnAtlas,  &kSbnPgdag,    &kSbnConsole, &kSbnControlPlane, &kSbnAuth,        &kVersion};

}  // namespace

constexpr Command kSbnProgram{
    .name = "sbn",
    .summary = "The SmartBlocks Network",
    .options = kVersionOptions,
    .run = run_version,
    .children = kCommands,
};

}  // namespace agentnet::commands
