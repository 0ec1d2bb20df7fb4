/**
 * Answering calls to one object from tables of its methods and properties: signatures are compared,
 * Properties and Introspectable come for free.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */
import { type Message, type ReplyValues, Variant } from '@keywire/dbus-wire';
import type { Method, Property, ServedObject } from '../types/served-object.ts';
import { introspect } from './introspect.ts';
import { INTROSPECTABLE_INTERFACE, PROPERTIES_INTERFACE } from './names.ts';
import type { Profile } from './profile.ts';
import { isLocked, Refusal } from './refusal.ts';

/** What a profile changes about calls in general. */
export type CallStyle = Pick<Profile, 'allInterfaces' | 'withoutInterface'>;

const PROPERTY_METHODS: readonly (string | undefined)[] = ['Get', 'GetAll', 'Set'];

/** Answers one call to an object; throws Refusal. */
export async function serve(
  object: ServedObject,
  call: Message,
  style: CallStyle,
): Promise<ReplyValues> {
  const caller = call.sender ?? '';
  const standard = standardInterface(call, style);
  if (standard === PROPERTIES_INTERFACE) return serveProperties(object, call, style);
  if (standard === INTROSPECTABLE_INTERFACE) {
    if (call.member !== 'Introspect') throw unknownStandardMethod(call);
    standardBody(call, []);
    return { signature: 's', body: [introspect(object)] };
  }
  if (call.interface === undefined && style.withoutInterface !== 'all') {
    throw unknownStandardMethod(call);
  }
  const method = findMethod(object, call);
  const body = await method.run(checkedBody(call, method.in), caller);
  return { signature: method.out.join(''), body };
}

/** The interface of D-Bus itself that a call is for; a call may leave it out. */
// @rule provider/interface-left-out dbus#message-protocol-types-method
function standardInterface(
  { interface: named, member }: Message,
  { withoutInterface }: CallStyle,
): string | undefined {
  if (named !== undefined || withoutInterface === 'none') return named;
  if (member === 'Introspect') return INTROSPECTABLE_INTERFACE;
  const isProperties = withoutInterface === 'all' && PROPERTY_METHODS.includes(member);
  return isProperties ? PROPERTIES_INTERFACE : undefined;
}

/** The values of all readable properties of one interface; of all of them for the empty name. */
async function propertyValues(
  { properties }: ServedObject,
  owner: unknown,
  caller: string | undefined,
): Promise<Map<string, Variant>> {
  const values = new Map<string, Variant>();
  for (const { interface: name, ...property } of properties) {
    if ((owner !== '' && name !== owner) || property.isUntold?.()) continue;
    values.set(property.name, new Variant(property.type, await property.read(caller)));
  }
  return values;
}

function findMethod({ methods }: ServedObject, call: Message): Method {
  const candidates = methods.filter(
    (method) => call.interface === undefined || method.interface === call.interface,
  );
  if (candidates.length === 0) {
    throw new Refusal('unknown-interface', `no interface ${call.interface} here`);
  }
  const method = candidates.find(({ member }) => member === call.member);
  if (method === undefined) throw new Refusal('unknown-method', `no method ${call.member} here`);
  return method;
}

function checkedBody(
  call: Message,
  types: readonly string[],
  kind: 'wrong-signature' | 'wrong-standard-signature' = 'wrong-signature',
): readonly unknown[] {
  const expected = types.join('');
  if (call.signature === expected) return call.body;
  // @rule provider/argument-types dbus#message-protocol-types-method
  throw new Refusal(
    kind,
    `${call.member}: expected arguments of type "${expected}", got "${call.signature}"`,
  );
}

function standardBody(call: Message, types: readonly string[]): readonly unknown[] {
  return checkedBody(call, types, 'wrong-standard-signature');
}

function unknownStandardMethod({ member }: Message): Refusal {
  return new Refusal('unknown-standard-method', `no method ${member} here`);
}

async function serveProperties(
  object: ServedObject,
  call: Message,
  { allInterfaces }: CallStyle,
): Promise<ReplyValues> {
  switch (call.member) {
    case 'Get': {
      const [owner, name] = standardBody(call, ['s', 's']);
      const property = findProperty(object, owner, name, allInterfaces === 'each');
      if (property.isUntold?.()) throw isLocked();
      const value = await property.read(call.sender);
      return { signature: 'v', body: [new Variant(property.type, value)] };
    }
    case 'GetAll': {
      const [owner] = standardBody(call, ['s']);
      if (owner !== '' || allInterfaces === 'none') requireInterface(object, owner);
      return { signature: 'a{sv}', body: [await propertyValues(object, owner, call.sender)] };
    }
    case 'Set': {
      const [owner, name, value] = standardBody(call, ['s', 's', 'v']);
      const property = findProperty(object, owner, name, allInterfaces === 'each');
      await setProperty(property, value, call.sender ?? '');
      return {};
    }
    default:
      throw unknownStandardMethod(call);
  }
}

async function setProperty(property: Property, value: unknown, caller: string): Promise<void> {
  if (property.write === undefined) {
    throw new Refusal('property-read-only', `${property.name} cannot be set`);
  }
  if (!(value instanceof Variant) || value.signature !== property.type) {
    throw new Refusal(
      'wrong-property-type',
      `${property.name}: expected a value of type "${property.type}"`,
    );
  }
  await property.write(value.value, caller);
}

/** @param isAnyInterface whether the empty name means any */
function findProperty(
  object: ServedObject,
  owner: unknown,
  name: unknown,
  isAnyInterface: boolean,
): Property {
  const isAny = owner === '' && isAnyInterface;
  const property = object.properties.find(
    (each) => each.name === name && (each.interface === owner || isAny),
  );
  if (property !== undefined) return property;
  requireInterface(object, owner);
  throw new Refusal('unknown-property', 'no property of that name here');
}

function requireInterface({ methods, properties }: ServedObject, owner: unknown): void {
  if ([...methods, ...properties].some((each) => each.interface === owner)) return;
  throw new Refusal('foreign-interface', 'no interface of that name here');
}
