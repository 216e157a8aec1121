#include "core/http/curl_module.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

/* How long a wait may be before the clock and the sink's `interrupted` are looked at again. */
#define POLL_MS 100

struct agentnet_curl_handle {
  CURLM* multi;
  CURL* easy;
};

/* One request on its way. */
struct exchange {
  const struct agentnet_curl_sink* sink;
  char* message;
  struct curl_slist* headers;
  long long last_activity_ms;
  curl_off_t bytes_before;
  int informational; /* the header fields that come are those of a 1xx answer */
  int stopped;
  int out_of_memory;
};

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void init_global(void) {
  global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct agentnet_curl_handle* agentnet_curl_open(void) {
  pthread_once(&global_once, init_global);
  if (global_result != CURLE_OK) return NULL;
  struct agentnet_curl_handle* handle = calloc(1, sizeof *handle);
  if (handle == NULL) return NULL;
  handle->multi = curl_multi_init();
  handle->easy = curl_easy_init();
  if (handle->multi == NULL || handle->easy == NULL) {
    agentnet_curl_close(handle);
    return NULL;
  }
  return handle;
}

void agentnet_curl_close(struct agentnet_curl_handle* handle) {
  if (handle == NULL) return;
  curl_easy_cleanup(handle->easy);
  curl_multi_cleanup(handle->multi);
  free(handle);
}

/* --- headers
 * ------------------------------------------------------------------------------------------------ */

static void add_line(struct exchange* exchange, const char* line) {
  struct curl_slist* longer = curl_slist_append(exchange->headers, line);
  if (longer == NULL) {
    exchange->out_of_memory = 1;
  } else {
    exchange->headers = longer;
  }
}

/* libcurl takes "Name:" for "leave this field out" and "Name;" for a field without a value. */
static void add_header(struct exchange* exchange, const char* line) {
  const char* colon = strchr(line, ':');
  if (colon == NULL || colon[1 + strspn(colon + 1, " ")] != '\0') {
    add_line(exchange, line);
    return;
  }
  const size_t name = (size_t)(colon - line);
  char* empty = malloc(name + 2);
  if (empty == NULL) {
    exchange->out_of_memory = 1;
    return;
  }
  memcpy(empty, line, name);
  memcpy(empty + name, ";", 2);
  add_line(exchange, empty);
  free(empty);
}

static int has_header(const struct agentnet_curl_request* request, const char* name) {
  const size_t size = strlen(name);
  for (size_t i = 0; i < request->header_count; ++i) {
    if (strncasecmp(request->headers[i], name, size) == 0 && request->headers[i][size] == ':') return 1;
  }
  return 0;
}

static void add_headers(struct exchange* exchange, const struct agentnet_curl_request* request) {
  static const char* const kUnasked[] = {"Accept", "Content-Type", "Expect", "User-Agent"};
  for (size_t i = 0; i < request->header_count; ++i)
    add_header(exchange, request->headers[i]);
  for (size_t i = 0; i < sizeof kUnasked / sizeof *kUnasked; ++i) {
    char line[32];
    if (has_header(request, kUnasked[i])) continue;
    snprintf(line, sizeof line, "%s:", kUnasked[i]);
    add_line(exchange, line);
  }
}

/* --- what libcurl calls
 * ------------------------------------------------------------------------------------- */

static size_t on_header(char* data, size_t size, size_t count, void* user) {
  struct exchange* exchange = user;
  const size_t length = size * count;
  exchange->last_activity_ms = now_ms();
  if (length > 5 && memcmp(data, "HTTP/", 5) == 0) {
    const char* space = memchr(data, ' ', length - 1);
    exchange->informational = space != NULL && space[1] == '1';
    return length;
  }
  const char* colon = memchr(data, ':', length);
  if (colon == NULL || exchange->informational) return length;
  const char* value = colon + 1;
  const char* end = data + length;
  while (value < end && (*value == ' ' || *value == '\t'))
    ++value;
  while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
    --end;
  exchange->stopped = exchange->sink->header(exchange->sink->context, data, (size_t)(colon - data), value,
                                             (size_t)(end - value));
  return exchange->stopped ? 0 : length;
}

static size_t on_body(char* data, size_t size, size_t count, void* user) {
  struct exchange* exchange = user;
  exchange->stopped = exchange->sink->body(exchange->sink->context, data, size * count);
  return exchange->stopped ? 0 : size * count;
}

/* --- one request
 * -------------------------------------------------------------------------------------------- */

static void set_body(CURL* easy, const struct agentnet_curl_request* request) {
  const int is_sent = request->body_size > 0 || strcmp(request->method, "POST") == 0 ||
                      strcmp(request->method, "PUT") == 0 || strcmp(request->method, "PATCH") == 0;
  if (strcmp(request->method, "HEAD") == 0) {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (is_sent) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
  } else {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
  }
}

/* Every address is looked at just before it is connected to, so that no name can lead elsewhere later. */
static curl_socket_t on_open(void* user, curlsocktype purpose, struct curl_sockaddr* address) {
  const struct exchange* exchange = user;
  const struct agentnet_curl_sink* sink = exchange->sink;
  int allowed = 0;
  (void)purpose;
  if (address->family == AF_INET) {
    struct sockaddr_in known;
    memcpy(&known, &address->addr, sizeof known);
    allowed = sink->may_connect(sink->context, (const unsigned char*)&known.sin_addr, 4);
  } else if (address->family == AF_INET6) {
    struct sockaddr_in6 known;
    memcpy(&known, &address->addr, sizeof known);
    allowed = sink->may_connect(sink->context, (const unsigned char*)&known.sin6_addr, 16);
  }
  if (!allowed) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_options(CURL* easy, const struct agentnet_curl_request* request, struct exchange* exchange) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->message);
  curl_easy_setopt(easy, CURLOPT_URL, request->url);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
  if (request->ca_file != NULL) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  }
  if (exchange->sink->may_connect != NULL) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L); /* one that is open was not looked at */
  }
  if (!request->use_proxy) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  if (has_header(request, "Accept-Encoding")) {
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  }
  set_body(easy, request);
}

/* Whether too long nothing came and nothing went. Until the connection is up, its own limit holds. */
static int is_stalled(CURL* easy, const struct agentnet_curl_request* request, struct exchange* exchange) {
  curl_off_t down = 0;
  curl_off_t up = 0;
  curl_off_t connected_after = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected_after);
  if (down + up != exchange->bytes_before || connected_after == 0) {
    exchange->bytes_before = down + up;
    exchange->last_activity_ms = now_ms();
  }
  return now_ms() - exchange->last_activity_ms >= request->timeout_ms;
}

static int outcome_of(CURLcode result, const struct exchange* exchange) {
  if (exchange->stopped) return AGENTNET_CURL_STOPPED;
  switch (result) {
    case CURLE_OK:
      return AGENTNET_CURL_OK;
    case CURLE_URL_MALFORMAT:
      return AGENTNET_CURL_BAD_URL;
    case CURLE_COULDNT_RESOLVE_HOST:
      return AGENTNET_CURL_DNS_FAILED;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return AGENTNET_CURL_PROXY_FAILED;
    case CURLE_COULDNT_CONNECT:
      return AGENTNET_CURL_CONNECT_FAILED;
    case CURLE_OPERATION_TIMEDOUT:
      return AGENTNET_CURL_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
      return AGENTNET_CURL_TLS_FAILED;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return AGENTNET_CURL_CONNECTION_LOST;
    case CURLE_UNSUPPORTED_PROTOCOL: /* an answer that would be HTTP/0.9 */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return AGENTNET_CURL_PROTOCOL_ERROR;
    default:
      return AGENTNET_CURL_FAILED;
  }
}

/* Drives the one transfer to its end. A reason of our own to end it comes back in `outcome`. */
static CURLcode drive(struct agentnet_curl_handle* handle, const struct agentnet_curl_request* request,
                      struct exchange* exchange, int* outcome) {
  for (;;) {
    int running = 0;
    int messages = 0;
    if (curl_multi_perform(handle->multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    const CURLMsg* done = curl_multi_info_read(handle->multi, &messages);
    if (done != NULL && done->msg == CURLMSG_DONE) return done->data.result;
    if (exchange->sink->interrupted(exchange->sink->context)) {
      *outcome = AGENTNET_CURL_INTERRUPTED;
      return CURLE_ABORTED_BY_CALLBACK;
    }
    if (is_stalled(handle->easy, request, exchange)) {
      *outcome = AGENTNET_CURL_TIMEOUT;
      return CURLE_OPERATION_TIMEDOUT;
    }
    const long wait = request->timeout_ms < POLL_MS ? request->timeout_ms : POLL_MS;
    curl_multi_poll(handle->multi, NULL, 0, (int)wait, NULL);
  }
}

int agentnet_curl_send(struct agentnet_curl_handle* handle, const struct agentnet_curl_request* request,
                       const struct agentnet_curl_sink* sink, long* status, char* message) {
  struct exchange exchange = {sink, message, NULL, now_ms(), 0, 0, 0, 0};
  int outcome = AGENTNET_CURL_OK;
  message[0] = '\0';
  add_headers(&exchange, request);
  set_options(handle->easy, request, &exchange);
  CURLcode result = CURLE_OUT_OF_MEMORY;
  if (!exchange.out_of_memory && curl_multi_add_handle(handle->multi, handle->easy) == CURLM_OK) {
    result = drive(handle, request, &exchange, &outcome);
    curl_easy_getinfo(handle->easy, CURLINFO_RESPONSE_CODE, status);
    curl_multi_remove_handle(handle->multi, handle->easy);
  }
  if (outcome == AGENTNET_CURL_OK) outcome = outcome_of(result, &exchange);
  if (outcome != AGENTNET_CURL_OK && message[0] == '\0') {
    snprintf(message, AGENTNET_CURL_MESSAGE_BYTES, "%s", curl_easy_strerror(result));
  }
  /* Not the connections, which belong to `multi`. */
  curl_easy_reset(handle->easy);
  curl_slist_free_all(exchange.headers);
  return outcome;
}
