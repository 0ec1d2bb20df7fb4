/*
 * The line protocol that a driver speaks with the bench (one request and one answer a line):
 *   verify ID FILE              writes the encoded message to FILE and reads the body back: ok
 *   run ID encode|decode COUNT  -> WALL_NS CPU_NS
 *   connect ADDRESS             -> ok
 *   call COUNT IN_FLIGHT        -> WALL_NS CPU_NS
 * What cannot be done is answered with "skip REASON". A workload ID is a file in the folder given
 * as the first argument, with "/" written as "-".
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <sys/resource.h>
#include <time.h>

#include "wire-tree.h"

typedef struct workload {
  char id[32];
  uint8_t *bytes;
  size_t length;
  message parsed;
  struct workload *next;
} workload;

/* What a driver provides. encode hands out its bytes only when "out" is not NULL (to be freed). */
static const char *driver_version(void);
static size_t encode(const message *m, uint8_t **out);
static uint64_t decode(const uint8_t *bytes, size_t length);
static void connect_bus(const char *address);
static void call_bus(long count, long in_flight);

static void fail(const char *what) {
  printf("skip %s\n", what);
  fflush(stdout);
  exit(1);
}

static uint64_t wall_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static uint64_t cpu_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static workload *load(const char *folder, const char *id) {
  static workload *loaded;
  for (workload *w = loaded; w; w = w->next)
    if (!strcmp(w->id, id)) return w;
  workload *w = calloc(1, sizeof(workload));
  char name[4096];
  snprintf(w->id, sizeof(w->id), "%s", id);
  snprintf(name, sizeof(name), "%s/%s", folder, id);
  for (char *slash; (slash = strchr(name + strlen(folder) + 1, '/'));) *slash = '-';
  FILE *file = fopen(name, "rb");
  if (!file) fail("no such workload");
  fseek(file, 0, SEEK_END);
  w->length = ftell(file);
  rewind(file);
  w->bytes = aligned_alloc(64, (w->length + 63) / 64 * 64);
  if (fread(w->bytes, 1, w->length, file) != w->length) fail("workload cut short");
  fclose(file);
  w->parsed = read_message(w->bytes);
  w->next = loaded;
  return loaded = w;
}

static void verify(const workload *w, const char *name) {
  uint8_t *bytes;
  size_t length = encode(&w->parsed, &bytes);
  FILE *file = fopen(name, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length) fail("cannot write the encoded message");
  fclose(file);
  free(bytes);
  if (decode(w->bytes, w->length) != body_checksum(&w->parsed)) puts("skip other values decoded");
  else puts("ok");
}

static uint64_t sink;

static void run(const workload *w, const char *operation, long count) {
  if (!strcmp(operation, "encode"))
    for (long n = 0; n < count; n++) sink += encode(&w->parsed, NULL);
  else
    for (long n = 0; n < count; n++) sink += decode(w->bytes, w->length);
}

int main(int argc, char **argv) {
  static char line[8192], id[32], operation[4096];
  long count, in_flight;
  if (argc != 2) fail("one argument: the folder of the workloads");
  printf("ready %s\n", driver_version());
  fflush(stdout);
  while (fgets(line, sizeof(line), stdin)) {
    if (sscanf(line, "verify %31s %4095s", id, operation) == 2) {
      verify(load(argv[1], id), operation);
    } else if (sscanf(line, "connect %4095s", operation) == 1) {
      connect_bus(operation);
      puts("ok");
    } else {
      uint64_t wall, cpu;
      if (sscanf(line, "run %31s %15s %ld", id, operation, &count) == 3) {
        const workload *w = load(argv[1], id);
        wall = wall_ns(), cpu = cpu_ns();
        run(w, operation, count);
      } else if (sscanf(line, "call %ld %ld", &count, &in_flight) == 2) {
        wall = wall_ns(), cpu = cpu_ns();
        call_bus(count, in_flight);
      } else fail("unknown request");
      wall = wall_ns() - wall, cpu = cpu_ns() - cpu;
      printf("%lu %lu\n", wall, cpu);
    }
    fflush(stdout);
  }
  return 0;
}

#endif
