// A service on a scripted daemon: plain sessions, a clock that stands still.

import { type Origin, Peer } from '../../src/daemon/peer.ts';
import { type DaemonProfile, GENERIC_PROFILE } from '../../src/daemon-profile.ts';
import { OwnWrites } from '../../src/events/own-writes.ts';
import { type ConnectOptions, SecretService } from '../../src/index.ts';
import { ServiceContext } from '../../src/operations/context.ts';
import { PromptDesk } from '../../src/prompts/prompt-desk.ts';
import { SessionKeeper, type SessionPreference } from '../../src/secrets/session-keeper.ts';
import { ManualClock, OWNER, type Script, ScriptedDaemon } from './scripted-daemon.ts';

export interface Scripted {
  readonly daemon: ScriptedDaemon;
  readonly clock: ManualClock;
  readonly service: SecretService;
}

/** A service whose daemon answers as told. */
export function scripted(
  scripts: Readonly<Record<string, Script>> = {},
  options: ConnectOptions = {},
): Scripted {
  const daemon = new ScriptedDaemon(scripts);
  const clock = new ManualClock();
  const service = SecretService.open({
    connection: daemon,
    session: 'plain',
    hasDisplay: true,
    clock,
    ...options,
  });
  return { daemon, clock, service };
}

export interface ScriptedContext {
  readonly daemon: ScriptedDaemon;
  readonly clock: ManualClock;
  readonly context: ServiceContext;
  /** Where the scripted daemon keeps what it keeps for us. */
  readonly origin: Origin;
}

/** The same one layer below: the parts that a service is made of. */
export function scriptedContext(
  scripts: Readonly<Record<string, Script>> = {},
  profile: Partial<DaemonProfile> = {},
  session: SessionPreference = 'plain',
  hasDisplay = true,
): ScriptedContext {
  const daemon = new ScriptedDaemon(scripts);
  const clock = new ManualClock();
  const peer = new Peer(daemon, 25_000);
  const source = async (): Promise<DaemonProfile> => ({ ...GENERIC_PROFILE, ...profile });
  const context = new ServiceContext({
    peer,
    sessions: new SessionKeeper(peer, session),
    prompts: new PromptDesk(peer, clock, hasDisplay, source),
    writes: new OwnWrites(clock),
    promptDefaults: { interactive: true, windowId: '', promptMs: undefined },
    profile: source,
    clock,
  });
  return { daemon, clock, context, origin: { link: peer.links.open(), owner: OWNER } };
}
