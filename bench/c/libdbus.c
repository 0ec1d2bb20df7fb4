/* libdbus: dbus_message_iter_* and dbus_message_marshal, which validate all that is sent and read. */
#include <dbus/dbus.h>

#include "driver.h"

static const char *driver_version(void) { return DBUS_VERSION_STRING; }

static void append(DBusMessageIter *to, const value *v) {
  DBusMessageIter inner;
  if (v->text) {
    dbus_message_iter_append_basic(to, v->type, &v->text);
  } else if (fixed_size(v->type)) {
    dbus_message_iter_append_basic(to, v->type, &v->number);
  } else {
    int type = v->type == '(' ? DBUS_TYPE_STRUCT : v->type == '{' ? DBUS_TYPE_DICT_ENTRY : v->type;
    const char *contents = v->type == 'a' || v->type == 'v' ? v->signature : NULL;
    dbus_message_iter_open_container(to, type, contents, &inner);
    if (v->fixed)
      dbus_message_iter_append_fixed_array(&inner, v->signature[0], &v->fixed, v->count);
    else
      for (size_t n = 0; n < v->count; n++) append(&inner, &v->members[n]);
    dbus_message_iter_close_container(to, &inner);
  }
}

static size_t encode(const message *m, uint8_t **out) {
  DBusMessage *made = dbus_message_new(m->type);
  DBusMessageIter body;
  char *bytes;
  int length;
  if (m->path) dbus_message_set_path(made, m->path);
  if (m->interface) dbus_message_set_interface(made, m->interface);
  if (m->member) dbus_message_set_member(made, m->member);
  if (m->reply_serial) dbus_message_set_reply_serial(made, m->reply_serial);
  if (m->destination) dbus_message_set_destination(made, m->destination);
  if (m->sender) dbus_message_set_sender(made, m->sender);
  dbus_message_iter_init_append(made, &body);
  for (size_t n = 0; n < m->body_count; n++) append(&body, &m->body[n]);
  dbus_message_set_serial(made, m->serial);
  if (!dbus_message_marshal(made, &bytes, &length)) fail("dbus_message_marshal");
  dbus_message_unref(made);
  if (out) *out = memcpy(malloc(length), bytes, length);
  dbus_free(bytes);
  return length;
}

static uint64_t read_all(DBusMessageIter *from) {
  uint64_t sum = 0;
  int type;
  for (; (type = dbus_message_iter_get_arg_type(from)); dbus_message_iter_next(from)) {
    DBusBasicValue basic = {.u64 = 0};
    DBusMessageIter inner;
    if (type == 's' || type == 'o' || type == 'g') {
      dbus_message_iter_get_basic(from, &basic);
      sum += text_checksum(basic.str);
    } else if (dbus_type_is_basic(type)) {
      dbus_message_iter_get_basic(from, &basic);
      sum += basic.u64;
    } else if (type == 'a' && dbus_type_is_fixed(dbus_message_iter_get_element_type(from))) {
      const void *elements;
      int count;
      dbus_message_iter_recurse(from, &inner);
      dbus_message_iter_get_fixed_array(&inner, &elements, &count);
      sum += fixed_checksum(elements, count);
    } else {
      dbus_message_iter_recurse(from, &inner);
      sum += read_all(&inner);
    }
  }
  return sum;
}

static uint64_t decode(const uint8_t *bytes, size_t length) {
  DBusMessage *read = dbus_message_demarshal((const char *)bytes, length, NULL);
  DBusMessageIter body;
  uint64_t sum = 0;
  if (!read) fail("dbus_message_demarshal refused the message");
  if (dbus_message_iter_init(read, &body)) sum = read_all(&body);
  dbus_message_unref(read);
  return sum;
}

static DBusConnection *bus;
static long answered;

static void connect_bus(const char *address) {
  bus = dbus_connection_open_private(address, NULL);
  if (!bus || !dbus_bus_register(bus, NULL)) fail("cannot connect");
}

static DBusMessage *get_id(void) {
  return dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "GetId");
}

static void check_reply(DBusMessage *reply) {
  const char *id;
  if (!reply || !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &id, DBUS_TYPE_INVALID))
    fail("GetId failed");
  dbus_message_unref(reply);
}

static void on_reply(DBusPendingCall *pending, void *data) {
  (void)data;
  check_reply(dbus_pending_call_steal_reply(pending));
  dbus_pending_call_unref(pending);
  answered++;
}

static void call_bus(long count, long in_flight) {
  for (long sent = answered = 0; answered < count;) {
    if (in_flight == 1) {
      DBusMessage *call = get_id();
      check_reply(dbus_connection_send_with_reply_and_block(bus, call, 5000, NULL));
      dbus_message_unref(call);
      answered++;
      continue;
    }
    for (; sent < count && sent - answered < in_flight; sent++) {
      DBusMessage *call = get_id();
      DBusPendingCall *pending;
      if (!dbus_connection_send_with_reply(bus, call, &pending, 5000)) fail("cannot send");
      dbus_pending_call_set_notify(pending, on_reply, NULL, NULL);
      dbus_message_unref(call);
    }
    if (!dbus_connection_read_write_dispatch(bus, 5000)) fail("disconnected");
  }
}
