// What is left of a secret in memory after it was read, stored and disposed of. Two places are
// searched: the strings of a heap snapshot, and everything that the process can read of itself.
// The test prints what it found.
// Foreign peers: gnome-keyring at the other end; the kernel, which shows our own memory.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { getHeapSnapshot } from 'node:v8';
import { agreeKey, generateKeyPair } from '@keywire/crypto-session';
import { test } from '../../../test-fixtures/src/harness.ts';
import type { SessionPreference } from '../src/index.ts';
import { type Bench, onEach } from './support/keyrings.ts';

const RUNTIME_IS_NODE = !('Bun' in globalThis) && !('Deno' in globalThis);
const MASK = 0xff;

if (RUNTIME_IS_NODE) {
  onEach(
    'a disposed secret is in no string of the heap',
    [],
    async (bench) => {
      const masked = await useAndDispose(bench, 24, 'plain');
      assert.equal((await snapshot()).includes(unmasked(masked)), false);
      // The search itself works: a string of the secret would be found.
      const control = unmasked(masked).toString('latin1');
      assert.equal((await snapshot()).includes(unmasked(masked)), true);
      assert.equal(control.length, masked.length);
    },
    {},
    ['gnome-keyring'],
  );

  for (const session of ['encrypted', 'plain'] as const) {
    onEach(
      `${session} session: a disposed secret is nowhere in the memory of the process`,
      [],
      async (bench) => {
        // Three ways through the wire layer: beside other messages, in a buffer of its own, and in
        // pieces over several reads and writes.
        for (const length of [24, 4096, 300_000]) {
          const left = occurrences(await useAndDispose(bench, length, session));
          console.log(`# ${session} session, ${length} bytes, disposed: ${left} copies in memory`);
          assert.equal(left, 0, `${length} bytes`);
        }
        const masked = await useAndDispose(bench, 4096, session);
        const control = unmasked(masked);
        assert.ok(occurrences(masked) > 0, 'the search finds nothing');
        control.fill(0);
      },
      {},
      ['gnome-keyring'],
    );
  }
}

if (RUNTIME_IS_NODE) {
  test('a wiped session key is nowhere in the memory of the process', () => {
    const [ours, theirs] = [generateKeyPair(), generateKeyPair()];
    const keys = Array.from({ length: 20 }, () => agreeKey(ours.privateKey, theirs.publicKey).key);
    const masked = Uint8Array.from(keys[0] ?? [], (byte) => byte ^ MASK);
    assert.ok(occurrences(masked) >= keys.length, 'the search finds nothing');
    // Enough garbage that the collector moves what it can move.
    let garbage: unknown[] = [];
    for (let i = 0; i < 400; i += 1) garbage = Array.from({ length: 10_000 }, () => ({ i }));
    assert.equal(garbage.length, 10_000);
    for (const key of keys) key.fill(0);
    const left = occurrences(masked);
    console.log(`# ${keys.length} session keys, wiped: ${left} copies in memory`);
    assert.equal(left, 0);
  });
}

if (!RUNTIME_IS_NODE) test.skip('a disposed secret is nowhere', 'the heap is looked at in Node');

/** Stores, reads and disposes of a secret that nothing else holds; gives it masked. */
async function useAndDispose(
  { connect }: Bench,
  length: number,
  session: SessionPreference,
): Promise<Uint8Array> {
  const masked = new Uint8Array(randomBytes(length)).map((byte) => (0x61 + (byte % 26)) ^ MASK);
  const service = await connect({ session });
  const own = unmasked(masked);
  await service.store('l', { app: 'heap' }, own);
  own.fill(0);
  const read = await service.lookup({ app: 'heap' });
  assert.deepEqual(
    read?.bytes.map((byte) => byte ^ MASK),
    masked,
  );
  const held = read?.bytes;
  read?.dispose();
  assert.deepEqual(held, new Uint8Array(masked.length));
  await service.close();
  return masked;
}

function unmasked(masked: Uint8Array): Buffer {
  // In memory that the collector never moves: it would leave a copy of ours behind.
  const bytes = Buffer.from(new ArrayBuffer(masked.length));
  for (const [index, byte] of masked.entries()) bytes[index] = byte ^ MASK;
  return bytes;
}

async function snapshot(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** How often the unmasked bytes lie in memory that this process can write to. */
function occurrences(masked: Uint8Array): number {
  const memory = openSync('/proc/self/mem', 'r');
  let count = 0;
  // What is read is masked at once, so that the copy made by reading is never found itself.
  const window = Buffer.alloc(1 << 20);
  const needle = Buffer.from(masked);
  for (const [start, end] of writableRegions()) {
    for (let at = start; at < end; at += BigInt(window.length - masked.length)) {
      const length = Number(end - at < BigInt(window.length) ? end - at : BigInt(window.length));
      const read = readRegion(memory, window, length, at);
      for (let i = 0; i < read; i += 1) window[i] = (window[i] ?? 0) ^ MASK;
      for (let i = window.indexOf(needle); i >= 0 && i < read; i = window.indexOf(needle, i + 1)) {
        // Read over itself, the window holds masked bytes masked once more: those do not count.
        count += 1;
      }
      window.fill(0);
      if (length < window.length) break;
    }
  }
  closeSync(memory);
  return count;
}

function readRegion(memory: number, into: Buffer, length: number, at: bigint): number {
  try {
    return readSync(memory, into, 0, length, at);
  } catch (error) {
    // Some regions are listed and cannot be read.
    assert.ok(error instanceof Error && 'code' in error && error.code === 'EIO', String(error));
    return 0;
  }
}

function writableRegions(): [bigint, bigint][] {
  return readFileSync('/proc/self/maps', 'latin1')
    .split('\n')
    .filter((line) => / rw.. /.test(line) || line.split(' ')[1]?.startsWith('rw'))
    .map((line) => line.split(' ')[0]?.split('-') ?? [])
    .map(([start = '0', end = '0']) => [BigInt(`0x${start}`), BigInt(`0x${end}`)]);
}
