/* The interface of the module agentnet-jq: plain C, so that a module and a binary of different compilers
 * agree. */
#ifndef AGENTNET_CLI_JQ_MODULE_H
#define AGENTNET_CLI_JQ_MODULE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called for each output; `json` is compact JSON of `length` bytes, valid during the call. Not 0: no more of
 * them. */
typedef int agentnet_jq_emit(void* context, const char* json, size_t length);

typedef struct agentnet_jq agentnet_jq;

/* A compiled filter, until it is closed; or NULL with a text, cut off to fit, in `message`. Compiling takes
 * tens of milliseconds, since it reads jq's own library. */
agentnet_jq* agentnet_jq_open(const char* filter, char* message, size_t message_size);

/* Runs it over one JSON text, as if it was run for the first time. Returns 0; or 1 with a text in `message`.
 */
int agentnet_jq_run(agentnet_jq* filter, const char* json, size_t length, agentnet_jq_emit* emit,
                    void* context, char* message, size_t message_size);

void agentnet_jq_close(agentnet_jq* filter);

typedef agentnet_jq* agentnet_jq_open_function(const char*, char*, size_t);
typedef int agentnet_jq_run_function(agentnet_jq*, const char*, size_t, agentnet_jq_emit*, void*, char*,
                                     size_t);
typedef void agentnet_jq_close_function(agentnet_jq*);

#ifdef __cplusplus
}
#endif

#endif
