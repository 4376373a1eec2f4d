import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { ApiError } from '../api/problem.ts';
import { isLoopback } from '../platform/config.ts';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  clientSecret: string | undefined;
  /** Where the provider sends the browser back: this service's `/auth/oidc/callback` as the browser sees it. */
  redirectUrl: string;
  /** The one algorithm that ID tokens may be signed with. */
  algorithm: string;
}

/** What must come back unchanged. */
export interface Checks {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Whom the provider says it is. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Null unless the provider has verified it. */
  verifiedEmail: string | null;
}

export interface OpenId {
  /** Where to send the browser. */
  authorizationUrl(): Promise<Checks & { url: URL }>;
  /** `query` is what the provider added to the redirect URL. */
  finish(query: string, checks: Checks): Promise<Identity>;
}

const timeoutS = 5;

/** Authorization code with PKCE. State, nonce, issuer, audience, times and signature are checked by openid-client. */
export function createOpenId({ issuer, clientId, clientSecret, redirectUrl, algorithm }: OidcSettings): OpenId {
  let discovered: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    discovered ??= discovery(
      new URL(issuer),
      clientId,
      {
        ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
        id_token_signed_response_alg: algorithm,
      },
      undefined,
      {
        timeout: timeoutS,
        // A token that comes straight from the provider need not be verified; this one is all the same.
        execute: [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])],
      },
    ).catch((error) => {
      discovered = undefined;
      throw new ApiError('unavailable', 'The OpenID provider is out of reach.', {
        cause: error,
        headers: { 'Retry-After': '5' },
      });
    });
    return discovered;
  };

  return {
    async authorizationUrl() {
      const config = await configuration();
      const checks = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: 'openid email profile',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { ...checks, url };
    },
    async finish(query, { state, nonce, codeVerifier }) {
      const config = await configuration();
      try {
        const url = new URL(redirectUrl);
        url.search = query;
        const tokens = await authorizationCodeGrant(config, url, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('no claims');
        const { email, email_verified: verified } =
          claims.email === undefined ? await fetchUserInfo(config, tokens.access_token, claims.sub) : claims;
        const address = verified === true && typeof email === 'string' ? email.trim().toLowerCase() : null;
        return { issuer: claims.iss, subject: claims.sub, verifiedEmail: address };
      } catch (error) {
        throw new ApiError('oidc-refused', undefined, { cause: error });
      }
    },
  };
}
