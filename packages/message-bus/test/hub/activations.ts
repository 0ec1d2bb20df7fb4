import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type Activation, Activations } from '../../src/hub/activations.ts';
import type { DriverError } from '../../src/messages/driver-error.ts';

const NAME = 'org.example.Service';

interface World {
  readonly activations: Activations;
  readonly log: string[];
  readonly expire: () => void;
}

function world(start: () => Promise<void>): World {
  const log: string[] = [];
  let expired = (): void => {};
  const activation: Activation = {
    services: new Map([
      [
        NAME,
        () => {
          log.push('start');
          return start();
        },
      ],
    ]),
    startDeadline: (callback) => {
      expired = callback;
      return () => log.push('deadline cancelled');
    },
  };
  const activations = new Activations(activation, 3);
  return { activations, log, expire: () => expired() };
}

const waiter = (log: string[]) => ({
  owned: () => log.push('owned'),
  failed: (error: DriverError) => log.push(error.errorName),
});

test('a service is started once, however many wait for it', () => {
  const { activations, log } = world(() => Promise.resolve());
  activations.start(NAME, waiter(log));
  activations.start(NAME, waiter(log));
  activations.ready(NAME);
  activations.ready(NAME);
  assert.deepEqual(log, ['start', 'deadline cancelled', 'owned', 'owned']);
});

test('a service that throws at once has not started, as one that rejects', async () => {
  const { activations, log } = world(() => {
    throw new Error('no way');
  });
  activations.start(NAME, waiter(log));
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(log, ['start', 'deadline cancelled', 'org.freedesktop.DBus.Error.Failed']);
});

// @rule bus/start-wait-limit
test('no more calls than told wait for one start', () => {
  const { activations, log } = world(() => Promise.resolve());
  for (let count = 0; count < 4; count += 1) activations.start(NAME, waiter(log));
  assert.deepEqual(log, ['start', 'org.freedesktop.DBus.Error.LimitsExceeded']);
  activations.ready(NAME);
  assert.equal(log.filter((line) => line === 'owned').length, 3);
});

test('a start that fails, or takes too long, is told to all who wait', async () => {
  const failing = world(() => Promise.reject(new Error('no memory')));
  await new Promise<void>((resolve) => {
    failing.activations.start(NAME, {
      owned: () => {},
      failed: ({ errorName, message }) => {
        failing.log.push(errorName, message);
        resolve();
      },
    });
  });
  assert.deepEqual(failing.log, [
    'start',
    'deadline cancelled',
    'org.freedesktop.DBus.Error.Failed',
    `${NAME}: could not be started: no memory`,
  ]);
  const late = world(() => Promise.resolve());
  late.activations.start(NAME, waiter(late.log));
  late.expire();
  assert.deepEqual(late.log, [
    'start',
    'deadline cancelled',
    'org.freedesktop.DBus.Error.TimedOut',
  ]);
});

test('an unknown name cannot be started', () => {
  const { activations, log } = world(() => Promise.resolve());
  assert.equal(activations.has('org.example.Other'), false);
  activations.start('org.example.Other', waiter(log));
  assert.deepEqual(log, ['org.freedesktop.DBus.Error.ServiceUnknown']);
  assert.deepEqual(activations.names(), [NAME]);
});
