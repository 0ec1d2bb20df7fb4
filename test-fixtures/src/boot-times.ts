/**
 * Prints how long each fixture takes to boot and to be cleared away:
 *
 *     node --import ./scripts/ts-register.mjs test-fixtures/src/boot-times.ts [ROUNDS]
 */
import process from 'node:process';
import { bootBus, bootGnomeKeyring, bootKeePassXC, bootKWallet } from './index.ts';

const seed = [{ label: 'Seeded', attributes: { app: 'demo' }, secret: 'hunter2' }];

const FIXTURES: Readonly<Record<string, () => Promise<AsyncDisposable>>> = {
  'dbus-daemon': () => bootBus(),
  'dbus-broker': () => bootBus({ implementation: 'dbus-broker' }),
  'gnome-keyring unlocked': () => bootGnomeKeyring(),
  'gnome-keyring unlocked, seeded': () => bootGnomeKeyring({ seed }),
  'gnome-keyring locked, prompter': () => bootGnomeKeyring({ state: 'locked', prompter: 'accept' }),
  'gnome-keyring cold, prompter': () => bootGnomeKeyring({ state: 'cold', prompter: 'accept' }),
  'gnome-keyring none': () => bootGnomeKeyring({ state: 'none' }),
  'KWallet unlocked': () => bootKWallet(),
  'KWallet unlocked, seeded': () => bootKWallet({ seed }),
  'KWallet logged-in': () => bootKWallet({ state: 'logged-in' }),
  'KWallet locked': () => bootKWallet({ state: 'locked' }),
  'KWallet cold': () => bootKWallet({ state: 'cold' }),
  'KeePassXC unlocked': () => bootKeePassXC(),
  'KeePassXC locked': () => bootKeePassXC({ state: 'locked' }),
  'KeePassXC not-exposed': () => bootKeePassXC({ state: 'not-exposed' }),
};

const rounds = Number(process.argv[2] ?? 5);
console.log(`median of ${rounds}, ms            boot   end`);
for (const [name, boot] of Object.entries(FIXTURES)) {
  const booting: number[] = [];
  const ending: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const fixture = await boot();
    const booted = performance.now();
    await fixture[Symbol.asyncDispose]();
    booting.push(booted - began);
    ending.push(performance.now() - booted);
  }
  console.log(`${name.padEnd(32)} ${format(booting)} ${format(ending)}`);
}

function format(times: number[]): string {
  const sorted = times.sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0).padStart(5);
}
