// An application that signs in once and stays signed in: tokens lie in the user's keyring, where other
// processes, and programs in Python, find them.
//
//   node app.mjs sign-in CODE | accounts | token [--refresh] | sign-out
//
// CODE is an authorization code, as the browser brings it back. With MOCK_AUTHORITY=1 it talks to the
// authority in mock-authority.mjs, which is what the tests do.
import path from 'node:path';
import process from 'node:process';
import { PublicClientApplication } from '@azure/msal-node';
import { createPersistence } from '@keywire/token-cache';
import { Environment, MsalPersistence, PersistenceCachePlugin } from '@keywire/token-cache/msal';

const SCOPES = ['user.read'];
const TENANT = 'organizations';

const folder =
  process.env['APP_FOLDER'] ?? path.join(Environment.getUserRootDirectory(), '.my-app');
const { persistence } = await createPersistence({ location: path.join(folder, 'tokens') }).catch(
  (error) => {
    console.error(`${error.message}\n${error.advice ?? ''}`);
    process.exit(5);
  },
);

const authority = `https://login.microsoftonline.com/${TENANT}`;
const mock =
  process.env['MOCK_AUTHORITY'] === '1'
    ? (await import('./mock-authority.mjs')).mock(authority)
    : undefined;

const application = new PublicClientApplication({
  auth: {
    clientId: process.env['APP_CLIENT_ID'] ?? '00000000-0000-0000-0000-000000000001',
    authority,
    ...mock?.auth,
  },
  cache: { cachePlugin: new PersistenceCachePlugin(new MsalPersistence(persistence)) },
  ...(mock === undefined ? {} : { system: mock.system }),
});

const [command, argument] = process.argv.slice(2);
const accounts = await application.getTokenCache().getAllAccounts();
switch (command) {
  case 'sign-in': {
    const result = await application.acquireTokenByCode({
      code: argument ?? '',
      scopes: SCOPES,
      redirectUri: 'http://localhost',
    });
    print({ signedIn: result.account?.username });
    break;
  }
  case 'accounts':
    print({ accounts: accounts.map((account) => account.username) });
    break;
  case 'token': {
    const [account] = accounts;
    if (account === undefined) throw new Error('nobody is signed in: node app.mjs sign-in CODE');
    const forceRefresh = argument === '--refresh';
    const result = await application.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh });
    print({ fromCache: result.fromCache, accessToken: result.accessToken });
    break;
  }
  case 'sign-out':
    for (const account of accounts) await application.getTokenCache().removeAccount(account);
    print({ signedOut: accounts.length });
    break;
  default:
    console.error('usage: node app.mjs sign-in CODE | accounts | token [--refresh] | sign-out');
    process.exitCode = 2;
}

function print(answer) {
  console.log(
    JSON.stringify({ ...answer, ...(mock === undefined ? {} : { requests: mock.requests() }) }),
  );
}
