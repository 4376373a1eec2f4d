import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestAccount {
  email?: string;
  email_verified?: boolean;
}

export const client = { id: 'pitlane', secret: 'a secret of the client that is long' };

/** A real OpenID provider on loopback, in which whoever says a name is that account. */
export async function startProvider(accounts: Record<string, TestAccount>, redirectUrl: string) {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUrl],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) }),
    cookies: { keys: ['only for this test'] },
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());

  return {
    issuer,
    /** Plays the person in the browser: from the URL of the provider back to our redirect URL, with its query. */
    async consent(from: URL | string, account: string): Promise<URL> {
      const cookies = new Map<string, string>();
      let url = new URL(from);
      let form: Record<string, string> | undefined;
      for (let hop = 0; hop < 12; hop++) {
        const answer = await fetch(url, {
          redirect: 'manual',
          method: form ? 'POST' : 'GET',
          headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(form ? { body: new URLSearchParams(form) } : {}),
        });
        for (const set of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          if (value === '') cookies.delete(name);
          else cookies.set(name, value);
        }
        const text = await answer.text();
        const next = answer.headers.get('location');
        if (next !== null) {
          url = new URL(next, url);
          form = undefined;
          if (url.href.startsWith(redirectUrl)) return url;
        } else if (text.includes('name="login"')) form = { prompt: 'login', login: account, password: 'x' };
        else if (text.includes('value="consent"')) form = { prompt: 'consent' };
        else throw new Error(`the provider answered ${answer.status}: ${text.slice(0, 300)}`);
      }
      throw new Error('the provider goes on and on');
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
