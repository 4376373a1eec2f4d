import { createHash, randomBytes } from 'node:crypto';

export type Random = (bytes: number) => Buffer;

const form = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits for a cookie or an invitation. Only the hash is stored; there is nothing to guess, so it is a fast one. */
export function newToken(random: Random = randomBytes): { token: string; hash: string } {
  const token = random(32).toString('base64url');
  return { token, hash: hashToken(token) };
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Null: it cannot be one of ours. */
export const hashOfToken = (token: string): string | null => (form.test(token) ? hashToken(token) : null);

/** A public name such as `u3f09…` or `s81ce…`: 48 random bits. */
export const newId = (letter: string, random: Random = randomBytes): string => `${letter}${random(6).toString('hex')}`;
