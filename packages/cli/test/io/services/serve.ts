import assert from 'node:assert/strict';
import process from 'node:process';
import { type Connection, connect } from '@keywire/dbus-wire';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { startHostileServer } from '../../../../../test-fixtures/src/hostile/raw-server.ts';
import { serve } from '../../../src/io/services/serve.ts';
import type { EndSignal } from '../../../src/io/signals.ts';
import { FakeEnd } from '../../support/fake-end.ts';
import { onSessionBus } from '../../support/session-bus.ts';

const PLAN = {
  bus: 'private',
  seed: undefined,
  prompter: 'accept',
  isPrompterChosen: false,
  profile: undefined,
} as const;

// @rule cli/no-inspector
test('serve: lasts until a signal, and listens to SIGUSR1 for that long', async () => {
  let taker: ((name: EndSignal) => void) | undefined;
  const before = process.listenerCount('SIGUSR1');
  let address = '';
  const end = await serve(
    PLAN,
    async ({ busAddress = '' }) => {
      address = busAddress;
      assert.equal(process.listenerCount('SIGUSR1'), before + 1);
      const client = await connect({ address });
      await client.close();
      taker?.('SIGTERM');
    },
    {
      signal: new AbortController().signal,
      exitCode: () => undefined,
      handOver(next) {
        taker = next;
        return () => {
          taker = undefined;
        };
      },
    },
  );
  assert.equal(end, 'stopped');
  assert.equal(taker, undefined);
  assert.equal(process.listenerCount('SIGUSR1'), before);
  await assert.rejects(connect({ address }), { code: 'connect-failed' });
});

test('serve: a provider that vanishes as its seed says is lost', async () => {
  const seed = {
    collections: [{ id: 'a', label: 'A', locked: true, prompt: 'vanish', items: [] }],
  };
  let client: Connection | undefined;
  const end = await serve(
    { ...PLAN, seed },
    async ({ busAddress = '' }) => {
      // It stays: a prompt whose client has left is dropped, and answered by no script.
      client = await connect({ address: busAddress });
      const destination = 'org.freedesktop.secrets';
      const { body } = await client.call({
        destination,
        path: '/org/freedesktop/secrets',
        interface: 'org.freedesktop.Secret.Service',
        member: 'Unlock',
        signature: 'ao',
        body: [['/org/freedesktop/secrets/collection/a']],
      });
      const prompt = client.call({
        destination,
        path: String(body[1]),
        interface: 'org.freedesktop.Secret.Prompt',
        member: 'Prompt',
        signature: 's',
        body: [''],
      });
      // Whether its reply still comes is not what this is about.
      await prompt.catch(() => {});
    },
    {
      signal: new AbortController().signal,
      exitCode: () => undefined,
      handOver: () => () => {},
    },
  );
  assert.equal(end, 'lost');
  await client?.close();
});

// @rule cli/start-can-be-ended
test('serve: a signal ends the wait for a bus that never answers', async () => {
  const end = new FakeEnd();
  const listeners = process.listenerCount('SIGUSR1');
  await using bus = await startHostileServer(async (connection) => {
    await connection.heard('AUTH EXTERNAL');
    end.taker?.('SIGTERM');
  });
  const ready = async (): Promise<void> => assert.fail('nothing is ready');
  await onSessionBus(bus.address, async () => {
    assert.equal(await serve({ ...PLAN, bus: 'existing' }, ready, end), 'stopped');
  });
  assert.equal(end.taker, undefined);
  assert.equal(process.listenerCount('SIGUSR1'), listeners);
});

test('serve: a start that fails by itself is told', async () => {
  await onSessionBus('unix:path=/proc/none', async () => {
    await assert.rejects(
      serve({ ...PLAN, bus: 'existing' }, async () => {}, new FakeEnd()),
      {
        code: 'connect-failed',
      },
    );
  });
});
