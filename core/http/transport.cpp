#include "core/http/transport.hpp"

#include <future>

namespace agentnet::http {

Response LocalTransport::send(const Request& request) {
  // shared: the one who answers may still be inside set_value when this thread has the answer and is gone.
  const auto answer = std::make_shared<std::promise<Response>>();
  std::future<Response> arrival = answer->get_future();
  router_.handle(request, [answer](Response response) { answer->set_value(std::move(response)); });
  return arrival.get();
}

}  // namespace agentnet::http
