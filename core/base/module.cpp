#include "core/base/module.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <climits>

#include "core/base/error.hpp"

namespace agentnet {

std::string executable_folder() {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink("/proc/self/exe", target.data(), target.size());
  if (length <= 0) return ".";
  std::string path(target.data(), static_cast<std::size_t>(length));
  return path.substr(0, path.rfind('/'));
}

Module::Module(const std::string& name) {
  const std::string folder = executable_folder();
  const std::array<std::string, 2> places = {folder + "/" + name + ".so",
                                             folder + "/../lib/agentnet/" + name + ".so"};
  std::string reason;
  for (const std::string& place : places) {
    if (::access(place.c_str(), R_OK) != 0) continue;
    handle_ = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) {
      path_ = place;
      return;
    }
    reason = ::dlerror();
  }
  throw Error(
      Category::failed, "no_module",
      "the module " + name + " could not be loaded" + (reason.empty() ? std::string() : ": " + reason),
      "looked for " + places[0] + " and " + places[1]);
}

void* Module::symbol(const char* name) const {
  void* address = ::dlsym(handle_, name);
  if (address == nullptr) {
    throw Error(Category::failed, "no_module", path_ + " has no function " + name);
  }
  return address;
}

}  // namespace agentnet
