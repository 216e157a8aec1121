#include "commands/paybond/seed_file.hpp"

#include "commands/input.hpp"
#include "core/paybond/seed.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxSeedFileBytes = 64 * 1024;  // a PEM file has 119

std::string read_seed_text(const std::string& path, const Context& context) {
  if (path == "-") return read_descriptor(context.input, "standard input", kMaxSeedFileBytes);
  try {
    std::string text = context.files.read(path, kMaxSeedFileBytes);
    if (context.files.others_may_read(path)) {
      context.diagnostics.warn("seed_exposed", path + " can be read by others; chmod 600 closes it");
    }
    return text;
  } catch (const Error& fault) {
    throw Error(Category::usage, "bad_input", fault.message(), "paybond keys generate-seed FILE makes a seed",
                {{"file", path}});
  }
}

std::unique_ptr<crypto::SigningKey> key_of(std::string text, const std::string& name) {
  return naming(name, [&text] {
    Secret seed;
    try {
      seed = paybond::read_seed(text);
    } catch (const Error&) {
      wipe(text);
      throw;
    }
    wipe(text);
    return std::make_unique<crypto::SigningKey>(crypto::SigningKey::from_seed(seed));
  });
}

}  // namespace

std::unique_ptr<crypto::SigningKey> given_key(const Arguments& arguments, const SeedSource& source,
                                              bool input_is_used, const Context& context) {
  if (const auto path = arguments.find(source.option)) {
    if (*path == "-" && input_is_used) {
      throw Error(Category::usage, "bad_usage",
                  std::string(source.option) + " and the input cannot both be standard input");
    }
    return key_of(read_seed_text(*path, context), *path == "-" ? "standard input" : *path);
  }
  for (const std::string_view name : source.environment) {
    std::string text = context.environment.get_or_empty(name);
    if (!text.empty()) return key_of(std::move(text), std::string(name));
  }
  return nullptr;
}

}  // namespace agentnet::commands
