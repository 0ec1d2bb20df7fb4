/**
 * The standard interfaces as descriptions.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */

/** The interface that every connection answers: Ping, and the machine's id. */
export const PEER = {
  name: 'org.freedesktop.DBus.Peer',
  methods: {
    Ping: {},
    GetMachineId: { out: 's', outNames: ['machine_uuid'] },
  },
} as const;

/** The interface that describes an object, as XML. */
export const INTROSPECTABLE = {
  name: 'org.freedesktop.DBus.Introspectable',
  methods: {
    Introspect: { out: 's', outNames: ['xml_data'] },
  },
} as const;

/** The interface that reads, sets and follows properties. */
export const PROPERTIES = {
  name: 'org.freedesktop.DBus.Properties',
  methods: {
    Get: {
      in: 'ss',
      out: 'v',
      inNames: ['interface_name', 'property_name'],
      outNames: ['value'],
    },
    Set: { in: 'ssv', inNames: ['interface_name', 'property_name', 'value'] },
    GetAll: {
      in: 's',
      out: 'a{sv}',
      inNames: ['interface_name'],
      outNames: ['properties'],
    },
  },
  signals: {
    PropertiesChanged: {
      args: 'sa{sv}as',
      argNames: ['interface_name', 'changed_properties', 'invalidated_properties'],
    },
  },
} as const;

/** The interface that lists all objects below one, with their properties. */
export const OBJECT_MANAGER = {
  name: 'org.freedesktop.DBus.ObjectManager',
  methods: {
    GetManagedObjects: { out: 'a{oa{sa{sv}}}', outNames: ['objects'] },
  },
  signals: {
    InterfacesAdded: { args: 'oa{sa{sv}}', argNames: ['object', 'interfaces'] },
    InterfacesRemoved: { args: 'oas', argNames: ['object', 'interfaces'] },
  },
} as const;
