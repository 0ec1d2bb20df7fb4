/* GLib: GVariant and GDBusMessage. */
#include <gio/gio.h>

#include "driver.h"

static const char *driver_version(void) {
  return g_strdup_printf("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
}

static GVariant *make(const value *v) {
  switch (v->type) {
    case 'y': return g_variant_new_byte(v->number);
    case 'b': return g_variant_new_boolean(v->number);
    case 'n': return g_variant_new_int16(v->number);
    case 'q': return g_variant_new_uint16(v->number);
    case 'i': return g_variant_new_int32(v->number);
    case 'u': return g_variant_new_uint32(v->number);
    case 'x': return g_variant_new_int64(v->number);
    case 't': return g_variant_new_uint64(v->number);
    case 'd': {
      double number;
      memcpy(&number, &v->number, sizeof(number));
      return g_variant_new_double(number);
    }
    case 's': return g_variant_new_string(v->text);
    case 'o': return g_variant_new_object_path(v->text);
    case 'g': return g_variant_new_signature(v->text);
    case 'v': return g_variant_new_variant(make(&v->members[0]));
    case '{': return g_variant_new_dict_entry(make(&v->members[0]), make(&v->members[1]));
  }
  if (v->fixed)
    return g_variant_new_fixed_array(G_VARIANT_TYPE(v->signature), v->fixed, v->count,
                                     fixed_size(v->signature[0]));
  GVariantBuilder builder;
  if (v->type == 'a') {
    char type[300];
    snprintf(type, sizeof(type), "a%s", v->signature);
    g_variant_builder_init(&builder, G_VARIANT_TYPE(type));
  } else {
    g_variant_builder_init(&builder, G_VARIANT_TYPE_TUPLE);
  }
  for (size_t n = 0; n < v->count; n++) g_variant_builder_add_value(&builder, make(&v->members[n]));
  return g_variant_builder_end(&builder);
}

static size_t encode(const message *m, uint8_t **out) {
  GDBusMessage *made = g_dbus_message_new();
  g_dbus_message_set_message_type(made, m->type);
  g_dbus_message_set_serial(made, m->serial);
  if (m->path) g_dbus_message_set_path(made, m->path);
  if (m->interface) g_dbus_message_set_interface(made, m->interface);
  if (m->member) g_dbus_message_set_member(made, m->member);
  if (m->reply_serial) g_dbus_message_set_reply_serial(made, m->reply_serial);
  if (m->destination) g_dbus_message_set_destination(made, m->destination);
  if (m->sender) g_dbus_message_set_sender(made, m->sender);
  if (m->body_count) {
    GVariant *children[16];
    for (size_t n = 0; n < m->body_count; n++) children[n] = make(&m->body[n]);
    g_dbus_message_set_body(made, g_variant_new_tuple(children, m->body_count));
  }
  gsize length;
  guchar *bytes = g_dbus_message_to_blob(made, &length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  if (!bytes) fail("g_dbus_message_to_blob");
  if (out) *out = memcpy(malloc(length), bytes, length);
  g_free(bytes);
  g_object_unref(made);
  return length;
}

static uint64_t read_all(GVariant *from) {
  const GVariantType *type = g_variant_get_type(from);
  uint64_t sum = 0;
  switch (g_variant_classify(from)) {
    case G_VARIANT_CLASS_BOOLEAN: return g_variant_get_boolean(from);
    case G_VARIANT_CLASS_BYTE: return g_variant_get_byte(from);
    case G_VARIANT_CLASS_INT16: return (uint16_t)g_variant_get_int16(from);
    case G_VARIANT_CLASS_UINT16: return g_variant_get_uint16(from);
    case G_VARIANT_CLASS_INT32: return (uint32_t)g_variant_get_int32(from);
    case G_VARIANT_CLASS_UINT32: return g_variant_get_uint32(from);
    case G_VARIANT_CLASS_INT64: return g_variant_get_int64(from);
    case G_VARIANT_CLASS_UINT64: return g_variant_get_uint64(from);
    case G_VARIANT_CLASS_DOUBLE: {
      double number = g_variant_get_double(from);
      memcpy(&sum, &number, sizeof(number));
      return sum;
    }
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE: return text_checksum(g_variant_get_string(from, NULL));
    case G_VARIANT_CLASS_ARRAY: {
      size_t size = fixed_size(*g_variant_type_peek_string(g_variant_type_element(type)));
      if (!size) break;
      gsize count;
      const void *elements = g_variant_get_fixed_array(from, &count, size);
      return fixed_checksum(elements, count);
    }
    default: break;
  }
  GVariantIter members;
  GVariant *member;
  g_variant_iter_init(&members, from);
  while ((member = g_variant_iter_next_value(&members))) {
    sum += read_all(member);
    g_variant_unref(member);
  }
  return sum;
}

static uint64_t decode(const uint8_t *bytes, size_t length) {
  GDBusMessage *read = g_dbus_message_new_from_blob((guchar *)bytes, length,
                                                    G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  if (!read) fail("g_dbus_message_new_from_blob refused the message");
  GVariant *body = g_dbus_message_get_body(read);
  uint64_t sum = body ? read_all(body) : 0;
  g_object_unref(read);
  return sum;
}

static GDBusConnection *bus;
static long answered;

static void connect_bus(const char *address) {
  bus = g_dbus_connection_new_for_address_sync(
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  if (!bus) fail("cannot connect");
}

#define GET_ID                                                                          \
  bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", \
      NULL, G_VARIANT_TYPE("(s)"), G_DBUS_CALL_FLAGS_NONE, 5000, NULL

static void check_reply(GVariant *reply) {
  if (!reply) fail("GetId failed");
  g_variant_unref(reply);
  answered++;
}

static void on_reply(GObject *source, GAsyncResult *result, gpointer data) {
  (void)source;
  (void)data;
  check_reply(g_dbus_connection_call_finish(bus, result, NULL));
}

static void call_bus(long count, long in_flight) {
  for (long sent = answered = 0; answered < count;) {
    if (in_flight == 1) {
      check_reply(g_dbus_connection_call_sync(GET_ID, NULL));
      continue;
    }
    for (; sent < count && sent - answered < in_flight; sent++)
      g_dbus_connection_call(GET_ID, on_reply, NULL);
    g_main_context_iteration(NULL, TRUE);
  }
}
