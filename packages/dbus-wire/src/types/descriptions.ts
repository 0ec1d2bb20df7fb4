/**
 * Static types from interface descriptions written as a `const`. No run-time code lies here.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 */
import type { InterfaceDescription, PropertyDescription } from './interface-description.ts';
import type { Inputs, Values } from './values.ts';

/** Nothing, the one value, or the list of values: what a reply is to its reader. */
export type Unwrapped<T extends readonly unknown[]> = T extends readonly []
  ? undefined
  : T extends readonly [infer Only]
    ? Only
    : T;

type Field<T, K extends string> = T extends { readonly [P in K]: infer S extends string } ? S : '';

/** The members of one kind that an interface describes. */
export type Members<
  D extends InterfaceDescription,
  K extends 'methods' | 'signals' | 'properties',
> = D[K] extends object ? Extract<keyof D[K], string> : never;

/** One member's description. */
type Member<
  D extends InterfaceDescription,
  K extends 'methods' | 'signals' | 'properties',
  M extends string,
> = D[K] extends { readonly [P in M]: infer T } ? T : never;

/** A proxy's methods: arguments in, a promise of the reply out. */
export type ProxyMethods<D extends InterfaceDescription> = {
  readonly [M in Members<D, 'methods'>]: (
    ...args: Inputs<Field<Member<D, 'methods', M>, 'in'>>
  ) => Promise<Unwrapped<Values<Field<Member<D, 'methods', M>, 'out'>>>>;
};

/** The values of an interface's properties. */
export type PropertyValues<D extends InterfaceDescription> = {
  readonly [P in Members<D, 'properties'>]: Unwrapped<
    Values<Field<Member<D, 'properties', P>, 'type'>>
  >;
};

/** What an interface's properties can be set to. */
export type PropertyInputs<D extends InterfaceDescription> = {
  readonly [P in Members<D, 'properties'>]: Unwrapped<
    Inputs<Field<Member<D, 'properties', P>, 'type'>>
  >;
};

/** The arguments of one signal. */
export type SignalValues<D extends InterfaceDescription, M extends string> = Values<
  Field<Member<D, 'signals', M>, 'args'>
>;

/** An exported interface's methods; `C` is what they learn about the call besides its arguments. */
export type MethodHandlers<D extends InterfaceDescription, C> = {
  readonly [M in Members<D, 'methods'>]: MethodCode<
    C,
    Values<Field<Member<D, 'methods', M>, 'in'>>,
    Field<Member<D, 'methods', M>, 'out'>
  >;
};

type MethodCode<C, A extends readonly unknown[], S extends string> = S extends ''
  ? (call: C, ...args: A) => void | Promise<void>
  : (call: C, ...args: A) => Unwrapped<Inputs<S>> | Promise<Unwrapped<Inputs<S>>>;

/** How one property is read and written. */
interface PropertyReader<T, C> {
  get(call: C): T | Promise<T>;
}

interface PropertyWriter<T, C> {
  set(call: C, value: T): void | Promise<void>;
}

type Accessors<P, T, V, C> = P extends { readonly access: 'read' }
  ? PropertyReader<T, C>
  : P extends { readonly access: 'write' }
    ? PropertyWriter<V, C>
    : P extends PropertyDescription
      ? PropertyReader<T, C> & PropertyWriter<V, C>
      : never;

/** An exported interface's properties. */
export type PropertyHandlers<D extends InterfaceDescription, C> = {
  readonly [P in Members<D, 'properties'>]: Accessors<
    Member<D, 'properties', P>,
    PropertyInputs<D>[P],
    PropertyValues<D>[P],
    C
  >;
};
