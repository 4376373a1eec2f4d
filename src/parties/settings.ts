import type { Config } from '../platform/config.ts';
import type { PartySettings } from './party-desk.ts';

/** What the environment says of sessions and sign-in. */
export function partySettings(config: Config): Partial<PartySettings> {
  const { oidcIssuer, oidcClientId, oidcRedirectUrl } = config;
  const complete = oidcIssuer !== undefined && oidcClientId !== undefined && oidcRedirectUrl !== undefined;
  return {
    times: { idleMs: config.sessionIdleMinutes * 60_000, maxMs: config.sessionMaxHours * 3_600_000 },
    secureCookies: config.sessionCookie === 'secure',
    trustedProxies: config.trustedProxies,
    oidc: complete
      ? {
          issuer: oidcIssuer,
          clientId: oidcClientId,
          clientSecret: config.oidcClientSecret,
          redirectUrl: oidcRedirectUrl,
          algorithm: config.oidcSigningAlg,
        }
      : null,
  };
}
