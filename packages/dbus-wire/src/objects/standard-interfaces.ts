/**
 * The standard interfaces as descriptions.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */

export const PEER = {
  name: 'org.freedesktop.DBus.Peer',
  methods: {
    Ping: {},
    GetMachineId: { out: 's', outNames: ['machine_uuid'] },
  },
} as const;

export const INTROSPECTABLE = {
  name: 'org.freedesktop.DBus.Introspectable',
  methods: {
    Introspect: { out: 's', outNames: ['xml_data'] },
  },
} as const;

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
