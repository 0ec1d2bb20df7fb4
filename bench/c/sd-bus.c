/*
 * sd-bus. Its public API neither takes nor gives whole messages as bytes, so the two functions
 * that do are taken from libsystemd-shared, which this driver is linked with. Encoding is timed up to
 * the sealed message, which sd-bus sends in parts: it copies once less than the others.
 */
#include <sys/socket.h>
#include <systemd/sd-bus.h>

#include "driver.h"

int bus_message_from_malloc(sd_bus *bus, void *bytes, size_t length, int *fds, size_t fd_count,
                            const char *label, sd_bus_message **result);
int bus_message_get_blob(sd_bus_message *m, void **bytes, size_t *length);

/* Messages belong to a bus, which for the codec is a socket that nobody reads. */
static sd_bus *bus;

static void check(int result, const char *what) {
  if (result < 0) fail(what);
}

static const char *driver_version(void) {
  int ends[2];
  check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
  check(sd_bus_new(&bus), "sd_bus_new");
  check(sd_bus_set_fd(bus, ends[0], ends[0]), "sd_bus_set_fd");
  check(sd_bus_start(bus), "sd_bus_start");
  return SD_VERSION;
}

static void append(sd_bus_message *to, const value *v) {
  if (v->text) {
    check(sd_bus_message_append_basic(to, v->type, v->text), "append text");
  } else if (fixed_size(v->type)) {
    int truth = v->number != 0;
    const void *number = v->type == 'b' ? (const void *)&truth : &v->number;
    check(sd_bus_message_append_basic(to, v->type, number), "append number");
  } else if (v->fixed) {
    check(sd_bus_message_append_array(to, v->signature[0], v->fixed, v->fixed_bytes), "append array");
  } else {
    char type = v->type == '(' ? 'r' : v->type == '{' ? 'e' : v->type;
    check(sd_bus_message_open_container(to, type, v->signature), "open container");
    for (size_t n = 0; n < v->count; n++) append(to, &v->members[n]);
    check(sd_bus_message_close_container(to), "close container");
  }
}

/* A reply can be made only from a call: one with the sender and serial that the reply answers. */
static sd_bus_message *call_for(const message *m) {
  static sd_bus_message *call;
  if (call) return call;
  check(sd_bus_message_new_method_call(bus, &call, NULL, "/", NULL, "Call"), "new call");
  check(sd_bus_message_set_sender(call, m->destination), "set sender");
  check(sd_bus_message_seal(call, m->reply_serial, 0), "seal");
  return call;
}

static size_t encode(const message *m, uint8_t **out) {
  sd_bus_message *made;
  size_t length = 0;
  if (m->reply_serial)
    check(sd_bus_message_new_method_return(call_for(m), &made), "new reply");
  else
    check(sd_bus_message_new_method_call(bus, &made, m->destination, m->path, m->interface, m->member),
          "new call");
  if (m->sender) check(sd_bus_message_set_sender(made, m->sender), "set sender");
  for (size_t n = 0; n < m->body_count; n++) append(made, &m->body[n]);
  check(sd_bus_message_seal(made, m->serial, 0), "seal");
  if (out) check(bus_message_get_blob(made, (void **)out, &length), "get blob");
  sd_bus_message_unref(made);
  return length;
}

static uint64_t read_all(sd_bus_message *from) {
  uint64_t sum = 0;
  const char *contents;
  char type;
  while (sd_bus_message_peek_type(from, &type, &contents) > 0) {
    uint64_t number = 0;
    const char *text;
    if (type == 's' || type == 'o' || type == 'g') {
      check(sd_bus_message_read_basic(from, type, &text), "read text");
      sum += text_checksum(text);
    } else if (fixed_size(type)) {
      check(sd_bus_message_read_basic(from, type, &number), "read number");
      sum += number;
    } else if (type == 'a' && fixed_size(contents[0])) {
      const void *elements;
      size_t length;
      check(sd_bus_message_read_array(from, contents[0], &elements, &length), "read array");
      sum += fixed_checksum(elements, length / fixed_size(contents[0]));
    } else {
      check(sd_bus_message_enter_container(from, type, contents), "enter container");
      sum += read_all(from);
      check(sd_bus_message_exit_container(from), "exit container");
    }
  }
  return sum;
}

static uint64_t decode(const uint8_t *bytes, size_t length) {
  sd_bus_message *read;
  check(bus_message_from_malloc(bus, memcpy(malloc(length), bytes, length), length, NULL, 0, NULL, &read),
        "bus_message_from_malloc refused the message");
  uint64_t sum = read_all(read);
  sd_bus_message_unref(read);
  return sum;
}

static long answered;

static void connect_bus(const char *address) {
  check(sd_bus_new(&bus), "sd_bus_new");
  check(sd_bus_set_address(bus, address), "sd_bus_set_address");
  check(sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client");
  check(sd_bus_start(bus), "cannot connect");
}

#define GET_ID \
  "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"

static int on_reply(sd_bus_message *reply, void *data, sd_bus_error *error) {
  const char *id;
  (void)data;
  (void)error;
  check(sd_bus_message_read(reply, "s", &id), "GetId failed");
  answered++;
  return 0;
}

static void call_bus(long count, long in_flight) {
  for (long sent = answered = 0; answered < count;) {
    if (in_flight == 1) {
      sd_bus_message *reply;
      check(sd_bus_call_method(bus, GET_ID, NULL, &reply, ""), "GetId failed");
      on_reply(reply, NULL, NULL);
      sd_bus_message_unref(reply);
      continue;
    }
    for (; sent < count && sent - answered < in_flight; sent++)
      check(sd_bus_call_method_async(bus, NULL, GET_ID, on_reply, NULL, ""), "cannot send");
    int progressed = sd_bus_process(bus, NULL);
    check(progressed, "disconnected");
    if (!progressed) check(sd_bus_wait(bus, UINT64_MAX), "cannot wait");
  }
}
