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

/* Compiles `filter` and runs it over the one JSON text. Returns 0; or 1 with a text, cut off to fit, in
 * `message`. */
int agentnet_jq_run(const char* filter, const char* json, size_t length, agentnet_jq_emit* emit,
                    void* context, char* message, size_t message_size);

typedef int agentnet_jq_run_function(const char*, const char*, size_t, agentnet_jq_emit*, void*, char*,
                                     size_t);

#ifdef __cplusplus
}
#endif

#endif
