/** The names of the bus driver itself. https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages */

export const BUS_NAME = 'org.freedesktop.DBus';
export const BUS_PATH = '/org/freedesktop/DBus';
export const BUS_INTERFACE = 'org.freedesktop.DBus';
export const INTROSPECTABLE_INTERFACE = 'org.freedesktop.DBus.Introspectable';
export const MONITORING_INTERFACE = 'org.freedesktop.DBus.Monitoring';
export const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';
export const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';
