/** Programs run as another user than root, in a folder that this user may enter. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { BUNDLE } from './keywire.ts';

/** `nobody` of every Debian. */
export const NOBODY = 65534;

/** Why a test that becomes another user cannot run here. */
export function needsRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root can become another user';
}

export interface SharedFolder extends AsyncDisposable {
  readonly path: string;
  /** The bundle, where the other user can read it. */
  readonly bundle: string;
}

export async function sharedFolder(): Promise<SharedFolder> {
  const folder = await mkdtemp('/tmp/kw-other-');
  await chmod(folder, 0o755);
  const bundle = path.join(folder, 'keywire.cjs');
  await copyFile(BUNDLE, bundle);
  return {
    path: folder,
    bundle,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The words that run a command as nobody. */
export function asNobody(command: readonly string[]): readonly [string, ...string[]] {
  return ['/usr/bin/setpriv', `--reuid=${NOBODY}`, '--clear-groups', '--', ...command];
}

/** A session bus of nobody's own, with its socket where everyone can see it. */
export async function busOfNobody(
  folder: SharedFolder,
): Promise<AsyncDisposable & { readonly address: string }> {
  const config = path.join(folder.path, 'bus.conf');
  const own = path.join(folder.path, 'run');
  await writeFile(
    config,
    [
      '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"',
      ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">',
      `<busconfig><type>session</type><listen>unix:path=${own}/bus</listen>`,
      '<policy context="default"><allow send_destination="*"/><allow own="*"/></policy>',
      '</busconfig>',
    ].join('\n'),
  );
  await mkdir(own, { mode: 0o755 });
  await chown(own, NOBODY, NOBODY);
  const [command, ...args] = asNobody([
    '/usr/bin/dbus-daemon',
    `--config-file=${config}`,
    '--nofork',
    '--nopidfile',
    '--nosyslog',
    '--print-address=1',
  ]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [address] = await once(createInterface(child.stdout), 'line');
  return {
    address: String(address),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
