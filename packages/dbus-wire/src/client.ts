/**
 * Connections for programs that do not wait until they are open: calls can be made at once. What the
 * main entry's `connect()` loads when it is called is here from the start.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus
 */

export { Connection } from './connection/connection.ts';
export { NameWatch } from './connection/name-watch.ts';
export { SignalStream } from './connection/signal-stream.ts';
export { type ConnectionOptions, openConnection } from './io/open-connection.ts';
