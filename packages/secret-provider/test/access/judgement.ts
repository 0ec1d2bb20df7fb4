import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { AccessTarget } from '../../src/access/gate.ts';
import { Judgement } from '../../src/access/judgement.ts';

/** A request about one item, and everything that is judged and changed, in order. */
function scene(label: string, whenJudged: (judged: string) => void = () => {}) {
  const log: string[] = [];
  const target = { collection: { label: 'C' }, item: { label, attributes: new Map([['a', '1']]) } };
  const judgement = new Judgement(
    {
      authorize: async (kind, caller, { item }: AccessTarget) => {
        log.push(`${caller} ${kind} ${item?.label}`);
        if (item?.label === 'forbidden') throw new Error('refused');
        whenJudged(item?.label ?? '');
        return false;
      },
      change: async (run) => await run(),
    },
    'write',
    ':1.1',
    () => [target],
  );
  return { log, target, judgement };
}

test('what was judged is changed at once, and judged once', async () => {
  const { log, judgement } = scene('mine');
  assert.equal(judgement.isCurrent(), false);
  await judgement.judge();
  assert.equal(judgement.isCurrent(), true);
  assert.equal(await judgement.change(async () => log.push('changed')), 2);
  assert.deepEqual(log, [':1.1 write mine', 'changed']);
});

// @rule provider/policy-sees-what-is-changed
test('what has become another meanwhile is judged before it is changed', async () => {
  for (const [other, end] of [
    ['also mine', 'changed'],
    ['forbidden', undefined],
  ] as const) {
    const here = scene('mine', (judged) => {
      if (judged === 'mine') here.target.item.label = other;
    });
    const change = here.judgement.change(async () => here.log.push('changed'));
    if (end === undefined) await assert.rejects(change, /refused/u);
    else await change;
    const seen = [':1.1 write mine', `:1.1 write ${other}`];
    assert.deepEqual(here.log, end === undefined ? seen : [...seen, end]);
  }
});

test('attributes count, their order does not', async () => {
  const { target, judgement } = scene('mine');
  target.item.attributes.set('b', '2');
  await judgement.judge();
  target.item.attributes = new Map([...target.item.attributes].reverse());
  assert.equal(judgement.isCurrent(), true);
  target.item.attributes.set('b', '3');
  assert.equal(judgement.isCurrent(), false);
});

test('who agreed to the whole has agreed to its parts, whoever was not asked has not', async () => {
  for (const isAgreed of [true, false]) {
    const admitted: (boolean | undefined)[] = [];
    const judgement = new Judgement(
      {
        authorize: async (_kind, _caller, { isAdmitted }) => {
          admitted.push(isAdmitted);
          return admitted.length === 1 && isAgreed;
        },
        change: async (run) => await run(),
      },
      'delete',
      ':1.1',
      () =>
        ['', 'one', 'two'].map((label) => ({
          collection: { label: 'C' },
          ...(label === '' ? {} : { item: { label }, isPart: true }),
        })),
    );
    await judgement.judge();
    assert.deepEqual(admitted, [false, isAgreed, isAgreed]);
  }
});
