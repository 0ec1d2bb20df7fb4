/**
 * A user database of our own (libnss_wrapper) for daemons that take the home folder from there and
 * not from HOME: without it they would write into the real one.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Workspace } from '../workspace.ts';

/** The one user in it. */
export function nssWrapperUser(): string {
  return process.getuid?.() === 0 ? 'root' : 'keywire';
}

export function nssWrapperEnvironment({ folder, env }: Workspace): Record<string, string> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const passwd = path.join(folder, 'passwd');
  const group = path.join(folder, 'group');
  const user = nssWrapperUser();
  writeFileSync(passwd, `${user}:x:${uid}:${gid}::${env['HOME']}:/bin/sh\n`);
  writeFileSync(group, `${user}:x:${gid}:\n`);
  return { LD_PRELOAD: 'libnss_wrapper.so', NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: group };
}
