/**
 * Answering calls to one object from tables of its methods and properties: signatures are compared,
 * Properties and Introspectable come for free.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */
import { type Message, type ReplyValues, Variant } from '@keywire/dbus-wire';
import type { Method, Property, PropertyStyle, ServedObject } from '../types/served-object.ts';
import { introspect } from './introspect.ts';
import { INTROSPECTABLE_INTERFACE, PROPERTIES_INTERFACE } from './names.ts';
import { invalidArgs, Refusal } from './refusal.ts';

/** Answers one call to an object; throws Refusal. */
export async function serve(
  object: ServedObject,
  call: Message,
  style: PropertyStyle,
): Promise<ReplyValues> {
  const caller = call.sender ?? '';
  if (call.interface === PROPERTIES_INTERFACE) return serveProperties(object, call, style);
  if (call.interface === INTROSPECTABLE_INTERFACE && call.member === 'Introspect') {
    checkedBody(call, []);
    return { signature: 's', body: [introspect(object)] };
  }
  const method = findMethod(object, call);
  const body = await method.run(checkedBody(call, method.in), caller);
  return { signature: method.out.join(''), body };
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

function checkedBody(call: Message, types: readonly string[]): readonly unknown[] {
  const expected = types.join('');
  if (call.signature === expected) return call.body;
  // @rule provider/argument-types dbus#message-protocol-types-method
  throw new Refusal(
    'wrong-signature',
    `${call.member}: expected arguments of type "${expected}", got "${call.signature}"`,
  );
}

async function serveProperties(
  object: ServedObject,
  call: Message,
  { tellsAllInterfaces }: PropertyStyle,
): Promise<ReplyValues> {
  switch (call.member) {
    case 'Get': {
      const [owner, name] = checkedBody(call, ['s', 's']);
      const property = findProperty(object, owner, name);
      const value = await property.read(call.sender);
      return { signature: 'v', body: [new Variant(property.type, value)] };
    }
    case 'GetAll': {
      const [owner] = checkedBody(call, ['s']);
      if (owner !== '') requireInterface(object, owner);
      else if (!tellsAllInterfaces) throw invalidArgs('GetAll: expected the name of an interface');
      return { signature: 'a{sv}', body: [await propertyValues(object, owner, call.sender)] };
    }
    case 'Set': {
      const [owner, name, value] = checkedBody(call, ['s', 's', 'v']);
      await setProperty(findProperty(object, owner, name), value, call.sender ?? '');
      return {};
    }
    default:
      throw new Refusal('unknown-method', `no method ${call.member} here`);
  }
}

async function setProperty(property: Property, value: unknown, caller: string): Promise<void> {
  if (property.write === undefined) {
    throw new Refusal('property-read-only', `${property.name} cannot be set`);
  }
  if (!(value instanceof Variant) || value.signature !== property.type) {
    throw invalidArgs(`${property.name}: expected a value of type "${property.type}"`);
  }
  await property.write(value.value, caller);
}

function findProperty(object: ServedObject, owner: unknown, name: unknown): Property {
  const property = object.properties.find(
    (each) => each.name === name && (each.interface === owner || owner === ''),
  );
  if (property !== undefined) return property;
  requireInterface(object, owner);
  throw new Refusal('unknown-property', 'no property of that name here');
}

function requireInterface({ methods, properties }: ServedObject, owner: unknown): void {
  if ([...methods, ...properties].some((each) => each.interface === owner)) return;
  throw new Refusal('unknown-interface', 'no interface of that name here');
}
