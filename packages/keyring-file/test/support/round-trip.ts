/** Any items through any number of changes: what is read back is what a plain list would hold. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KeyringItemInit } from '../../src/item.ts';
import type { KeyringEdit, WritableKeyring } from '../../src/types/opened-keyring.ts';
import { RUNS } from './fuzz.ts';
import { seededBytes } from './memory-io.ts';

const anyText = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => text.replaceAll('\0', ''));
const anyItem: fc.Arbitrary<KeyringItemInit> = fc.record({
  label: anyText,
  attributes: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
  secret: fc.uint8Array({ maxLength: 300 }),
  contentType: fc.constantFrom('text/plain', 'application/octet-stream', ''),
  created: fc.nat(),
  modified: fc.nat(),
});
const anyEdits = fc.array(
  fc.record({ item: anyItem, isReplacing: fc.boolean(), deletes: fc.boolean() }),
  { maxLength: 8 },
);

export async function roundTripItems(
  create: () => Promise<WritableKeyring>,
  open: (bytes: Uint8Array) => Promise<WritableKeyring>,
): Promise<void> {
  const sources = { nowSeconds: 1, randomBytes: seededBytes('round-trip') };
  await fc.assert(
    fc.asyncProperty(anyEdits, async (steps) => {
      let keyring = await create();
      let model: string[] = [];
      for (const { item, isReplacing, deletes } of steps) {
        const edit: KeyringEdit = { kind: 'put', item, isReplacing };
        const edited = keyring.edit([edit], sources);
        const same = model.filter((known) => attributesIn(known) === attributesIn(describe(item)));
        if (isReplacing && same.length > 0) {
          const at = model.indexOf(same[0] ?? '');
          model[at] = describe(item);
          model = model.filter((known, index) => index === at || !same.includes(known));
        } else {
          model.push(describe(item));
        }
        keyring = edited.keyring;
        if (deletes) {
          const at = model.length - 1;
          keyring = keyring.edit(
            [{ kind: 'delete', id: keyring.items[at]?.id ?? '' }],
            sources,
          ).keyring;
          model.splice(at, 1);
        }
        keyring = await open(keyring.encode());
      }
      assert.deepEqual(
        keyring.items.map((item) => describe({ ...item, secret: item.readSecret() })),
        model,
      );
    }),
    { numRuns: Math.max(20, Math.floor(RUNS / 10)) },
  );
}

function describe(item: KeyringItemInit): string {
  const attributes =
    item.attributes instanceof Map ? [...item.attributes] : Object.entries(item.attributes ?? {});
  const sorted = attributes.map((pair) => JSON.stringify(pair)).sort();
  const { label, contentType, created, modified } = item;
  const secret = Buffer.from(item.secret).toString('hex');
  return JSON.stringify([sorted, label, contentType, created, modified, secret]);
}

function attributesIn(description: string): string {
  return JSON.stringify(JSON.parse(description)[0]);
}
