// An authority without a network: answers what MSAL asks for when it redeems a code or refreshes a
// token, and counts the questions. A refresh token names its own number and is followed by the next.
import { Buffer } from 'node:buffer';

const TENANT_ID = '00000000-0000-0000-0000-0000000000aa';
const USER_ID = '00000000-0000-0000-0000-0000000000bb';

/** What to put into the configuration of an application. */
export function mock(authority) {
  let requests = 0;
  return {
    auth: {
      // What MSAL would ask the authority about itself.
      authorityMetadata: JSON.stringify({
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        issuer: `${authority}/v2.0`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      }),
      cloudDiscoveryMetadata: JSON.stringify({
        tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
        metadata: [],
      }),
    },
    system: {
      networkClient: {
        sendGetRequestAsync: async (url) => {
          requests += 1;
          throw new Error(`expected no GET, got ${url}`);
        },
        sendPostRequestAsync: async (_url, options) => {
          requests += 1;
          return { status: 200, headers: {}, body: grant(new URLSearchParams(options?.body)) };
        },
      },
    },
    requests: () => requests,
  };
}

/** The answer to a token request, for a public client or a confidential one. */
export function grant(request) {
  const spent = Number(/\d+$/u.exec(request.get('refresh_token') ?? '')?.[0] ?? 0);
  const next = spent + 1;
  const access = { access_token: `access ${next}`, token_type: 'Bearer', expires_in: 3600 };
  if (request.get('grant_type') === 'client_credentials') return access;
  return {
    ...access,
    scope: request.get('scope'),
    refresh_token: `refresh ${next}`,
    id_token: idToken(request.get('client_id')),
    client_info: base64url({ uid: USER_ID, utid: TENANT_ID }),
  };
}

function idToken(clientId) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: clientId,
    iss: `https://login.microsoftonline.com/${TENANT_ID}/v2.0`,
    iat: now,
    exp: now + 3600,
    oid: USER_ID,
    sub: USER_ID,
    tid: TENANT_ID,
    name: 'Example User',
    preferred_username: 'user@example.org',
    ver: '2.0',
  };
  return `${base64url({ alg: 'none' })}.${base64url(claims)}.`;
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
