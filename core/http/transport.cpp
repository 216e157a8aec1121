#include "core/http/transport.hpp"

#include <future>

namespace agentnet::http {

Category category_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Category::auth;
    case 404:
      return Category::not_found;
    case 402:
    case 429:
      return Category::policy;
    case 409:
      return Category::conflict;
    case 501:
      return Category::refused;
    default:
      return status >= 500 ? Category::unreachable : Category::refused;
  }
}

Response LocalTransport::send(const Request& request) {
  // shared: the one who answers may still be inside set_value when this thread has the answer and is gone.
  const auto answer = std::make_shared<std::promise<Response>>();
  std::future<Response> arrival = answer->get_future();
  router_.handle(request, [answer](Response response) { answer->set_value(std::move(response)); });
  return arrival.get();
}

}  // namespace agentnet::http
