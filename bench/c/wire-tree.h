/*
 * A message as a tree of values, read from the bytes of a workload (little-endian, trusted: they
 * come from our own reference marshaller). The drivers walk it to encode, and compare a checksum
 * of it with what their library reads back.
 */
#ifndef WIRE_TREE_H
#define WIRE_TREE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct value {
  char type;             /* y b n q i u x t d s o g a ( { v */
  char *signature;       /* what a container holds: a ( { v */
  uint64_t number;       /* integers; the bits of a double */
  const char *text;      /* s o g: points into the message */
  struct value *members; /* a ( { v */
  size_t count;          /* of members, or of fixed-size elements */
  const void *fixed;     /* arrays of fixed-size elements: points into the message */
  size_t fixed_bytes;
} value;

typedef struct message {
  uint8_t type;
  uint32_t serial, reply_serial;
  const char *path, *interface, *member, *destination, *sender, *signature;
  value *body;
  size_t body_count;
} message;

typedef struct cursor {
  const uint8_t *bytes;
  size_t at;
} cursor;

static size_t fixed_size(char type) {
  switch (type) {
    case 'y': return 1;
    case 'n': case 'q': return 2;
    case 'b': case 'i': case 'u': return 4;
    case 'x': case 't': case 'd': return 8;
    default: return 0;
  }
}

static size_t alignment_of(char type) {
  if (type == '(' || type == '{') return 8;
  if (type == 'g' || type == 'v') return 1;
  return fixed_size(type) ? fixed_size(type) : 4;
}

static size_t type_length(const char *signature) {
  if (*signature == 'a') return 1 + type_length(signature + 1);
  if (*signature != '(' && *signature != '{') return 1;
  size_t end = 1;
  while (signature[end] != ')' && signature[end] != '}') end += type_length(signature + end);
  return end + 1;
}

static void align_to(cursor *in, size_t size) { in->at = (in->at + size - 1) / size * size; }

static uint64_t read_number(cursor *in, size_t size) {
  uint64_t number = 0;
  align_to(in, size);
  memcpy(&number, in->bytes + in->at, size);
  in->at += size;
  return number;
}

static value read_value(cursor *in, const char *signature);

static void add_member(value *parent, value member) {
  if ((parent->count & (parent->count - 1)) == 0) {
    size_t room = parent->count ? parent->count * 2 : 1;
    parent->members = realloc(parent->members, room * sizeof(value));
  }
  parent->members[parent->count++] = member;
}

static void read_array(cursor *in, value *array) {
  size_t length = read_number(in, 4);
  align_to(in, alignment_of(array->signature[0]));
  size_t size = fixed_size(array->signature[0]), end = in->at + length;
  if (size) {
    array->fixed = in->bytes + in->at;
    array->fixed_bytes = length;
    array->count = length / size;
    in->at = end;
  }
  while (in->at < end) add_member(array, read_value(in, array->signature));
}

static value read_value(cursor *in, const char *signature) {
  value result = {.type = *signature};
  size_t size = fixed_size(*signature);
  if (size) {
    result.number = read_number(in, size);
    return result;
  }
  switch (*signature) {
    case 's': case 'o': case 'g': {
      size_t length = read_number(in, *signature == 'g' ? 1 : 4);
      result.text = (const char *)in->bytes + in->at;
      in->at += length + 1;
      break;
    }
    case 'a':
      result.signature = strndup(signature + 1, type_length(signature + 1));
      read_array(in, &result);
      break;
    case 'v':
      result.signature = strdup(read_value(in, "g").text);
      add_member(&result, read_value(in, result.signature));
      break;
    default:
      result.signature = strndup(signature + 1, type_length(signature) - 2);
      align_to(in, 8);
      for (const char *s = signature + 1; *s != ')' && *s != '}'; s += type_length(s))
        add_member(&result, read_value(in, s));
  }
  return result;
}

static message read_message(const uint8_t *bytes) {
  message result = {.type = bytes[1], .signature = ""};
  cursor in = {bytes, 8};
  result.serial = read_number(&in, 4);
  value fields = read_value(&in, "a(yv)");
  for (size_t n = 0; n < fields.count; n++) {
    const value *content = &fields.members[n].members[1].members[0];
    switch (fields.members[n].members[0].number) {
      case 1: result.path = content->text; break;
      case 2: result.interface = content->text; break;
      case 3: result.member = content->text; break;
      case 5: result.reply_serial = content->number; break;
      case 6: result.destination = content->text; break;
      case 7: result.sender = content->text; break;
      case 8: result.signature = content->text; break;
    }
  }
  align_to(&in, 8);
  value body = {0};
  for (const char *s = result.signature; *s; s += type_length(s)) add_member(&body, read_value(&in, s));
  result.body = body.members;
  result.body_count = body.count;
  return result;
}

/* What reading a value adds to the checksum: cheap enough to leave in the timed loops. */
static uint64_t text_checksum(const char *text) { return 31 + (uint8_t)text[0]; }

static uint64_t fixed_checksum(const void *elements, size_t count) {
  return count ? count + ((const uint8_t *)elements)[0] : 0;
}

static uint64_t checksum(const value *v) {
  if (v->text) return text_checksum(v->text);
  if (v->fixed) return fixed_checksum(v->fixed, v->count);
  if (fixed_size(v->type)) return v->number;
  uint64_t sum = 0;
  for (size_t n = 0; n < v->count; n++) sum += checksum(&v->members[n]);
  return sum;
}

static uint64_t body_checksum(const message *m) {
  uint64_t sum = 0;
  for (size_t n = 0; n < m->body_count; n++) sum += checksum(&m->body[n]);
  return sum;
}

#endif
