/** The errors a provider answers with, by the names that the specifications give them. */
import { DBusErrorReply } from '@keywire/dbus-wire';

const SECRET = 'org.freedesktop.Secret.Error.';
const DBUS = 'org.freedesktop.DBus.Error.';

export function isLocked(): DBusErrorReply {
  return new DBusErrorReply(`${SECRET}IsLocked`, 'the collection is locked');
}

export function noSession(): DBusErrorReply {
  return new DBusErrorReply(`${SECRET}NoSession`, 'no session of this caller has that path');
}

export function noSuchObject(path: string): DBusErrorReply {
  return new DBusErrorReply(`${SECRET}NoSuchObject`, `no object at ${path}`);
}

export function invalidArgs(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}InvalidArgs`, text);
}

export function notSupported(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}NotSupported`, text);
}

export function accessDenied(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}AccessDenied`, text);
}

export function failed(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}Failed`, text);
}

export function unknownMethod(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}UnknownMethod`, text);
}

export function unknownInterface(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}UnknownInterface`, text);
}

export function unknownProperty(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}UnknownProperty`, text);
}

export function readOnlyProperty(text: string): DBusErrorReply {
  return new DBusErrorReply(`${DBUS}PropertyReadOnly`, text);
}
