/**
 * The entry of the bundle: arguments in, exit code out. Whatever a run does not need is behind an
 * `import()`, which the bundler keeps lazy: `keywire --version` loads neither the wire nor the
 * ciphers. What comes first is the check of the runtime, before anything newer is used.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { programName, runProgram } from '../programs.ts';
import type { Host } from '../types/host.ts';
import { createServiceHost } from './services/service-host.ts';
import { listenForEnd } from './signals.ts';
import { startedAs } from './started-as.ts';
import { writeOutput } from './terminal/output.ts';
import { columns, isColoured, isTerminal, stdinKind } from './terminal/terminal.ts';

/** Put in by the bundler. */
declare const KEYWIRE_VERSION: string;

const OLDEST_NODE = [18, 19] as const;
const EXIT_OTHER = 7;

if (isNodeTooOld(process.versions.node)) {
  writeSync(
    2,
    `keywire: needs Node ${OLDEST_NODE.join('.')} or newer, this is ${process.versions.node}\n`,
  );
  process.exit(EXIT_OTHER);
} else {
  process.once('uncaughtException', giveUp);
  void main();
}

async function main(): Promise<void> {
  const end = listenForEnd();
  const host: Host = {
    version: KEYWIRE_VERSION,
    signal: end.signal,
    stdinKind,
    isTerminal,
    isColoured,
    columns,
    now: Date.now,
    readStdin: async (maxBytes, isLast) =>
      (await import('./terminal/input.ts')).readStdin(maxBytes, end.signal, isLast),
    readFile: async (path, maxBytes, subject) =>
      (await import('./terminal/input.ts')).readFile(path, {
        maxBytes,
        subject,
        signal: end.signal,
      }),
    readDescriptor: async (descriptor, maxBytes, subject) =>
      (await import('./terminal/input.ts')).readDescriptor(descriptor, {
        maxBytes,
        subject,
        signal: end.signal,
      }),
    readHidden: async (question) =>
      (await import('./terminal/read-hidden.ts')).readHidden(question, end.signal),
    openKeyring: async (options) =>
      (await import('./keyrings/open-keyring.ts')).openKeyring(options, end.signal),
    openPasswords: async (options) =>
      (await import('./keyrings/open-passwords.ts')).openPasswords(options, end.signal),
    passwordStores: async () =>
      (await import('./keyrings/password-stores.ts')).createPasswordStores(end.signal),
    environment: (name) => process.env[name],
    keyringFiles: async () => (await import('./keyrings/keyring-files.ts')).keyringFiles,
    makeLink: async (folder, name) =>
      (await import('./make-link.ts')).makeLink(startedAs().file, folder, name),
    doctor: async () => (await import('./doctor/host.ts')).createDoctorHost(end.signal),
    services: createServiceHost(end),
  };
  const [, , ...argv] = process.argv;
  const outcome = await runProgram(programName(startedAs().calledAs), argv, host);
  // Nothing is left to be cleared away, and a reader that takes nothing would hold up a listener, too.
  // @rule cli/writing-can-be-ended keywire#terminal-output
  end.letGo();
  const outputCode = await writeOutput(outcome.output);
  // Everything is written: nothing that may still be open, such as a silent pipe, holds us up.
  // What has failed keeps its code, also where its line found no place to be written.
  const isFailed = outcome.code !== 0;
  process.exit(end.exitCode() ?? (isFailed ? outcome.code : (outputCode ?? 0)));
}

/** The last resort: a fault of ours is still one line, not a stack trace with who knows what. */
function giveUp(error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  if (name === 'NotCapable') {
    writeSync(2, 'keywire: Deno does not allow what this needs; "deno run --allow-all" does\n');
    process.exit(EXIT_OTHER);
  }
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  writeSync(2, `keywire: internal error (${name}${code}); nothing more is known\n`);
  process.exit(EXIT_OTHER);
}

function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
