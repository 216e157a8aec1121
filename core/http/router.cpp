#include "core/http/router.hpp"

#include <algorithm>
#include <charconv>

#include "core/json/write.hpp"

namespace agentnet::http {

// --- faults
// -------------------------------------------------------------------------------------------------

int status_of(const Error& error) {
  const std::string& code = error.code();
  switch (error.category()) {
    case Category::usage:
      return code == "too_large" ? 413 : code == "unprocessable" ? 422 : 400;
    case Category::not_found:
      return 404;
    case Category::auth:
      return code == "forbidden" || code == "insufficient_scope" ? 403 : 401;
    case Category::refused:
    case Category::verification:
      return 422;
    case Category::conflict:
      return 409;
    case Category::policy:
      return code == "rate_limited" || code == "quota_exceeded" ? 429 : 403;
    case Category::pending:
      return 202;
    case Category::unreachable:
      return 503;
    case Category::failed:
      return code == "not_implemented" ? 501 : 500;
  }
  return 500;
}

namespace {

// RFC 9110 section 10.2.3, in seconds.
void add_retry_after(const Error& error, Response& response) {
  for (const Detail& detail : error.details()) {
    const auto* seconds = std::get_if<std::int64_t>(&detail.value);
    if (detail.name == "retry_after" && seconds != nullptr)
      response.headers.add("Retry-After", std::to_string(*seconds));
  }
}

}  // namespace

Response write_error(const Error& error) {
  const int status = status_of(error);
  const bool ours = status == 500;
  std::string body = R"({"error":{"code":)";
  json::write_string(to_utf8(error.code()), body);
  body += R"(,"message":)";
  json::write_string(ours ? "the server failed" : to_utf8(error.message()), body);
  body += R"(,"details":{)";
  bool first = true;
  for (const Detail& detail : error.details()) {
    if (ours) break;
    if (!first) body += ',';
    first = false;
    json::write_string(to_utf8(detail.name), body);
    body += ':';
    if (const auto* number = std::get_if<std::int64_t>(&detail.value)) {
      body += std::to_string(*number);
    } else {
      json::write_string(to_utf8(std::get<std::string>(detail.value)), body);
    }
  }
  body += "}}}";
  Response response = json_response(status, std::move(body));
  // RFC 9110 section 15.5.2: a 401 names the way to authenticate.
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (status == 429) add_retry_after(error, response);
  return response;
}

// --- exchanges
// ----------------------------------------------------------------------------------------------

Exchange::~Exchange() {
  // There is nobody left to tell of what goes wrong here.
  try {
    fail(Error(Category::failed, "no_answer", "the request was dropped without an answer"));
  } catch (...) {
  }
}

const std::string& Exchange::path_value(std::string_view name) const {
  for (const auto& [known, value] : path_values_)
    if (known == name) return value;
  throw Error(Category::failed, "no_path_value", "the route has no segment {" + std::string(name) + "}");
}

std::optional<std::string> Exchange::query(std::string_view name) const {
  std::optional<std::string> last;
  if (request_.target.find('?') == std::string::npos) return last;
  for (auto& [known, value] : query_of(request_.target))
    if (known == name) last = std::move(value);
  return last;
}

std::int64_t Exchange::query_number(std::string_view name, std::int64_t fallback, std::int64_t least,
                                    std::int64_t most) const {
  const std::optional<std::string> text = query(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, fault] = std::from_chars(text->data(), end, number);
  if (fault != std::errc() || stopped != end || number < least || number > most) {
    throw Error(Category::usage, "bad_parameter",
                "the query parameter " + std::string(name) + " must be a whole number from " +
                    std::to_string(least) + " to " + std::to_string(most),
                {}, {{"parameter", std::string(name)}});
  }
  return number;
}

void Exchange::reply(Response response) {
  if (answered_.exchange(true)) return;
  if (watch_) watch_(response);
  if (head_only_) {
    response.headers.add("Content-Length", std::to_string(response.body.size()));
    response.body.clear();
  }
  // What the reply holds on to goes with the answer, even when the exchange is kept for longer.
  const Reply reply = std::exchange(reply_, nullptr);
  if (hold_) return std::exchange(hold_, nullptr)(std::move(response), reply);
  reply(std::move(response));
}

void Exchange::fail(const Error& error) {
  if (answered_.load()) return;
  if (error.category() == Category::failed && fault_log_ != nullptr) (*fault_log_)(request_, error);
  reply(write_error_(error));
}

void Exchange::fail_with(const std::exception& fault) {
  if (const auto* error = dynamic_cast<const Error*>(&fault)) {
    fail(*error);
  } else {
    fail(Error(Category::failed, "internal", fault.what()));
  }
}

void Exchange::answer(const std::function<Response()>& work) {
  try {
    reply(work());
  } catch (const std::exception& fault) {
    fail_with(fault);
  }
}

// --- routes
// -------------------------------------------------------------------------------------------------

struct Router::Route {
  std::string method;
  std::string pattern;
  std::vector<std::string> names;  // of the named segments, in order
  Handler handler;
  ErrorWriter errors;
};

// One segment of the patterns that begin alike.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> named;
  std::vector<Route> routes;  // that end here, one a method
};

// The walk down the tree for one path. Not every literal match leads to an end, so it may turn back; it stops
// at the first route of the method and meanwhile collects the methods that the path has.
struct Router::Search {
  std::string_view method;
  std::vector<std::string_view> values;  // the named segments on the way, still encoded
  const Route* found = nullptr;
  std::vector<std::string_view> methods;
};

namespace {

// Cuts the first segment off "/a/b": gives "a", leaves "/b".
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

bool is_named(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

Response not_allowed(std::vector<std::string_view> methods) {
  if (std::count(methods.begin(), methods.end(), "GET") > 0) methods.push_back("HEAD");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  std::string allowed;
  for (const std::string_view method : methods)
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
  Response response = error_response(405, "method_not_allowed", "this path answers to " + allowed);
  response.headers.add("Allow", allowed);
  return response;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::set_fault_log(FaultLog log) {
  fault_log_ = std::make_shared<const FaultLog>(std::move(log));
}

void Router::add(std::string_view method, std::string_view pattern, Handler handler, ErrorWriter errors) {
  const std::string name = std::string(method) + " " + std::string(pattern);
  if (!is_token(method) || !pattern.starts_with('/') || !handler) {
    throw Error(Category::failed, "bad_pattern", "\"" + name + "\" is no route");
  }
  Node* node = root_.get();
  Route route{std::string(method), std::string(pattern), {}, std::move(handler), errors};
  for (std::string_view rest = pattern; !rest.empty();) {
    const std::string_view segment = take_segment(rest);
    std::unique_ptr<Node>* next = nullptr;
    if (is_named(segment)) {
      route.names.emplace_back(segment.substr(1, segment.size() - 2));
      next = &node->named;
    } else {
      next = &node->literal[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  for (const Route& other : node->routes) {
    if (other.method != method) continue;
    throw Error(Category::failed, "route_taken", name + " is taken by " + other.method + " " + other.pattern);
  }
  node->routes.push_back(std::move(route));
}

void Router::walk(const Node& node, std::string_view rest, Search& search) {
  if (rest.empty()) {
    const Route* get = nullptr;
    for (const Route& route : node.routes) {
      search.methods.push_back(route.method);
      if (route.method == search.method) search.found = &route;
      if (route.method == "GET") get = &route;
    }
    if (search.found == nullptr && search.method == "HEAD") search.found = get;
    return;
  }
  const std::string_view segment = take_segment(rest);
  const auto literal = node.literal.find(segment);
  if (literal != node.literal.end()) walk(*literal->second, rest, search);
  if (search.found != nullptr || node.named == nullptr || segment.empty()) return;
  search.values.push_back(segment);
  walk(*node.named, rest, search);
  if (search.found == nullptr) search.values.pop_back();
}

std::weak_ptr<Exchange> Router::handle(Request request, Reply reply) const {
  // shared: the handler may keep it to answer later.
  const auto exchange = std::make_shared<Exchange>(std::move(request), std::move(reply));
  exchange->fault_log_ = fault_log_;
  exchange->head_only_ = exchange->request_.method == "HEAD";
  Search search{exchange->request_.method, {}, nullptr, {}};
  const std::string_view path = path_of(exchange->request_.target);
  if (path.starts_with('/')) walk(*root_, path, search);
  if (search.found == nullptr) {
    exchange->reply(search.methods.empty() ? error_response(404, "no_such_path", "nothing is at this path")
                                           : not_allowed(std::move(search.methods)));
    return exchange;
  }
  const Route& route = *search.found;
  exchange->write_error_ = route.errors;
  try {
    for (std::size_t i = 0; i < route.names.size(); ++i) {
      std::optional<std::string> value = percent_decode(search.values[i]);
      if (!value) {
        throw Error(Category::usage, "bad_target", "a '%' in the path has no two hexadecimal digits");
      }
      exchange->path_values_.emplace_back(route.names[i], std::move(*value));
    }
    route.handler(exchange);
  } catch (const std::exception& fault) {
    exchange->fail_with(fault);
  }
  return exchange;
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> names;
  std::vector<const Node*> open = {root_.get()};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    for (const Route& route : node->routes)
      names.push_back(route.method + " " + route.pattern);
    for (const auto& child : node->literal)
      open.push_back(child.second.get());
    if (node->named != nullptr) open.push_back(node->named.get());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace agentnet::http
