// Modules: shared objects that are loaded when first used, because what they stand on has no archive to link
// against and would cost milliseconds at every start.
#pragma once

#include <string>

namespace agentnet {

class Module {
 public:
  // Looks for "<name>.so" beside the executable, then in ../lib/agentnet. Stays loaded until the process
  // ends. Throws Error failed/no_module, naming the places looked at.
  explicit Module(const std::string& name);

  // The address of an exported C function; never null. Throws Error failed/no_module.
  void* symbol(const char* name) const;

 private:
  std::string path_;
  void* handle_ = nullptr;
};

// The folder of the running executable, without a final slash.
std::string executable_folder();

}  // namespace agentnet
