// Changing a label where the daemon would damage the secret by it: a new item is made, read back
// and compared, and only then the old one is deleted. The item's path changes by that.

import type { DaemonProfile } from '../daemon-profile.ts';
import { afterChange, secretServiceError } from '../errors/errors.ts';
import * as calls from '../protocol/calls.ts';
import { collectionPathOf } from '../protocol/names.ts';
import { sealFor } from '../secrets/sealing.ts';
import type { Secret } from '../secrets/secret.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { create, deleteObject } from './creation.ts';
import { readAttributes } from './properties.ts';
import { readItemSecret } from './reading.ts';

/**
 * Gives an item another label by replacing the item.
 *
 * @returns the new item's path
 * @throws {@link ProtocolError} with code `failed` when the copy does not read back as it was
 * written; the old item is left as it was.
 */
export async function relabelSafely(
  context: ServiceContext,
  profile: DaemonProfile,
  path: string,
  label: string,
  options: OperationOptions,
): Promise<string> {
  const secret = await readItemSecret(context, path, options);
  try {
    const attributes = await readAttributes(context.peer, path, { signal: options.signal });
    const copy = await context.sessions.use(async (session) => {
      const struct = await sealFor(session, secret, secret.contentType, profile);
      const call = calls.createItem(collectionPathOf(path), label, attributes, struct);
      return create(context, call, options, session.origin);
    }, options.signal);
    if (copy === undefined) throw copyError();
    return await afterChange('Item.Label', async () => {
      await verifyCopy(context, copy, secret, options);
      await deleteObject(context, path, 'item', options);
      return copy;
    });
  } finally {
    secret.dispose();
  }
}

/** Reads the copy back; one that differs is deleted, so that the old item stays the only one. */
async function verifyCopy(
  context: ServiceContext,
  copy: string,
  expected: Secret,
  options: OperationOptions,
): Promise<void> {
  const found = await readItemSecret(context, copy, options);
  // @rule secret/relabel-verified quirk#K2
  const isSame =
    found.bytes.length === expected.bytes.length &&
    found.bytes.every((byte, index) => byte === expected.bytes[index]);
  found.dispose();
  if (isSame) return;
  await deleteObject(context, copy, 'item', options);
  throw copyError();
}

function copyError(): Error {
  return secretServiceError('failed', 'Item.Label', {
    detail: 'expected the copy of the item to read back unchanged; the old item was kept',
  });
}
