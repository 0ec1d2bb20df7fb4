/** Loads the vectors of keyring files that other programs wrote. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { KeyringItem } from '../../src/item.ts';

export interface KeyringVector {
  readonly source: string;
  readonly password?: string;
  readonly base64: string;
  readonly label?: string;
  readonly items: readonly {
    readonly id?: string;
    readonly label: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly secretHex: string;
    readonly contentType: string;
    readonly created: number;
    readonly modified: number;
  }[];
}

export function readVector(name: string): {
  readonly vector: KeyringVector;
  readonly bytes: Uint8Array<ArrayBuffer>;
} {
  const url = new URL(
    `../../../../test-fixtures/vectors/keyring-file/${name}.json`,
    import.meta.url,
  );
  const vector: KeyringVector = JSON.parse(readFileSync(url, 'utf8'));
  return { vector, bytes: new Uint8Array(Buffer.from(vector.base64, 'base64')) };
}

/** Compares opened items with a vector's, secrets included. */
export function assertItems(items: readonly KeyringItem[], vector: KeyringVector): void {
  assert.deepEqual(
    items.map(describeItem),
    vector.items.map(({ id: _id, ...item }) => item),
  );
}

export function describeItem(item: KeyringItem): Omit<KeyringVector['items'][number], 'id'> {
  return {
    label: item.label,
    attributes: Object.fromEntries(item.attributes),
    secretHex: Buffer.from(item.readSecret()).toString('hex'),
    contentType: item.contentType,
    created: item.created,
    modified: item.modified,
  };
}
