// Unlocking and creating a collection with a password, without a prompt: an interface that one
// family of daemons offers beside the specification. The password travels as a secret, so only over
// an encrypted session. Nothing here is done unless the caller asks for it by name.

import { Variant } from '@keywire/dbus-wire';
import { secretServiceError } from '../errors/errors.ts';
import { type CallSpec, tupleOf } from '../protocol/calls.ts';
import { COLLECTION_INTERFACE, SERVICE_PATH } from '../protocol/names.ts';
import { readChangedPath, type SecretStruct } from '../protocol/replies.ts';
import { TEXT_CONTENT_TYPE } from '../secrets/content-type.ts';
import { secretToStore } from '../secrets/sealing.ts';
import type { SecretInput } from '../secrets/secret.ts';
import type { Session } from '../secrets/session.ts';
import type { OperationOptions, ServiceContext } from './context.ts';

/** The interface; its name says what its authors think of it. */
const INTERNAL_INTERFACE = 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface';

/** Unlocks a collection with its password. */
export async function unlockWithPassword(
  context: ServiceContext,
  collectionPath: string,
  password: SecretInput,
  options: OperationOptions,
): Promise<void> {
  await withPassword(context, password, options, async (session, struct) => {
    const body = [collectionPath, tupleOf(struct)];
    const spec = internalCall('UnlockWithMasterPassword', 'o(oayays)', body);
    await context.change(spec, { signal: options.signal, origin: session.origin }, () => [
      collectionPath,
    ]);
  });
}

/** Creates a collection with a password; gives its path. */
export async function createWithPassword(
  context: ServiceContext,
  label: string,
  password: SecretInput,
  options: OperationOptions,
): Promise<string> {
  const properties = new Map([[`${COLLECTION_INTERFACE}.Label`, new Variant('s', label)]]);
  return withPassword(context, password, options, async (session, struct) => {
    const body = [properties, tupleOf(struct)];
    const spec = internalCall('CreateWithMasterPassword', 'a{sv}(oayays)', body);
    const callOptions = { signal: options.signal, origin: session.origin };
    const reply = await context.change(spec, callOptions, (made) => [
      readChangedPath(made, spec.member),
    ]);
    return readChangedPath(reply, spec.member);
  });
}

function internalCall(member: string, signature: string, body: readonly unknown[]): CallSpec {
  return {
    path: SERVICE_PATH,
    interface: INTERNAL_INTERFACE,
    member,
    signature,
    body,
    isWrite: true,
  };
}

async function withPassword<T>(
  context: ServiceContext,
  password: SecretInput,
  options: OperationOptions,
  operation: (session: Session, struct: SecretStruct) => Promise<T>,
): Promise<T> {
  const copy = secretToStore(password, TEXT_CONTENT_TYPE);
  try {
    return await context.sessions.use(async (session) => {
      // @rule secret/password-encrypted-only quirk#G14
      if (!session.info.encrypted) {
        throw secretServiceError('not-supported', 'password', {
          detail: 'expected an encrypted session, got a plain one: nothing was sent',
        });
      }
      return operation(session, await session.seal(copy.bytes, TEXT_CONTENT_TYPE));
    }, options.signal);
  } finally {
    copy.dispose();
  }
}
