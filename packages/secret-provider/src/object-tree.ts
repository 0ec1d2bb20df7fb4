/** The objects of the bus: which lies at which path, and what it answers. */
import type { Message, ReplyValues } from '@keywire/dbus-wire';
import { collectionObject } from './collection-object.ts';
import { introspectBranch } from './introspect.ts';
import { itemObject } from './item-object.ts';
import {
  ALIAS_PREFIX,
  COLLECTION_PREFIX,
  INTROSPECTABLE_INTERFACE,
  SERVICE_PATH,
} from './names.ts';
import { promptObject } from './prompt-object.ts';
import { Refusal } from './refusal.ts';
import { serve } from './serve.ts';
import type { Service } from './service.ts';
import { serviceObject } from './service-object.ts';
import { sessionObject } from './session-object.ts';
import type { ServedObject } from './types/served-object.ts';

/** Answers a call to a path; rejects with {@link Refusal}. */
export async function answerAt(service: Service, call: Message): Promise<ReplyValues> {
  const path = call.path ?? '';
  const object = objectAt(service, path);
  if (object !== undefined) return serve(object, call, service.profile);
  const branches = branchesAt(service, path);
  if (branches !== undefined && call.interface === INTROSPECTABLE_INTERFACE) {
    return { signature: 's', body: [introspectBranch(branches)] };
  }
  // @rule provider/no-such-object secret#org.freedesktop.Secret.Error
  throw new Refusal('unknown-path', `Object does not exist at path "${path}"`);
}

export function objectAt(service: Service, path: string): ServedObject | undefined {
  if (path === SERVICE_PATH) return serviceObject(service);
  const located = service.locate(path);
  if (located?.item !== undefined) return itemObject(service, located.collection, located.item);
  if (located !== undefined) {
    const object = collectionObject(service, located.collection);
    // Items lie below the collection's own path only.
    return path.startsWith(ALIAS_PREFIX) ? { ...object, children: [] } : object;
  }
  if (service.sessions.has(path)) return sessionObject(service.sessions, path);
  if (service.prompts.has(path)) return promptObject(service.prompts, path);
  return undefined;
}

/** What lies below a path that is only on the way to objects. */
function branchesAt({ store }: Service, path: string): readonly string[] | undefined {
  const prefix = path === '/' ? '/' : `${path}/`;
  if (SERVICE_PATH.startsWith(prefix)) return SERVICE_PATH.slice(prefix.length).split('/', 1);
  if (`${path}/` === COLLECTION_PREFIX) return store.collections().map(({ id }) => id);
  if (`${path}/` === ALIAS_PREFIX) return [...store.aliases().keys()];
  return undefined;
}
