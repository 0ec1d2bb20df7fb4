/** What a service makes of texts: fields of an entry, references, byte order marks, types. */
import { Variant } from '@keywire/dbus-wire';
import {
  count,
  itemProperties,
  type Note,
  type Place,
  type RawService,
  SERVICE,
} from './raw-service.ts';

export async function observeTexts(
  service: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const create = (
    label: string,
    attributes: Record<string, string>,
    text: string,
    type: string,
  ) => {
    const secret = [session, new Uint8Array(), new TextEncoder().encode(text), type];
    return service.storeWith(collection, itemProperties(label, attributes), secret, false);
  };
  const tell = (value: unknown): string => {
    if (!(value instanceof Map)) return '?';
    const pairs = [...value].filter(([name]) => name !== 'Uuid' && name !== 'xdg:schema').sort();
    return JSON.stringify(pairs);
  };
  const shown = async (path: string): Promise<string> =>
    [
      await service.property(path, 'Item', 'Label', String),
      await service.property(path, 'Item', 'Attributes', tell),
      await service.read(path, session),
    ].join(' ');
  const find = (wanted: Record<string, string>): Promise<string> =>
    service.outcome(SERVICE, 'Service', 'SearchItems', 'a{ss}', [wanted], count);
  const setAttributes = (path: string, attributes: Record<string, string>): Promise<string> =>
    service.set(path, 'Attributes', new Variant('a{ss}', attributes));
  const item = await create(
    'text',
    { t: '1', UserName: 'me' },
    '{TITLE} {S:t} {username} {x}',
    'text/html',
  );
  await note('a text with placeholders', shown(item));
  for (const attributes of [
    { Title: 'title' },
    { Notes: 'n' },
    { Uuid: 'x' },
    { Path: 'x' },
    { r: '{REF:P@T:x}' },
  ]) {
    const [name] = Object.keys(attributes);
    await note(`set ${name}`, setAttributes(item, attributes));
    await note(`set ${name} then`, shown(item));
  }
  await note('set Label, a reference', service.set(item, 'Label', new Variant('s', '{ref:p@t:x}')));
  const reference = [session, new Uint8Array(), new TextEncoder().encode('{REF:P@T:x}'), 'a/b'];
  await note(
    'SetSecret, a reference',
    service.outcome(item, 'Item', 'SetSecret', '(oayays)', [reference], () => 'done'),
  );
  const marked = await create('\ufeffmarked', { '\ufeffm': '\ufeff1' }, 'x', 'a/b');
  await note('marks in front of texts', shown(marked));
  await note('SearchItems for a mark', find({ '\ufeffm': '\ufeff1' }));
  await create('lines', { l: '1\n', long: 'a'.repeat(32_763) }, 'x', 'a/b');
  await note('SearchItems for what has a newline more', find({ l: '1' }));
  await note('SearchItems for much', find({ long: 'a'.repeat(32_763) }));
  await note('SearchItems for a field', find({ Path: '/lines' }));
  await note('SearchItems for the secret', find({ Password: 'x' }));
  for (const [name, label, attributes, text] of [
    ['label', '{REF:P@T:x}', { q: '1' }, 'x'],
    ['attribute', 'l', { q: '{REF:P@T:x}' }, 'x'],
    ['secret', 'l', { q: '1' }, '{REF:P@T:x}'],
    ['field', 'l', { Uuid: '1', q: '1' }, 'x'],
  ] as const) {
    const secret = [session, new Uint8Array(), new TextEncoder().encode(text), 'text/plain'];
    const body = [itemProperties(label, attributes), secret, false];
    await note(`CreateItem, a reference or field: ${name}`, service.creation(collection, body));
    await note(`what that leaves: ${name}`, shown(service.lastPath));
  }
}
