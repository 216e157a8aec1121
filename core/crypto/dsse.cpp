#include "core/crypto/dsse.hpp"

namespace agentnet::crypto {

std::string dsse_encoding(std::string_view type, std::string_view body) {
  std::string text = "DSSEv1 ";
  text.append(std::to_string(type.size())).append(" ").append(type).append(" ");
  text.append(std::to_string(body.size())).append(" ").append(body);
  return text;
}

}  // namespace agentnet::crypto
