import { type Algorithm, hash, type Options, verify } from '@node-rs/argon2';

/**
 * Argon2id with the first recommendation of the OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. A hash carries its parameters,
 * so raising these makes each password be hashed anew at its next sign-in.
 */
const parameters = {
  // `Algorithm.Argon2id`: a const enum of another package has no value at run time.
  algorithm: 2 as Algorithm,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} satisfies Options;

/** Hashing takes memory and a thread of the pool that files and DNS share: two at a time, and a short line before them. */
const atOnce = 2;
const longestLine = 50;

/** So many sign-ins at once that this one is not looked at. */
export class TooBusyError extends Error {
  override readonly name = 'TooBusyError';
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Is it the password? Takes the same time when there is no hash to compare with. `outdated`: right, but hashed with other parameters than
   * today's.
   */
  verify(stored: string | null, password: string): Promise<{ right: boolean; outdated: boolean }>;
}

export function createPasswords(options: Options = parameters): Passwords {
  const inLine = createLine(atOnce, longestLine);
  const hashOf = (password: string) => hash(normalised(password), options);
  /** A hash that nobody's password has, made when first needed. */
  let nobodys: Promise<string> | undefined;

  return {
    hash: (password) => inLine(() => hashOf(password)),
    verify: (stored, password) =>
      inLine(async () => {
        nobodys ??= hash('nobody', options);
        const matches = await verify(stored ?? (await nobodys), normalised(password)).catch(() => false);
        const right = matches && stored !== null;
        return { right, outdated: right && !isMadeWith(stored, options) };
      }),
  };
}

/** The same text typed on another keyboard is the same password (NIST SP 800-63B, 3.1.1.2). */
const normalised = (password: string): string => password.normalize('NFKC');

function isMadeWith(phc: string, { memoryCost, timeCost, parallelism }: Options): boolean {
  return phc.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
}

function createLine(width: number, longest: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= longest) throw new TooBusyError('too many sign-ins at once');
      // The place is handed over, so nobody can slip in between.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
