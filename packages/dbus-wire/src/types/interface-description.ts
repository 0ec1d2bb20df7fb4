/**
 * What an interface offers, as plain data: the one form that proxies, exported objects and
 * introspection share. Written as a `const` it carries all types with it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 */

/** One method. */
export interface MethodDescription {
  /** Types of the arguments. Default none. */
  readonly in?: string;
  /** Types of the reply's values. Default none. */
  readonly out?: string;
  /** Names of the arguments, in order; for introspection only. */
  readonly inNames?: readonly string[];
  readonly outNames?: readonly string[];
  /** No reply is wanted or sent. Default false. */
  readonly noReply?: boolean;
}

/** One signal. */
export interface SignalDescription {
  /** Types of the arguments. Default none. */
  readonly args?: string;
  readonly argNames?: readonly string[];
}

/** One property. */
export interface PropertyDescription {
  /** One complete type. */
  readonly type: string;
  readonly access: 'read' | 'write' | 'readwrite';
  /** What PropertiesChanged says of it. Default `true`: the new value. */
  readonly emitsChanged?: 'true' | 'invalidates' | 'const' | 'false';
}

/** One interface. */
export interface InterfaceDescription {
  readonly name: string;
  readonly methods?: { readonly [member: string]: MethodDescription };
  readonly signals?: { readonly [member: string]: SignalDescription };
  readonly properties?: { readonly [name: string]: PropertyDescription };
}

/** An object as introspection shows it. */
export interface NodeDescription {
  /** Absolute or relative object path; undefined where the document leaves it out. */
  readonly name?: string | undefined;
  readonly interfaces: readonly InterfaceDescription[];
  readonly nodes: readonly NodeDescription[];
}
