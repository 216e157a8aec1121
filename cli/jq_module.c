#include "cli/jq_module.h"

#include <jq.h>
#include <jv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where libjq's complaints about a filter are kept; only the first says what is wrong. */
struct complaint {
  char* message;
  size_t size;
};

struct agentnet_jq {
  jq_state* jq;
  struct complaint complaint; /* of the call in progress */
};

static void keep_text(struct complaint* complaint, const char* text) {
  static const char kPrefix[] = "jq: error: ";
  if (complaint->message[0] != '\0') return;
  if (strncmp(text, kPrefix, sizeof kPrefix - 1) == 0) text += sizeof kPrefix - 1;
  snprintf(complaint->message, complaint->size, "%s", text);
  char* newline = strchr(complaint->message, '\n');
  if (newline != NULL) *newline = '\0';
}

static void on_complaint(void* data, jv message) {
  struct complaint* complaint = data;
  if (jv_get_kind(message) == JV_KIND_STRING) keep_text(complaint, jv_string_value(message));
  jv_free(message);
}

/* A message that is no string is kept as JSON. Takes the message. */
static void keep_value(struct complaint* complaint, jv message, const char* otherwise) {
  if (jv_get_kind(message) == JV_KIND_STRING) {
    keep_text(complaint, jv_string_value(message));
  } else if (jv_is_valid(message) && jv_get_kind(message) != JV_KIND_NULL) {
    jv text = jv_dump_string(jv_copy(message), 0);
    keep_text(complaint, jv_string_value(text));
    jv_free(text);
  }
  jv_free(message);
  keep_text(complaint, otherwise);
}

/* The filter called halt, which is no failure, or halt_error, which is one. */
static int halted(jq_state* jq, struct complaint* complaint) {
  jv code = jq_get_exit_code(jq);
  int failed = jv_get_kind(code) == JV_KIND_NUMBER && jv_number_value(code) != 0;
  jv_free(code);
  if (failed) keep_value(complaint, jq_get_error_message(jq), "the filter halted with an error");
  return failed;
}

static int run_over(jq_state* jq, jv input, agentnet_jq_emit* emit, void* context,
                    struct complaint* complaint) {
  jq_start(jq, input, 0);
  jv output;
  int stop = 0;
  while (!stop && jv_is_valid(output = jq_next(jq))) {
    jv text = jv_dump_string(output, 0);
    stop = emit(context, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
    jv_free(text);
  }
  if (stop) return 0;
  if (jv_invalid_has_msg(jv_copy(output))) {
    keep_value(complaint, jv_invalid_get_msg(output), "the filter failed");
    return 1;
  }
  jv_free(output);
  return jq_halted(jq) ? halted(jq, complaint) : 0;
}

agentnet_jq* agentnet_jq_open(const char* filter, char* message, size_t message_size) {
  message[0] = '\0';
  agentnet_jq* opened = malloc(sizeof *opened);
  jq_state* jq = opened == NULL ? NULL : jq_init();
  if (jq == NULL) {
    free(opened);
    snprintf(message, message_size, "out of memory");
    return NULL;
  }
  opened->jq = jq;
  opened->complaint = (struct complaint){message, message_size};
  jq_set_error_cb(jq, on_complaint, &opened->complaint);
  if (jq_compile(jq, filter)) return opened;
  agentnet_jq_close(opened);
  return NULL;
}

int agentnet_jq_run(agentnet_jq* filter, const char* json, size_t length, agentnet_jq_emit* emit,
                    void* context, char* message, size_t message_size) {
  message[0] = '\0';
  filter->complaint = (struct complaint){message, message_size};
  jv input = jv_parse_sized(json, (int)length);
  if (jv_is_valid(input)) return run_over(filter->jq, input, emit, context, &filter->complaint);
  jv_free(input);
  keep_text(&filter->complaint, "the result is no JSON that jq reads");
  return 1;
}

void agentnet_jq_close(agentnet_jq* filter) {
  jq_teardown(&filter->jq);
  free(filter);
}
