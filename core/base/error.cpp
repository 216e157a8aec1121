#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>

namespace agentnet {

std::string_view category_name(Category category) {
  switch (category) {
    case Category::failed:
      return "failed";
    case Category::usage:
      return "usage";
    case Category::not_found:
      return "not_found";
    case Category::auth:
      return "auth";
    case Category::refused:
      return "refused";
    case Category::conflict:
      return "conflict";
    case Category::unreachable:
      return "unreachable";
    case Category::pending:
      return "pending";
    case Category::verification:
      return "verification";
    case Category::policy:
      return "policy";
  }
  return "failed";
}

Error system_error(const std::string& what, int error_number) {
  Category category = Category::failed;
  std::string code = "io_error";
  if (error_number == ENOENT || error_number == ENOTDIR) {
    category = Category::not_found;
    code = "no_such_file";
  } else if (error_number == EEXIST) {
    category = Category::conflict;
    code = "exists";
  } else if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG) {
    code = "disk_full";
  } else if (error_number == EACCES || error_number == EPERM) {
    category = Category::auth;
    code = "permission_denied";
  } else if (error_number == EISDIR) {
    category = Category::usage;
    code = "is_a_directory";
  }
  return Error(category, code, what + ": " + std::strerror(error_number));
}

}  // namespace agentnet
