/**
 * A process that runs one JavaScript library and is driven by lines, as the C and Python drivers
 * are; bench/c/driver.h describes the protocol. Beside it there is one more operation, `copy`, which
 * copies the bytes into a new buffer and looks at nothing. Arguments: the name of the library.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { loadDbusNative } from './peers/dbus-native.ts';
import { loadDbusNext, loadJellybrick } from './peers/dbus-next.ts';
import { loadKeywire } from './peers/keywire.ts';
import type { PeerConnection, PeerLibrary, PreparedMessage } from './peers/peer.ts';
import { referenceMessage } from './reference-marshal.ts';
import { assertSameValues } from './verify.ts';
import { WORKLOADS } from './workloads.ts';

interface Loaded {
  readonly bytes: Uint8Array;
  readonly prepared: PreparedMessage;
}

const LIBRARIES: Readonly<Record<string, () => PeerLibrary | Promise<PeerLibrary>>> = {
  keywire: () => loadKeywire('plain'),
  'keywire-typed': () => loadKeywire('typed'),
  'dbus-next': loadDbusNext,
  'jellybrick-dbus-next': loadJellybrick,
  'dbus-native': loadDbusNative,
};

const BULK_BYTES = 100_000;

const loadLibrary = LIBRARIES[process.argv[2] ?? ''];
if (loadLibrary === undefined)
  throw new Error(`worker: a library it knows, got ${process.argv[2]}`);
const library = await loadLibrary();
const loaded = new Map<string, Loaded>();
let connection: PeerConnection | undefined;
let sink = 0;

console.log(`ready ${library.version}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [request = '', ...words] = line.split(' ');
  try {
    console.log(await answer(request, words));
  } catch (fault) {
    console.log(`skip ${fault instanceof Error ? fault.message.split('\n', 1)[0] : fault}`);
  }
}
connection?.close();

async function answer(request: string, words: readonly string[]): Promise<string> {
  const [first = '', second = '', third = ''] = words;
  switch (request) {
    case 'verify':
      return verify(first, second);
    case 'run': {
      const target = load(first);
      // Else a slice pays for what earlier ones left outside the heap, or does not, by chance.
      if (target.bytes.length > BULK_BYTES) globalThis.gc?.();
      return measure(() => run(target, second, Number(third)));
    }
    case 'connect':
      connection = await library.connect(first);
      return 'ok';
    case 'call':
      return measure(() => call(Number(first), Number(second)));
    default:
      throw new Error(`worker: a request it knows, got ${request}`);
  }
}

async function measure(work: () => void | Promise<void>): Promise<string> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const pending = work();
  if (pending !== undefined) await pending;
  const wall = process.hrtime.bigint() - start;
  const { user, system } = process.cpuUsage(cpu);
  return `${wall} ${(user + system) * 1000}`;
}

function load(id: string): Loaded {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const workload = WORKLOADS.find((candidate) => candidate.id === id);
  if (workload === undefined) throw new Error(`worker: a workload it knows, got ${id}`);
  // A message arrives in a buffer of its own that starts on a word, as from any allocator.
  const bytes = new Uint8Array(referenceMessage(workload.message));
  const fresh = { bytes, prepared: library.prepare(workload.message) };
  loaded.set(id, fresh);
  return fresh;
}

function verify(id: string, file: string): string {
  const { bytes, prepared } = load(id);
  writeFileSync(file, prepared.encode());
  const workload = WORKLOADS.find((candidate) => candidate.id === id);
  if (workload !== undefined) assertSameValues(prepared.decode(bytes), workload.message);
  return 'ok';
}

function run({ bytes, prepared }: Loaded, operation: string, count: number): void {
  if (operation === 'encode') {
    for (let n = 0; n < count; n++) sink += prepared.encode().length;
  } else if (operation === 'decode') {
    for (let n = 0; n < count; n++) sink += prepared.decode(bytes).length;
  } else {
    for (let n = 0; n < count; n++) sink += bytes.slice().length;
  }
}

async function call(count: number, inFlight: number): Promise<void> {
  if (connection === undefined) throw new Error('worker: connect before call');
  const client = connection;
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const id = await client.getId();
      if (typeof id !== 'string') throw new Error(`GetId: a string, got ${typeof id}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

process.exitCode = Number.isNaN(sink) ? 1 : 0;
