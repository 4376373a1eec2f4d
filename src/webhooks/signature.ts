import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A secret in the form of Standard Webhooks. */
export const newWebhookSecret = (random: (bytes: number) => Buffer = randomBytes): string =>
  prefix + random(32).toString('base64');

export interface Signed {
  /** Of the event: the same each time it is sent. */
  id: string;
  /** Seconds; of the attempt, so that a receiver may refuse what is old. */
  timestampS: number;
  body: string;
}

/** The headers of Standard Webhooks, with a signature of each secret: one of them is the receiver's. */
export function signedHeaders(secrets: readonly string[], { id, timestampS, body }: Signed): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestampS), 'webhook-signature': signatures.join(' ') };
}
