// A service that signs in with a secret through @azure/identity and keeps its tokens with Keywire: the
// second run asks nobody. Each cache name has an item of its own.
//
//   node identity.mjs CACHE-NAME
//
// With MOCK_AUTHORITY=1 it talks to the authority in mock-authority.mjs.
import process from 'node:process';
import { ClientSecretCredential, useIdentityPlugin } from '@azure/identity';
import { createIdentityPlugin } from '@keywire/token-cache/identity';

const folder = process.env['APP_FOLDER'];
useIdentityPlugin(createIdentityPlugin(folder === undefined ? {} : { folder }));

const [name] = process.argv.slice(2);
let requests = 0;
const mocked =
  process.env['MOCK_AUTHORITY'] === '1'
    ? { httpClient: { sendRequest: answer }, disableInstanceDiscovery: true }
    : {};

const credential = new ClientSecretCredential(
  process.env['AZURE_TENANT_ID'] ?? '00000000-0000-0000-0000-0000000000aa',
  process.env['AZURE_CLIENT_ID'] ?? '00000000-0000-0000-0000-000000000001',
  process.env['AZURE_CLIENT_SECRET'] ?? 'secret of the mock',
  { ...mocked, tokenCachePersistenceOptions: { enabled: true, name } },
);
const { token } = await credential.getToken('https://example.org/.default');
console.log(JSON.stringify({ token, requests }));

async function answer(request) {
  requests += 1;
  const authority = new URL(request.url).origin;
  const tenant = new URL(request.url).pathname.split('/')[1];
  const { grant } = await import('./mock-authority.mjs');
  const body = request.url.includes('/.well-known/')
    ? {
        authorization_endpoint: `${authority}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/${tenant}/oauth2/v2.0/token`,
        issuer: `${authority}/${tenant}/v2.0`,
      }
    : grant(new URLSearchParams(request.body));
  return {
    request,
    status: 200,
    headers: request.headers,
    bodyAsText: JSON.stringify(body),
  };
}
