#include "core/http/remote.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "core/base/module.hpp"
#include "core/http/curl_module.h"
#include "core/http/host_check.hpp"

namespace agentnet::http {
namespace {

using Handle = agentnet_curl_handle;

// libcurl, loaded once for the process.
struct Curl {
  Module module{"agentnet-curl"};
  agentnet_curl_open_function* open =
      reinterpret_cast<agentnet_curl_open_function*>(module.symbol("agentnet_curl_open"));
  agentnet_curl_close_function* close =
      reinterpret_cast<agentnet_curl_close_function*>(module.symbol("agentnet_curl_close"));
  agentnet_curl_send_function* send =
      reinterpret_cast<agentnet_curl_send_function*>(module.symbol("agentnet_curl_send"));
};

const Curl& curl() {
  static const Curl loaded;
  return loaded;
}

Error bad_url(const std::string& what) {
  return Error(Category::usage, "bad_url", "the base URL " + what, "for instance https://api.example.com");
}

// 127.0.0.0/8 in its usual spelling, ::1, and localhost: "127.0.0.1.example.com" is none of them.
bool is_on_this_machine(std::string_view host) {
  if (equals_ignoring_case(host, "localhost") || host == "[::1]") return true;
  const bool only_numbers = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return only_numbers && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

// The answer as it arrives. What its functions throw must not pass through C.
struct Collector {
  Response response;
  std::size_t header_bytes = 0;
  std::size_t limit;
  const RemoteOptions& options;
  bool too_large = false;

  static int on_header(void* context, const char* name, std::size_t name_size, const char* value,
                       std::size_t value_size) {
    auto& self = *static_cast<Collector*>(context);
    self.header_bytes += name_size + value_size;
    self.too_large = self.header_bytes > kMaxResponseHeaderBytes;
    if (self.too_large) return 1;
    return self.guard(
        [&] { self.response.headers.add(std::string(name, name_size), std::string(value, value_size)); });
  }
  static int on_body(void* context, const char* data, std::size_t size) {
    auto& self = *static_cast<Collector*>(context);
    self.too_large = size > self.limit - self.response.body.size();
    if (self.too_large) return 1;
    return self.guard([&] { self.response.body.append(data, size); });
  }
  static int is_interrupted(void* context) {
    const auto& self = *static_cast<Collector*>(context);
    return self.options.interrupted && self.options.interrupted() ? 1 : 0;
  }
  static int may_connect(void* context, const unsigned char* address, std::size_t size) {
    const auto& self = *static_cast<Collector*>(context);
    return self.options.may_connect({address, size}) ? 1 : 0;
  }

 private:
  template <typename Work>
  int guard(const Work& work) {
    try {
      work();
      return 0;
    } catch (const std::bad_alloc&) {
      too_large = true;
      return 1;
    }
  }
};

Error fault_of(int outcome, const Collector& collector, const std::string& host, const char* message) {
  if (collector.too_large || outcome == AGENTNET_CURL_STOPPED) {
    return Error(Category::failed, "response_too_large",
                 "the answer of " + host + " is too large to be taken");
  }
  if (outcome == AGENTNET_CURL_INTERRUPTED) {
    return Error(Category::failed, "interrupted", "interrupted while waiting for " + host);
  }
  if (outcome == AGENTNET_CURL_BAD_URL) return bad_url("is none that can be asked");
  struct Fault {
    int outcome;
    const char* code;
    const char* what;
  };
  static constexpr std::array<Fault, 7> kFaults = {{
      {AGENTNET_CURL_DNS_FAILED, "dns_failed", "the name cannot be resolved"},
      {AGENTNET_CURL_CONNECT_FAILED, "connect_failed", "no connection"},
      {AGENTNET_CURL_TIMEOUT, "timeout", "no answer in time"},
      {AGENTNET_CURL_TLS_FAILED, "tls_failed", "no trusted TLS connection"},
      {AGENTNET_CURL_PROXY_FAILED, "proxy_failed", "the proxy cannot be used"},
      {AGENTNET_CURL_CONNECTION_LOST, "connection_lost", "the connection was lost"},
      {AGENTNET_CURL_PROTOCOL_ERROR, "protocol_error", "the answer is no HTTP"},
  }};
  Fault fault{outcome, "network_failed", "the request failed"};
  for (const Fault& known : kFaults)
    if (known.outcome == outcome) fault = known;
  return Error(Category::unreachable, fault.code, host + ": " + fault.what + " (" + to_utf8(message) + ")",
               {}, {{"host", host}});
}

// The header lines of a request, checked so that none can become two.
std::vector<std::string> header_lines(const Request& request) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_token(name) || !is_field_value(value)) {
      throw Error(Category::usage, "bad_header",
                  "a request header holds a character that headers cannot carry",
                  "keys and tokens must be one line");
    }
    lines.push_back(name + ": " + value);
  }
  return lines;
}

}  // namespace

// Handles that are not in use; the one used last is given out first, as its connection is likeliest to be
// open.
class RemoteTransport::Pool {
 public:
  ~Pool() {
    for (Handle* handle : idle_)
      curl().close(handle);
  }

  // A handle that returns to the pool.
  class Lease {
   public:
    explicit Lease(Pool& pool) : pool_(pool), handle_(pool.take()) {}
    ~Lease() { pool_.give_back(handle_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Handle* get() const { return handle_; }

   private:
    Pool& pool_;
    Handle* handle_;
  };

 private:
  Handle* take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Handle* handle = idle_.back();
        idle_.pop_back();
        return handle;
      }
      idle_.reserve(kMaxIdleHandles);
    }
    Handle* handle = curl().open();
    if (handle == nullptr) throw Error(Category::failed, "no_module", "libcurl cannot be set up");
    return handle;
  }

  void give_back(Handle* handle) {
    {
      const std::lock_guard lock(mutex_);
      if (idle_.size() < kMaxIdleHandles) return idle_.push_back(handle);
    }
    curl().close(handle);
  }

  std::mutex mutex_;
  std::vector<Handle*> idle_;
};

RemoteTransport::RemoteTransport(std::string_view base_url, RemoteOptions options)
    : options_(std::move(options)), pool_(std::make_unique<Pool>()) {
  const std::size_t scheme_end = base_url.find("://");
  const std::string_view scheme = base_url.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos ||
      !(equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https"))) {
    throw bad_url("must begin with http:// or https://");
  }
  while (base_url.ends_with('/'))
    base_url.remove_suffix(1);
  std::string_view rest = base_url.substr(std::min(scheme_end + 3, base_url.size()));
  const std::size_t path = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, path);
  const std::string_view prefix = rest.substr(path);
  if (authority.find('@') != std::string_view::npos) {
    throw bad_url("must not hold credentials; give them by their own options");
  }
  const auto host = host_of_authority(authority);
  if (!host || !is_target("/" + std::string(authority)) ||
      (!prefix.empty() && (!is_target(prefix) || prefix.find('?') != std::string_view::npos))) {
    throw bad_url("must be scheme, host, port and path, and no more");
  }
  base_url_ = base_url;
  host_ = authority;
  on_this_machine_ = is_on_this_machine(*host);
}

RemoteTransport::~RemoteTransport() = default;

Response RemoteTransport::send(const Request& request) {
  if (!is_target(request.target) || !is_token(request.method)) {
    throw Error(Category::usage, "bad_target",
                "the path of the request holds a character that must be encoded");
  }
  const std::string url = base_url_ + request.target;
  const std::vector<std::string> lines = header_lines(request);
  std::vector<const char*> pointers;
  pointers.reserve(lines.size());
  for (const std::string& line : lines)
    pointers.push_back(line.c_str());
  const agentnet_curl_request asked = {request.method.c_str(),
                                       url.c_str(),
                                       pointers.data(),
                                       pointers.size(),
                                       request.body.data(),
                                       request.body.size(),
                                       static_cast<long>(options_.connect_timeout.count()),
                                       static_cast<long>(options_.timeout.count()),
                                       options_.ca_file.empty() ? nullptr : options_.ca_file.c_str(),
                                       on_this_machine_ || options_.may_connect ? 0 : 1};
  Collector collector{{}, 0, options_.response_bytes, options_, false};
  const agentnet_curl_sink sink = {&collector, Collector::on_header, Collector::on_body,
                                   Collector::is_interrupted,
                                   options_.may_connect ? Collector::may_connect : nullptr};
  const Pool::Lease handle(*pool_);
  std::array<char, AGENTNET_CURL_MESSAGE_BYTES> message{};
  long status = 0;
  const int outcome = curl().send(handle.get(), &asked, &sink, &status, message.data());
  if (outcome != AGENTNET_CURL_OK) throw fault_of(outcome, collector, host_, message.data());
  collector.response.status = static_cast<int>(status);
  return std::move(collector.response);
}

}  // namespace agentnet::http
