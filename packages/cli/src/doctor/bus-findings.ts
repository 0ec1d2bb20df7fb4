/** Findings where there is no connection to a bus: why not, and what to do. */
import type { BusFacts, Facts, Finding, SocketFact } from '../types/doctor.ts';

const OWN_BUS = 'bring a keyring for one command: keywire run -- COMMAND';
const NEW_BUS = 'start a bus for one command: dbus-run-session -- COMMAND';
const LOG_IN = 'log in through a desktop, or through a systemd user session, which starts a bus';

/** The one reason why no bus was reached. */
export function busFindings({ bus, platform }: Facts): readonly Finding[] {
  const { failure } = bus;
  if (failure === undefined) return [];
  const foreign = bus.sockets.find(
    ({ kind, ownerUid }) =>
      kind === 'socket' && ownerUid !== undefined && ownerUid !== platform.uid,
  );
  if (platform.sudoUid !== undefined && foreign !== undefined) {
    return [otherUsersBus(foreign, platform.uid, platform.sudoUid)];
  }
  if (failure.code === 'bus-disabled') return [disabled()];
  if (failure.code === 'no-bus') return [noBus(bus, foreign)];
  if (failure.code === 'auth-rejected') {
    return [
      fault('bus-refuses-user', 'The bus does not take this user in.', [
        'use the bus of this very user: unset DBUS_SESSION_BUS_ADDRESS',
        OWN_BUS,
      ]),
    ];
  }
  // Of several, that nothing is at one says little where something is at another.
  const socket = bus.sockets.find(({ kind }) => kind !== 'missing') ?? bus.sockets[0];
  return [socket === undefined ? unreachable(bus) : socketFault(socket, bus)];
}

function disabled(): Finding {
  return fault('bus-disabled', 'DBUS_SESSION_BUS_ADDRESS is "disabled:", which forbids any bus.', [
    'unset DBUS_SESSION_BUS_ADDRESS, where that was not meant',
    NEW_BUS,
    OWN_BUS,
  ]);
}

function noBus(bus: BusFacts, foreign: SocketFact | undefined): Finding {
  if (foreign !== undefined) {
    return fault(
      'socket-of-another-user',
      `${foreign.path} belongs to user ${foreign.ownerUid}, so it is not taken for this user's bus.`,
      ['set XDG_RUNTIME_DIR to the folder of this user', OWN_BUS],
    );
  }
  const tried = bus.sockets.map(({ path }) => path).join(', ');
  const looked = tried === '' ? '' : ` Looked for ${tried}.`;
  return fault('no-bus', `No session bus: DBUS_SESSION_BUS_ADDRESS is not set.${looked}`, [
    LOG_IN,
    NEW_BUS,
    OWN_BUS,
  ]);
}

function otherUsersBus(socket: SocketFact, uid: number | undefined, sudoUid: number): Finding {
  const text = `This runs as user ${uid} through sudo, and the bus at ${socket.path} belongs to user ${socket.ownerUid}.`;
  return fault('other-users-bus', text, [
    `run it without sudo, as user ${sudoUid}`,
    `give the secret to the command instead: keywire lookup … | sudo COMMAND`,
    OWN_BUS,
  ]);
}

function socketFault(socket: SocketFact, bus: BusFacts): Finding {
  const { failure, source } = bus;
  const { path, kind, mode, ownerUid } = socket;
  if (kind === 'missing') {
    return fault('socket-missing', `The bus should be at ${path}, and there is nothing there.`, [
      source === 'DBUS_SESSION_BUS_ADDRESS'
        ? 'the variable may come from a session that has ended: unset DBUS_SESSION_BUS_ADDRESS'
        : LOG_IN,
      NEW_BUS,
    ]);
  }
  const isDenied = kind === 'unreadable' || /EACCES|EPERM/u.test(failure?.message ?? '');
  if (isDenied) {
    const rights =
      mode === undefined ? '' : ` (mode ${mode.toString(8)}, owned by user ${ownerUid})`;
    return fault('socket-denied', `This user may not open the bus at ${path}${rights}.`, [
      'use the bus of this very user: unset DBUS_SESSION_BUS_ADDRESS',
      'or run this as the user whom the socket belongs to',
    ]);
  }
  if (kind === 'other') {
    return fault('no-socket', `The bus should be at ${path}, which is no socket.`, [
      ...unsetSteps(bus),
      NEW_BUS,
    ]);
  }
  if (/ECONNREFUSED/u.test(failure?.message ?? '')) {
    return fault('stale-socket', `Nobody listens at ${path}: the bus behind it has ended.`, [
      'log in again, or unset DBUS_SESSION_BUS_ADDRESS',
      NEW_BUS,
    ]);
  }
  return unreachable(bus);
}

function unreachable(bus: BusFacts): Finding {
  const text = `The bus cannot be reached: ${bus.failure?.message ?? ''}.`;
  return fault('bus-unreachable', text, [...unsetSteps(bus), NEW_BUS, OWN_BUS]);
}

/** Where somebody has set the address, it may be wrong. */
function unsetSteps({ source }: BusFacts): readonly string[] {
  return source === 'DBUS_SESSION_BUS_ADDRESS'
    ? ['unset DBUS_SESSION_BUS_ADDRESS, where it is not meant so']
    : [];
}

export function fault(code: string, text: string, steps: readonly string[]): Finding {
  return { code, level: 'fault', text, steps };
}

export function note(code: string, text: string, steps: readonly string[]): Finding {
  return { code, level: 'note', text, steps };
}
