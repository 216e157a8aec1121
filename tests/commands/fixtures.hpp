// What a command's functions are handed in their tests: files in a folder of their own, an input that is
// given as text, and a sink that keeps nothing, for what is tested here prints nothing.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "commands/command.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::commands::tests {

using agentnet::tests::TemporaryFolder;

// The values of a command line, by option or argument.
inline Arguments with(std::initializer_list<std::pair<std::string_view, std::vector<std::string>>> values) {
  Arguments arguments;
  for (const auto& [name, texts] : values)
    arguments.set(name, texts);
  return arguments;
}

// "category/code" of the Error that `work` throws, "nothing" when it throws none.
template <typename Work>
std::string fault_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return std::string(category_name(error.category())) + "/" + error.code();
  }
  return "nothing";
}

struct SilentSink final : Sink {
  void result(const Result&) override {}
  void begin_rows() override {}
  void row(const Result&) override {}
  void end_rows() override {}
  void default_to(Format) override {}
  Format format() const override { return Format::json; }
  bool plain_lines() const override { return false; }
  bool takes_mixed_rows() const override { return true; }
  void lines(std::string_view) override {}
  void bytes(std::string_view) override {}
  void flush() override {}
};

// A run of a command, its standard input being `input`.
class CommandRun {
 public:
  explicit CommandRun(std::string_view input = {}, Environment environment = {})
      : environment_(std::move(environment)),
        input_(::open(folder.put("standard-input", input).c_str(), O_RDONLY | O_CLOEXEC)),
        context{environment_, files_, clock_, random_, sink_, diagnostics_, input_, false} {
    if (input_ < 0) throw std::runtime_error("cannot open the input of the test");
  }
  ~CommandRun() { ::close(input_); }
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;

  TemporaryFolder folder;

 private:
  Environment environment_;
  RealFilesystem files_;
  SystemClock clock_;
  SystemRandom random_;
  SilentSink sink_;
  Diagnostics diagnostics_{{.level = Level::error}};
  int input_;

 public:
  Context context;
};

}  // namespace agentnet::commands::tests
