// A folder in which shell lines run as a user of a new machine would run them: nothing of this user's own
// network, settings or environment is seen or touched, and all of it goes with the object.
#pragma once

#include <signal.h>

#include <string>

#include "core/base/environment.hpp"

namespace agentnet::commands {

inline constexpr std::size_t kMaxPlaygroundOutput = 256 * 1024;  // bytes kept of one line's output

class Playground {
 public:
  struct Outcome {
    std::string output;  // of both streams, as they came
    int exit_code = 0;   // as a shell gives it: 128 and the number of the signal that ended it
  };

  // Makes the folder below TMPDIR, else /tmp, with the programs of this executable first in its PATH. From
  // here on a signal that would end the process waits until the folder is gone. Throws Error as system_error.
  explicit Playground(const Environment& environment);
  ~Playground();
  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;

  // Runs one line with /bin/sh in the folder; its standard input is empty.
  Outcome run(const std::string& line) const;
  // Whether a signal waits.
  bool interrupted() const;

 private:
  sigset_t before_{};
  std::string folder_;
  std::string search_path_;
};

}  // namespace agentnet::commands
