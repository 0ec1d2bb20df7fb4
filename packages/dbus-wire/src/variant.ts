/**
 * A variant: a value that carries its own signature.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#container-types
 */

/**
 * A value with the signature of its one complete type, as in `new Variant('s', 'text')`.
 * The signature is checked when the variant is marshalled.
 */
export class Variant<T = unknown> {
  readonly signature: string;
  readonly value: T;

  constructor(signature: string, value: T) {
    this.signature = signature;
    this.value = value;
  }
}
