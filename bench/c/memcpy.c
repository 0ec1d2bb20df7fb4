/* The floor: what copying the bytes of a message costs, with nothing looked at. */
#include "driver.h"

static uint8_t *copy;
static size_t copy_room;

static const char *driver_version(void) { return "libc"; }

static size_t copy_bytes(const void *bytes, size_t length) {
  if (copy_room < length) copy = realloc(copy, copy_room = length);
  memcpy(copy, bytes, length);
  __asm__ volatile("" : : "r"(copy) : "memory");
  return length;
}

static size_t encode(const message *m, uint8_t **out) {
  (void)m;
  (void)out;
  fail("memcpy encodes no values: time its copies");
  return 0;
}

static uint64_t decode(const uint8_t *bytes, size_t length) { return copy_bytes(bytes, length); }
static void connect_bus(const char *address) { (void)address; fail("no bus"); }
static void call_bus(long count, long in_flight) { (void)count; (void)in_flight; fail("no bus"); }
