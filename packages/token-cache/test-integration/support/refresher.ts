/**
 * One of many processes that use one token: for each message `{ nowMs }` it gets the token as of that
 * time, refreshing it from the server if need be, and answers with it. Arguments: file, server, and
 * `keyring` for a store in the keyring, with the file as its signal.
 */
import process from 'node:process';
import {
  FilePersistence,
  type NewToken,
  SecretServicePersistence,
  TokenStore,
} from '../../src/index.ts';

const [file = '', server = '', place] = process.argv.slice(2);
let nowMs = 0;
const store = new TokenStore({
  persistence:
    place === 'keyring'
      ? new SecretServicePersistence({ location: file })
      : new FilePersistence(file),
  clock: { moment: () => ({ nowMs }) },
});

async function request(path: string): Promise<NewToken> {
  const response = await fetch(`${server}${path}&pid=${process.pid}`);
  if (!response.ok) throw new Error(await response.text());
  const token: NewToken = JSON.parse(await response.text());
  return token;
}

process.on('message', async (message: { readonly nowMs: number }) => {
  nowMs = message.nowMs;
  try {
    const { accessToken } = await store.get('shared', {
      refresh: ({ current }) =>
        request(`/refresh?token=${encodeURIComponent(current?.refreshToken ?? '')}`),
      recover: () => request('/login?'),
      minValidityMs: 1000,
    });
    process.send?.({ accessToken });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
