import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A broker secret when it is made. `secret` is shown once and never stored. */
export interface NewSecret {
  secret: string;
  /** SHA-256, hex. Enough for 256 random bits: there is nothing to guess. */
  hash: string;
  /** The part after `user:` of a line of Mosquitto's password file. */
  passwordEntry: string;
}

export function newSecret(random: (bytes: number) => Buffer = randomBytes): NewSecret {
  const secret = random(32).toString('base64url');
  return { secret, hash: hashSecret(secret), passwordEntry: mosquittoPasswordEntry(secret, random(12)) };
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in constant time; an unknown hash never matches. */
export function secretMatches(secret: string, hash: string | null): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex');
  const expected = Buffer.from(hash ?? '', 'hex');
  return expected.length === given.length && timingSafeEqual(given, expected);
}

/** `$7$iterations$salt$hash`, PBKDF2 with SHA-512 and 101 rounds, as `mosquitto_passwd` of Mosquitto 2.0 writes it. */
export function mosquittoPasswordEntry(secret: string, salt: Buffer): string {
  const rounds = 101;
  const hash = pbkdf2Sync(secret, salt, rounds, 64, 'sha512');
  return `$7$${rounds}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
