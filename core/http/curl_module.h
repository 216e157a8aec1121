/* The interface of the module agentnet-curl: plain C, so that a module and a binary of different compilers
 * agree.
 *
 * libcurl has no archive that can be linked in and costs milliseconds to load, so it is loaded with the first
 * remote request. */
#ifndef AGENTNET_CORE_HTTP_CURL_MODULE_H
#define AGENTNET_CORE_HTTP_CURL_MODULE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strings end with 0 unless a length stands beside them. */
struct agentnet_curl_request {
  const char* method;
  const char* url; /* http or https, percent-encoded */
  /* "Name: value" lines, sent in this order after Host; nothing is added but Host and Content-Length, unless
     they are among them. With an Accept-Encoding the answer is decoded (gzip, deflate). */
  const char* const* headers;
  size_t header_count;
  const char* body;
  size_t body_size;
  long connect_timeout_ms;
  long timeout_ms;     /* without a byte coming or going */
  const char* ca_file; /* PEM, instead of the system's; or NULL */
  int use_proxy;       /* 0: not even the one that the environment names */
};

/* Where the answer goes. A function that returns not 0 ends the request. */
struct agentnet_curl_sink {
  void* context;
  int (*header)(void* context, const char* name, size_t name_size, const char* value, size_t value_size);
  int (*body)(void* context, const char* data, size_t size);
  int (*interrupted)(void* context); /* asked a few times a second */
  /* Whether an address, 4 or 16 bytes, may be connected to; NULL: any may. */
  int (*may_connect)(void* context, const unsigned char* address, size_t size);
};

enum agentnet_curl_outcome {
  AGENTNET_CURL_OK = 0,
  AGENTNET_CURL_BAD_URL = 1,
  AGENTNET_CURL_DNS_FAILED = 2,
  AGENTNET_CURL_CONNECT_FAILED = 3,
  AGENTNET_CURL_TIMEOUT = 4,
  AGENTNET_CURL_TLS_FAILED = 5,
  AGENTNET_CURL_PROXY_FAILED = 6,
  AGENTNET_CURL_CONNECTION_LOST = 7,
  AGENTNET_CURL_PROTOCOL_ERROR = 8,
  AGENTNET_CURL_STOPPED = 9, /* by the sink */
  AGENTNET_CURL_INTERRUPTED = 10,
  AGENTNET_CURL_FAILED = 11
};

struct agentnet_curl_handle;

/* A handle carries one request at a time and keeps its connections for the next. NULL: no memory. */
struct agentnet_curl_handle* agentnet_curl_open(void);
void agentnet_curl_close(struct agentnet_curl_handle* handle);

/* Sends the request and waits for its answer: redirects are not followed, cookies not kept, certificates
   always verified. Returns an agentnet_curl_outcome; when it is AGENTNET_CURL_OK, `status` is the answer's,
   otherwise `message` holds a text, cut off to fit. `message` has room for AGENTNET_CURL_MESSAGE_BYTES. */
#define AGENTNET_CURL_MESSAGE_BYTES 256
int agentnet_curl_send(struct agentnet_curl_handle* handle, const struct agentnet_curl_request* request,
                       const struct agentnet_curl_sink* sink, long* status, char* message);

typedef struct agentnet_curl_handle* agentnet_curl_open_function(void);
typedef void agentnet_curl_close_function(struct agentnet_curl_handle*);
typedef int agentnet_curl_send_function(struct agentnet_curl_handle*, const struct agentnet_curl_request*,
                                        const struct agentnet_curl_sink*, long*, char*);

#ifdef __cplusplus
}
#endif

#endif
