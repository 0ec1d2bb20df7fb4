/**
 * The methods of org.freedesktop.DBus, as a table: what the bus answers for itself. Each entry gets
 * arguments that already fit its signature and returns the reply's values, or throws DriverError.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages
 *
 * Not here: UpdateActivationEnvironment is refused, because nothing is ever spawned.
 */
import {
  isBusName,
  isConnectionError,
  isUniqueName,
  type MatchRule,
  type Message,
  parseMatchRule,
  Variant,
} from '@keywire/dbus-wire';
import type { Hub } from '../hub/hub.ts';
import type { ReleaseNameReply, RequestNameReply } from '../hub/name-registry.ts';
import type { Peer } from '../hub/peer.ts';
import { DriverError, unknownService } from '../messages/driver-error.ts';
import {
  BUS_INTERFACE,
  BUS_NAME,
  INTROSPECTABLE_INTERFACE,
  MONITORING_INTERFACE,
  PEER_INTERFACE,
  PROPERTIES_INTERFACE,
} from '../messages/names.ts';
import { type DescribedMethod, introspectDriver } from './introspection.ts';

/** Values of the reply; `'later'` when the bus will answer once something has happened. */
export type DriverResult = readonly unknown[] | 'later';

export interface DriverMethod extends DescribedMethod {
  readonly run: (hub: Hub, peer: Peer, args: readonly unknown[], call: Message) => DriverResult;
}

/** What StartServiceByName answers. */
const StartReply = { SUCCESS: 1, ALREADY_RUNNING: 2 } as const;

const FEATURES: readonly string[] = ['HeaderFiltering'];
const INTERFACES: readonly string[] = [MONITORING_INTERFACE];

const bus = (
  member: string,
  input: string,
  out: string,
  run: DriverMethod['run'],
): DriverMethod => ({
  interface: BUS_INTERFACE,
  member,
  in: input,
  out,
  run,
});

export const DRIVER_METHODS: readonly DriverMethod[] = [
  bus('Hello', '', 's', () => {
    throw new DriverError('Failed', 'Hello: expected once, as the first message');
  }),
  bus('RequestName', 'su', 'u', (hub, peer, [name, flags]) => {
    const requested = ownableName(text(name));
    // @rule bus/name-limit dbus#bus-messages-request-name
    if (hub.registry.claimsOf(peer.uniqueName) >= hub.limits.maxNamesPerConnection) {
      throw new DriverError(
        'LimitsExceeded',
        `RequestName: expected at most ${hub.limits.maxNamesPerConnection} names a connection`,
      );
    }
    const { reply, change } = hub.registry.request(requested, peer.uniqueName, number(flags));
    if (change !== undefined) hub.announce(change);
    return [reply satisfies RequestNameReply];
  }),
  bus('ReleaseName', 's', 'u', (hub, peer, [name]) => {
    const { reply, change } = hub.registry.release(ownableName(text(name)), peer.uniqueName);
    if (change !== undefined) hub.announce(change);
    return [reply satisfies ReleaseNameReply];
  }),
  bus('StartServiceByName', 'su', 'u', (hub, peer, [name], call) => {
    const wanted = text(name);
    // A name that cannot be started is unknown here, even where somebody owns it.
    // @rule bus/start-known-names-only dbus#bus-messages-start-service-by-name
    if (!hub.activatableNames().includes(wanted)) throw unknownService(wanted);
    if (hub.hasOwner(wanted)) return [StartReply.ALREADY_RUNNING];
    hub.startService(wanted, peer, call, () => hub.reply(peer, call, 'u', [StartReply.SUCCESS]));
    return 'later';
  }),
  bus('UpdateActivationEnvironment', 'a{ss}', '', () => {
    throw new DriverError(
      'AccessDenied',
      'UpdateActivationEnvironment: this bus starts no programs, so it keeps no environment',
    );
  }),
  bus('NameHasOwner', 's', 'b', (hub, _peer, [name]) => [hub.hasOwner(text(name))]),
  bus('ListNames', '', 'as', (hub) => [[BUS_NAME, ...hub.uniqueNames(), ...hub.registry.names()]]),
  bus('ListActivatableNames', '', 'as', (hub) => [[BUS_NAME, ...hub.activatableNames()]]),
  bus('AddMatch', 's', '', (hub, peer, [rule]) => {
    // @rule bus/match-rule-limit dbus#bus-messages-add-match
    if (peer.ruleCount >= hub.limits.maxMatchRulesPerConnection) throw tooManyRules(hub);
    peer.addRule(matchRule(text(rule)));
    return [];
  }),
  bus('RemoveMatch', 's', '', (_hub, peer, [rule]) => {
    if (!peer.removeRule(matchRule(text(rule)))) {
      throw new DriverError('MatchRuleNotFound', 'RemoveMatch: expected a rule that is in force');
    }
    return [];
  }),
  bus('GetNameOwner', 's', 's', (hub, _peer, [name]) => [hub.requireOwner(text(name))]),
  bus('ListQueuedOwners', 's', 'as', (hub, _peer, [name]) => {
    const wanted = text(name);
    const owner = hub.requireOwner(wanted);
    const queue = hub.registry.queuedOwners(wanted);
    return [queue.length === 0 ? [owner] : queue];
  }),
  bus('GetConnectionUnixUser', 's', 'u', (hub, _peer, [name]) => {
    hub.requireOwner(text(name));
    return [hub.userId];
  }),
  bus('GetConnectionUnixProcessID', 's', 'u', (hub, _peer, [name]) => {
    hub.requireOwner(text(name));
    // @rule bus/process-id-unknown keywire#embedded-bus-access
    throw new DriverError(
      'UnixProcessIdUnknown',
      'GetConnectionUnixProcessID: this bus cannot see the processes behind its sockets',
    );
  }),
  bus('GetConnectionCredentials', 's', 'a{sv}', (hub, _peer, [name]) => {
    hub.requireOwner(text(name));
    return [new Map([['UnixUserID', new Variant('u', hub.userId)]])];
  }),
  bus('GetAdtAuditSessionData', 's', 'ay', (hub, _peer, [name]) => {
    hub.requireOwner(text(name));
    throw new DriverError('AdtAuditDataUnknown', 'GetAdtAuditSessionData: not known here');
  }),
  bus('GetConnectionSELinuxSecurityContext', 's', 'ay', (hub, _peer, [name]) => {
    hub.requireOwner(text(name));
    throw new DriverError(
      'SELinuxSecurityContextUnknown',
      'GetConnectionSELinuxSecurityContext: not known here',
    );
  }),
  bus('ReloadConfig', '', '', () => []),
  bus('GetId', '', 's', (hub) => [hub.id]),
  {
    interface: PEER_INTERFACE,
    member: 'Ping',
    in: '',
    out: '',
    run: () => [],
  },
  {
    interface: PEER_INTERFACE,
    member: 'GetMachineId',
    in: '',
    out: 's',
    run: (hub) => [hub.machineId],
  },
  {
    interface: INTROSPECTABLE_INTERFACE,
    member: 'Introspect',
    in: '',
    out: 's',
    run: (_hub, _peer, _args, call) => [introspectDriver(DRIVER_METHODS, call.path ?? '/')],
  },
  {
    interface: PROPERTIES_INTERFACE,
    member: 'Get',
    in: 'ss',
    out: 'v',
    run: (_hub, _peer, [owner, name]) => {
      const value = properties(text(owner)).get(text(name));
      if (value === undefined) {
        throw new DriverError('UnknownProperty', 'Get: expected Features or Interfaces');
      }
      return [value];
    },
  },
  {
    interface: PROPERTIES_INTERFACE,
    member: 'GetAll',
    in: 's',
    out: 'a{sv}',
    run: (_hub, _peer, [owner]) => [properties(text(owner))],
  },
  {
    interface: PROPERTIES_INTERFACE,
    member: 'Set',
    in: 'ssv',
    out: '',
    run: (_hub, _peer, [owner, name]) => {
      const isKnown = properties(text(owner)).has(text(name));
      throw isKnown
        ? new DriverError('PropertyReadOnly', 'Set: the properties of the bus are read-only')
        : new DriverError('UnknownProperty', 'Set: expected Features or Interfaces');
    },
  },
  {
    interface: MONITORING_INTERFACE,
    member: 'BecomeMonitor',
    in: 'asu',
    out: '',
    run: (hub, peer, [rules, flags], call) => {
      if (number(flags) !== 0) {
        throw new DriverError('InvalidArgs', 'BecomeMonitor: expected flags to be 0');
      }
      const given = list(rules);
      if (given.length > hub.limits.maxMatchRulesPerConnection) throw tooManyRules(hub);
      const parsed = given.map((rule) => matchRule(text(rule)));
      // The reply is the last message that a monitor gets as an ordinary connection.
      hub.reply(peer, call, '', []);
      hub.becomeMonitor(peer, parsed);
      return 'later';
    },
  },
];

/** Finds the method a call means; a call may leave the interface out. */
export function findDriverMethod(call: Message): DriverMethod {
  // Addressed to nobody it is for whoever reads it: the bus answers what every connection does.
  // @rule bus/nobodys-calls-are-peer dbus#standard-interfaces-peer
  if (call.destination === undefined && call.interface !== PEER_INTERFACE) {
    throw new DriverError('UnknownMethod', `${call.member}: expected a destination`);
  }
  const candidates = DRIVER_METHODS.filter(
    (method) => call.interface === undefined || method.interface === call.interface,
  );
  if (candidates.length === 0) {
    throw new DriverError('UnknownInterface', `${BUS_NAME}: no interface ${call.interface}`);
  }
  const method = candidates.find((candidate) => candidate.member === call.member);
  if (method === undefined) {
    throw new DriverError('UnknownMethod', `${BUS_NAME}: no method ${call.member}`);
  }
  // @rule bus/driver-signature dbus#message-bus-messages
  if (call.signature !== method.in) {
    throw new DriverError(
      'InvalidArgs',
      `${method.member}: expected arguments of type "${method.in}", got "${call.signature}"`,
    );
  }
  return method;
}

function properties(owner: string): Map<string, Variant> {
  if (owner !== BUS_INTERFACE) {
    throw new DriverError('UnknownInterface', `Properties: expected ${BUS_INTERFACE}`);
  }
  return new Map([
    ['Features', new Variant('as', FEATURES)],
    ['Interfaces', new Variant('as', INTERFACES)],
  ]);
}

// @rule bus/reserved-names dbus#bus-messages-request-name
function ownableName(name: string): string {
  if (!isBusName(name) || isUniqueName(name) || name === BUS_NAME) {
    throw new DriverError(
      'InvalidArgs',
      'expected a well-known bus name other than the bus itself',
    );
  }
  return name;
}

function tooManyRules({ limits }: Hub): DriverError {
  const most = limits.maxMatchRulesPerConnection;
  return new DriverError('LimitsExceeded', `expected at most ${most} rules a connection`);
}

function matchRule(rule: string): MatchRule {
  try {
    return parseMatchRule(rule);
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    throw new DriverError('MatchRuleInvalid', error.message);
  }
}

// The signature was compared before, so a value of another type is a fault of the codec.
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('internal error: expected a string argument');
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error('internal error: expected a number argument');
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('internal error: expected an array argument');
}
