/** A host of values: what stdin holds, what is typed, which streams are terminals. */

import { run } from '../../src/run.ts';
import type { DoctorHost } from '../../src/types/doctor.ts';
import type { Host, StdinKind } from '../../src/types/host.ts';
import type { Keyring, KeyringOptions } from '../../src/types/keyring.ts';
import type { KeyringFiles } from '../../src/types/keyring-files.ts';
import type { Outcome, StreamName } from '../../src/types/outcome.ts';
import type { PasswordStores } from '../../src/types/password-stores.ts';
import type { Passwords, PasswordsOptions } from '../../src/types/passwords.ts';
import { FakeKeyringFiles } from './fake-keyring-files.ts';
import { FakeServices, type FakeServicesParts } from './fake-services.ts';
import { MemoryKeyring } from './memory-keyring.ts';
import { MemoryPasswords } from './memory-passwords.ts';

export interface FakeHostParts {
  readonly keyring?: Keyring;
  readonly passwords?: Passwords;
  readonly passwordStores?: PasswordStores;
  readonly stdin?: Uint8Array | string;
  readonly stdinKind?: StdinKind;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly typed?: string | Error;
  readonly terminals?: readonly StreamName[];
  readonly isColoured?: boolean;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly nowMs?: number;
  readonly openFailure?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly keyringFiles?: FakeKeyringFiles;
  readonly services?: FakeServicesParts;
  readonly doctor?: DoctorHost;
}

export class FakeHost implements Host {
  readonly version = '9.8.7';
  readonly signal: AbortSignal;
  /** Everything asked of the host, in order. */
  readonly log: string[] = [];
  /** What complaints would have called the files and descriptors that were read, in order. */
  readonly subjects: string[] = [];
  /** The buffers handed out, to see whether they were wiped. */
  readonly handedOut: Uint8Array[] = [];
  keyringOptions: KeyringOptions | undefined;
  passwordsOptions: PasswordsOptions | undefined;
  readonly services: FakeServices;
  readonly #parts: FakeHostParts;

  constructor(parts: FakeHostParts = {}) {
    this.#parts = parts;
    this.services = new FakeServices(parts.services);
    this.signal = parts.signal ?? new AbortController().signal;
  }

  stdinKind(): StdinKind {
    return this.#parts.stdinKind ?? 'data';
  }

  isTerminal(stream: StreamName): boolean {
    return this.#parts.terminals?.includes(stream) ?? false;
  }

  isColoured(): boolean {
    return this.#parts.isColoured ?? false;
  }

  columns(): number | undefined {
    return this.#parts.columns;
  }

  now(): number {
    return this.#parts.nowMs ?? 0;
  }

  async readStdin(maxBytes: number): Promise<Uint8Array> {
    this.log.push(`readStdin ${maxBytes}`);
    return this.#handOut(this.#parts.stdin ?? '');
  }

  async readFile(path: string, _maxBytes?: number, subject = ''): Promise<Uint8Array> {
    this.log.push(`readFile ${path}`);
    this.subjects.push(subject);
    return this.#handOut(this.#parts.files?.[path] ?? '');
  }

  async readDescriptor(descriptor: number, _maxBytes?: number, subject = ''): Promise<Uint8Array> {
    this.log.push(`readDescriptor ${descriptor}`);
    this.subjects.push(subject);
    return this.#handOut(this.#parts.files?.[String(descriptor)] ?? '');
  }

  async readHidden(question: string): Promise<Uint8Array> {
    this.log.push(`readHidden ${question}`);
    const { typed = '' } = this.#parts;
    if (typed instanceof Error) throw typed;
    return this.#handOut(typed);
  }

  environment(name: string): string | undefined {
    return this.#parts.environment?.[name];
  }

  async keyringFiles(): Promise<KeyringFiles> {
    return this.#parts.keyringFiles ?? new FakeKeyringFiles();
  }

  async makeLink(folder: string, name: string): Promise<string> {
    this.log.push(`makeLink ${folder} ${name}`);
    return `${folder}/${name}`;
  }

  async doctor(): Promise<DoctorHost> {
    const { doctor } = this.#parts;
    if (doctor === undefined) throw new Error('this test has no doctor');
    return doctor;
  }

  async openKeyring(options: KeyringOptions): Promise<Keyring> {
    this.log.push('openKeyring');
    this.keyringOptions = options;
    if (this.#parts.openFailure !== undefined) throw this.#parts.openFailure;
    return this.#parts.keyring ?? new MemoryKeyring();
  }

  async openPasswords(options: PasswordsOptions): Promise<Passwords> {
    this.log.push('openPasswords');
    this.passwordsOptions = options;
    if (this.#parts.openFailure !== undefined) throw this.#parts.openFailure;
    return this.#parts.passwords ?? new MemoryPasswords();
  }

  async passwordStores(): Promise<PasswordStores> {
    const { passwordStores } = this.#parts;
    if (passwordStores === undefined) throw new Error('this test has no stores');
    return passwordStores;
  }

  #handOut(content: Uint8Array | string): Uint8Array {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
    this.handedOut.push(bytes);
    return bytes;
  }
}

export interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
}

/** Runs a command line, given as words. */
export async function runWords(words: readonly string[], host: FakeHost): Promise<Shown> {
  const outcome = await run(words, host);
  const stdoutBytes = streamBytes(outcome, 'stdout');
  const decoder = new TextDecoder();
  return {
    code: outcome.code,
    stdout: decoder.decode(stdoutBytes),
    stderr: decoder.decode(streamBytes(outcome, 'stderr')),
    stdoutBytes,
  };
}

function streamBytes(outcome: Outcome, stream: StreamName): Uint8Array {
  const bytes = outcome.output
    .filter((chunk) => chunk.stream === stream)
    .flatMap((chunk) => [...chunk.bytes]);
  return Uint8Array.from(bytes);
}
