/** What is answered to those who ask objects in other ways than clients of the API do. */
import { Variant } from '@keywire/dbus-wire';
import {
  count,
  itemProperties,
  type Note,
  type Place,
  type RawService,
  SERVICE,
} from './raw-service.ts';

export async function observeCalls(
  service: RawService,
  other: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const item = await service.store(collection, session, { calls: '1' }, 'x', false);
  const properties = 'org.freedesktop.DBus.Properties';
  const done = (): string => 'done';
  const ask = (path: string, member: string, signature: string, body: readonly unknown[]) =>
    service.outcome(path, properties, member, signature, body, done);
  for (const [name, path, owner] of [
    ['service', SERVICE, 'Item'],
    ['collection', collection, 'Service'],
    ['item', item, 'Collection'],
    ['session', session, 'Item'],
  ] as const) {
    for (const asked of [`org.freedesktop.Secret.${owner}`, 'org.example.Other', '']) {
      const step = `${asked || 'no interface'} of the ${name}`;
      await note(`Get, ${step}`, ask(path, 'Get', 'ss', [asked, 'Label']));
      if (asked !== '') await note(`GetAll, ${step}`, ask(path, 'GetAll', 's', [asked]));
    }
    await note(
      `a strange interface, ${name}`,
      service.outcome(path, 'org.example.Other', 'Nothing', '', [], done),
    );
    await note(`Get of one argument, ${name}`, ask(path, 'Get', 's', ['']));
    await note(`no such property method, ${name}`, ask(path, 'Nothing', '', []));
    await note(`Introspect, ${name}`, service.withoutInterface(path, 'Introspect', '', []));
    await note(
      `Nothing without an interface, ${name}`,
      service.withoutInterface(path, 'Nothing', '', []),
    );
  }
  const alias = service.withoutInterface(SERVICE, 'ReadAlias', 's', ['default']);
  await note('ReadAlias without an interface', alias);
  for (const name of ['login', 'session', 'nothing']) {
    await note(
      `ReadAlias ${name}`,
      service.outcome(SERVICE, 'Service', 'ReadAlias', 's', [name], ([path]) =>
        path === '/' ? 'none' : 'a collection',
      ),
    );
  }
  const gone = `${collection}/999999`;
  await note(
    'Unlock of an item that is not there',
    service.outcome(SERVICE, 'Service', 'Unlock', 'ao', [[gone]], ([open]) => count([open])),
  );
  const theirs = await other.plainSession();
  await note(
    "Close of another's session",
    service.outcome(theirs, 'Session', 'Close', '', [], done),
  );
  await note('set Label, a number', service.set(item, 'Label', new Variant('u', 5)));
  await note('set Type', service.set(item, 'Type', new Variant('s', 'org.example.T')));
  await note('Attributes after Type', service.names(item, 'Attributes'));
  const typed = {
    ...itemProperties('typed', { typed: '1' }),
    'org.freedesktop.Secret.Item.Type': new Variant('s', 'o.T'),
  };
  const secret = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  await note('CreateItem with a type', service.creation(collection, [typed, secret, false]));
}
