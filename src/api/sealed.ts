import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { ApiEnv } from './context.ts';
import { ApiError } from './problem.ts';

/**
 * A secret inside a stored answer. It is shown once and kept nowhere, but a retry with the same `Idempotency-Key` must be shown it again: it is
 * stored encrypted under what only the caller has, its credential and the key of the request. Null: there is no key, so nothing is stored.
 */
export function seal(c: Context<ApiEnv>, secret: string): string | null {
  const salt = randomBytes(16);
  const key = keyOf(c, salt);
  if (key === null) return null;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), text]).toString('base64url');
}

/** @throws when the caller has another credential now: then the secret cannot be shown again, and has to be made anew. */
export function unseal(c: Context<ApiEnv>, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const key = keyOf(c, bytes.subarray(0, 16));
  try {
    if (key === null) throw new Error('no key');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(16, 28));
    decipher.setAuthTag(bytes.subarray(28, 44));
    return Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new ApiError('forbidden', 'The secret was shown to another credential and cannot be shown again.', {
      cause: error,
    });
  }
}

function keyOf(c: Context<ApiEnv>, salt: Buffer): Buffer | null {
  const request = c.req.header('idempotency-key');
  const credential = c.req.header('authorization') ?? c.req.header('cookie');
  if (request === undefined || credential === undefined) return null;
  // Both spellings of a key are one key.
  const plain = request.startsWith('"') ? request.slice(1, -1) : request;
  return Buffer.from(hkdfSync('sha256', credential, salt, `pitlane sealed answer ${plain}`, 32));
}
