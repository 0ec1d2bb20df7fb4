/** The objects of the bus: which lies at which path, and what it answers. */
import type { Message, ReplyValues } from '@keywire/dbus-wire';
import { introspectBranch } from '../api/introspect.ts';
import {
  ALIAS_PREFIX,
  COLLECTION_PREFIX,
  INTROSPECTABLE_INTERFACE,
  PROPERTIES_INTERFACE,
  SERVICE_PATH,
} from '../api/names.ts';
import { isLocked, Refusal } from '../api/refusal.ts';
import { serve } from '../api/serve.ts';
import type { Service } from '../service/service.ts';
import type { ServedObject } from '../types/served-object.ts';
import { collectionObject } from './collection.ts';
import { itemObject } from './item.ts';
import { promptObject } from './prompt.ts';
import { serviceObject } from './service.ts';
import { sessionObject } from './session.ts';

/** Answers a call to a path; rejects with {@link Refusal}. */
export async function answerAt(service: Service, call: Message): Promise<ReplyValues> {
  const path = call.path ?? '';
  const object = objectAt(service, path);
  if (object !== undefined && !isUntold(service, call)) {
    return serve(object, call, service.profile);
  }
  const branches = branchesAt(service, path);
  if (branches !== undefined && isIntrospection(call)) {
    return { signature: 's', body: [introspectBranch(branches)] };
  }
  if (service.lockedAbove(path) !== undefined) throw isLocked();
  // @rule provider/no-such-object secret#org.freedesktop.Secret.Error
  throw new Refusal('unknown-path', `Object does not exist at path "${path}"`);
}

function isIntrospection(call: Message): boolean {
  const isOwn = call.interface === INTROSPECTABLE_INTERFACE && call.member === 'Introspect';
  return isOwn && call.signature === '';
}

/** Who asks what lies at the path of another's session or prompt hears that nothing does. */
// @rule provider/foreign-objects-untold keywire#provider-limits
function isUntold({ sessions, prompts }: Service, call: Message): boolean {
  const { interface: asked, sender = '', path = '' } = call;
  const isLooking = asked === INTROSPECTABLE_INTERFACE || asked === PROPERTIES_INTERFACE;
  return isLooking && (sessions.isForeign(sender, path) || prompts.isForeign(sender, path));
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
