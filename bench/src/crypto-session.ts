/**
 * Measures @keywire/crypto-session beside OpenSSL through node:crypto, beside libgcrypt, which
 * libsecret and gnome-keyring use, and beside @noble; then says which goals are met.
 *
 *   node --import ./scripts/ts-register.mjs --conditions=@keywire/source bench/src/crypto-session.ts
 *   … crypto-session.ts --cold      what the first use costs a fresh process, choice by choice
 *
 * Times are the least of the means over short interleaved slices; trust the ratios. A cold time is
 * the median over fresh processes, taken inside each process from its first line to its exit.
 */
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { agreeKey, decryptSecret, encryptSecret, generateKeyPair } from '@keywire/crypto-session';
import { cbc } from '@noble/ciphers/aes.js';
import { build } from 'esbuild';
import { compileDriver } from './c-drivers.ts';
import { DriverProcess } from './driver-process.ts';

type Case = () => unknown;

/** Runs something so many times and gives the nanoseconds that took. */
type Measure = (runs: number) => Promise<number>;

/** The fast form of DH in node:crypto, which @types/node does not declare. */
const undeclared: object = crypto;
const generateDhKeyPair: (type: 'dh', options: { readonly group: string }) => DhKeyPair =
  Reflect.get(undeclared, 'generateKeyPairSync');

interface DhKeyPair {
  readonly privateKey: crypto.KeyObject;
  readonly publicKey: crypto.KeyObject;
}

const OURS = 'keywire, 256-bit exponent';
const OPENSSL = 'openssl, generateKeyPairSync + diffieHellman';
const CONSTRUCTED = "openssl, getDiffieHellman('modp2')";
const GCRYPT = 'libgcrypt, full-length exponent';

async function measureWarm(): Promise<void> {
  const peer = generateKeyPair();
  const opensslPeer = generateDhKeyPair('dh', { group: 'modp2' });
  const gcrypt = await startGcrypt();
  const sessions = await leastMeans(200, 2, {
    [OURS]: inProcess(() => agreeKey(generateKeyPair().privateKey, peer.publicKey)),
    [OPENSSL]: inProcess(() => {
      const { privateKey } = generateDhKeyPair('dh', { group: 'modp2' });
      const secret = crypto.diffieHellman({ privateKey, publicKey: opensslPeer.publicKey });
      return crypto.hkdfSync('sha256', secret, '', '', 16);
    }),
    ...(gcrypt === undefined
      ? {}
      : { [GCRYPT]: async (runs: number) => (await gcrypt.time(`session ${runs}`)).wallNs }),
  });
  await gcrypt?.stop();
  const constructed = await leastMeans(3, 1, {
    [CONSTRUCTED]: inProcess(() => {
      const exchange = crypto.getDiffieHellman('modp2');
      exchange.generateKeys();
      return crypto.hkdfSync('sha256', exchange.computeSecret(peer.publicKey), '', '', 16);
    }),
  });
  report(
    'Opening a session (key pair, shared secret, key)',
    new Map([...sessions, ...constructed]),
  );

  const encrypting = new Map<number, ReadonlyMap<string, number>>();
  const key = crypto.randomBytes(16);
  for (const length of [32, 4096, 1 << 20]) {
    const plaintext = crypto.randomBytes(length);
    const iv = crypto.randomBytes(16);
    const ciphertext = cbc(key, iv).encrypt(plaintext);
    const runs = length > 4096 ? 1 : 200;
    const times = await leastMeans(40, runs, {
      keywire: inProcess(() => encryptSecret(key, plaintext)),
      'node:crypto': inProcess(() => nodeEncrypt(key, plaintext)),
      noble: inProcess(() => cbc(key, crypto.randomBytes(16)).encrypt(plaintext)),
    });
    encrypting.set(length, times);
    report(`Encrypting ${length} bytes (IV included)`, times);
    report(
      `Decrypting ${length} bytes`,
      await leastMeans(40, runs, {
        keywire: inProcess(() => decryptSecret(key, iv, ciphertext)),
        'node:crypto': inProcess(() => nodeDecrypt(key, iv, ciphertext)),
        noble: inProcess(() => cbc(key, iv).decrypt(ciphertext)),
      }),
    );
  }
  reportGoals(new Map([...sessions, ...constructed]), encrypting.get(32) ?? new Map());
}

/** The ratios that the package promises, each with what came out in this run. */
function reportGoals(
  sessions: ReadonlyMap<string, number>,
  encrypting: ReadonlyMap<string, number>,
): void {
  console.log('\nGoals');
  const goals: readonly [string, ReadonlyMap<string, number>, string, number][] = [
    [`open a session, of ${OPENSSL}`, sessions, OPENSSL, 2],
    [`open a session, of ${CONSTRUCTED}`, sessions, CONSTRUCTED, 1 / 25],
    [`open a session, of ${GCRYPT}`, sessions, GCRYPT, 1],
    ['encrypt 32 bytes, of node:crypto', encrypting, 'node:crypto', 1.5],
  ];
  for (const [what, times, peer, most] of goals) {
    const [ours = Number.NaN] = times.values();
    const theirs = times.get(peer);
    if (theirs === undefined) console.log(`  ${what.padEnd(66)} not measured`);
    else {
      const ratio = ours / theirs;
      const verdict = ratio <= most ? 'met' : 'MISSED';
      console.log(`  ${what.padEnd(66)} ${ratio.toFixed(3)}x, at most ${most}x: ${verdict}`);
    }
  }
}

/** libgcrypt's exchange in a process of its own, checked against ours; undefined where it is not. */
async function startGcrypt(): Promise<DriverProcess | undefined> {
  const driver = compileDriver('libgcrypt');
  if (typeof driver === 'string') {
    console.log(`libgcrypt is left out: ${driver}`);
    return undefined;
  }
  const gcrypt = await DriverProcess.start('libgcrypt', [driver.program]);
  console.log(gcrypt.version);
  const { privateKey, publicKey } = generateKeyPair();
  const theirs = await gcrypt.ask(`agree ${privateKey.toString(16)} 02`);
  if (BigInt(`0x${theirs}`) !== BigInt(`0x${Buffer.from(publicKey).toString('hex')}`)) {
    throw new Error('libgcrypt and keywire disagree about a public key');
  }
  return gcrypt;
}

/** Measures something that runs here. */
function inProcess(body: Case): Measure {
  return async (runs) => {
    const start = process.hrtime.bigint();
    for (let run = 0; run < runs; run += 1) await body();
    return Number(process.hrtime.bigint() - start);
  };
}

function nodeEncrypt(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = crypto.createCipheriv('aes-128-cbc', key, crypto.randomBytes(16));
  return Buffer.concat([cipher.update(plaintext), cipher.final()]);
}

function nodeDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = crypto.createDecipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** Microseconds of each case: the least of the slices' means, the slices taken in turn. */
async function leastMeans(
  slices: number,
  runs: number,
  cases: Readonly<Record<string, Measure>>,
): Promise<Map<string, number>> {
  const least = new Map<string, number>();
  for (let slice = 0; slice < slices; slice += 1) {
    for (const [name, measure] of Object.entries(cases)) {
      const mean = (await measure(runs)) / runs / 1000;
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, mean));
    }
  }
  return least;
}

function report(title: string, times: ReadonlyMap<string, number>): void {
  console.log(`\n${title}`);
  const [ours = 1] = times.values();
  for (const [name, time] of times) {
    const ratio = `ours is ${(ours / time).toFixed(2)}x`;
    console.log(`  ${name.padEnd(46)} ${time.toFixed(1).padStart(10)} µs  ${ratio}`);
  }
}

/** Each choice, as the body of a program that does the step once. */
const COLD_CHOICES: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'random: /dev/urandom': `import { closeSync, openSync, readSync } from 'node:fs';
    const fd = openSync('/dev/urandom', 'r');
    readSync(fd, new Uint8Array(32), 0, 32, null);
    closeSync(fd);`,
  'random: crypto.getRandomValues': 'globalThis.crypto.getRandomValues(new Uint8Array(32));',
  'random: node:crypto': `import { randomFillSync } from 'node:crypto';
    randomFillSync(new Uint8Array(32));`,
  'HKDF: noble': `import { hkdf } from '@noble/hashes/hkdf.js';
    import { sha256 } from '@noble/hashes/sha2.js';
    hkdf(sha256, new Uint8Array(128), undefined, undefined, 16);`,
  'HKDF: node:crypto, two HMACs': `import { createHmac } from 'node:crypto';
    createHmac('sha256', new Uint8Array(32)).update(new Uint8Array(128)).digest();
    createHmac('sha256', new Uint8Array(32)).update(Uint8Array.of(1)).digest();`,
  'AES: noble aes': `import { cbc } from '@noble/ciphers/aes.js';
    cbc(new Uint8Array(16), new Uint8Array(16)).encrypt(new Uint8Array(32));`,
  'AES: noble webcrypto': `import { cbc } from '@noble/ciphers/webcrypto.js';
    void cbc(new Uint8Array(16), new Uint8Array(16)).encrypt(new Uint8Array(32));`,
  'AES: node:crypto': `import { createCipheriv } from 'node:crypto';
    createCipheriv('aes-128-cbc', new Uint8Array(16), new Uint8Array(16))
      .update(new Uint8Array(32));`,
  'HKDF and AES: noble': `import { hkdf } from '@noble/hashes/hkdf.js';
    import { sha256 } from '@noble/hashes/sha2.js';
    import { cbc } from '@noble/ciphers/aes.js';
    const key = hkdf(sha256, new Uint8Array(128), undefined, undefined, 16);
    cbc(key, new Uint8Array(16)).encrypt(new Uint8Array(32));`,
  'HKDF and AES: node:crypto': `import { createCipheriv, createHmac } from 'node:crypto';
    createHmac('sha256', new Uint8Array(32)).update(new Uint8Array(128)).digest();
    createCipheriv('aes-128-cbc', new Uint8Array(16), new Uint8Array(16))
      .update(new Uint8Array(32));`,
  'node:crypto by import()': `void import('node:crypto').then(({ createHmac }) =>
      createHmac('sha256', new Uint8Array(32)).digest());`,
  'node:crypto by getBuiltinModule': `process.getBuiltinModule('node:crypto')
    .createHmac('sha256', new Uint8Array(32)).digest();`,
  'keywire: a key pair': `import { generateKeyPair } from '@keywire/crypto-session';
    generateKeyPair();`,
  'keywire: a session and a secret': `import * as session from '@keywire/crypto-session';
    const { privateKey, publicKey } = session.generateKeyPair();
    void session.encryptSecret(session.agreeKey(privateKey, publicKey).key, new Uint8Array(32));`,
};

const COLD_ROUNDS = 25;

/** Reports wall and CPU time in µs on exit, counted from before the first `require`. */
const COLD_BANNER = `const __wall = process.hrtime.bigint(), __cpu = process.cpuUsage();
process.on('exit', () => { const { user, system } = process.cpuUsage(__cpu);
  require('node:fs').writeSync(1, (process.hrtime.bigint() - __wall) / 1000n + ' ' + (user + system)); });`;

async function measureCold(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'keywire-cold-'));
  try {
    const programs = await Promise.all(
      Object.entries(COLD_CHOICES).map(async ([name, body], index) => ({
        name,
        file: await bundle(body, path.join(folder, `${index}.cjs`)),
        wall: [] as number[],
        cpu: [] as number[],
      })),
    );
    for (let round = 0; round < COLD_ROUNDS; round += 1) {
      for (const { name, file, wall, cpu } of programs) {
        const { status, stdout } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
        if (status !== 0) throw new Error(`${name}: exited with ${status}`);
        const [wallTime = Number.NaN, cpuTime = Number.NaN] = stdout.split(' ').map(Number);
        wall.push(wallTime);
        cpu.push(cpuTime);
      }
    }
    console.log(
      `\nFirst use in a fresh process, bundled as CommonJS (median of ${COLD_ROUNDS}, ms)`,
    );
    console.log(`  ${''.padEnd(34)}   wall    CPU`);
    for (const { name, wall, cpu } of programs) {
      console.log(`  ${name.padEnd(34)} ${milliseconds(wall)} ${milliseconds(cpu)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function bundle(body: string, outfile: string): Promise<string> {
  const entry = outfile.replace(/cjs$/u, 'mjs');
  writeFileSync(entry, body);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    conditions: ['@keywire/source'],
    nodePaths: [fileURLToPath(new URL('../../node_modules', import.meta.url))],
    banner: { js: COLD_BANNER },
    logLevel: 'error',
  });
  return outfile;
}

function milliseconds(microseconds: readonly number[]): string {
  const sorted = [...microseconds].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return (median / 1000).toFixed(2).padStart(6);
}

console.log(`Node ${process.versions.node}, ${os.cpus()[0]?.model ?? 'unknown CPU'}`);
if (process.argv.includes('--cold')) await measureCold();
else await measureWarm();
