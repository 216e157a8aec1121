// Standard output: buffered, every fault noticed. On a terminal no control character gets through but tab and
// newline, whatever the format; in a pipe the bytes are as they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agentnet::cli {

// Thrown when the reader of standard output went away; the process then ends quietly with 0.
struct ClosedPipe {};

class Output {
 public:
  explicit Output(int descriptor);

  // `text` is whole: no character is begun in one call and ended in the next. Throws ClosedPipe, or Error
  // failed/cannot_write.
  void write(std::string_view text);
  void flush();
  // How wide the terminal is; 0 when it is none or does not say.
  std::size_t columns() const;

 private:
  void append(std::string_view text);
  void write_through(std::string_view text);

  int descriptor_;
  bool terminal_;
  bool regular_;  // a file, which no reader keeps waiting
  std::string buffer_;
};

}  // namespace agentnet::cli
