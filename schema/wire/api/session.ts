import { z } from 'zod';
import { safeText, stationId } from '../ids.ts';
import { organisationId, organisationKind, role } from './access.ts';
import { orNull, utcInstant } from './common.ts';

export const language = z.enum(['zh', 'en']);

/** As written; one address in any case is one person. */
export const email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email('must be an e-mail address'))
  .transform((text) => text.toLowerCase())
  .meta({ examples: ['li.na@example.com'] });

/** A password somebody chooses. Long is what counts (NIST SP 800-63B-4, 3.1.1.2). */
export const newPassword = safeText(256)
  .min(15, 'must have at least 15 characters')
  .meta({ description: '15 to 256 characters, of any kind.', examples: ['four words are easy to keep'] });

export const signInBody = z
  .strictObject({
    email,
    password: safeText(256)
      .min(1)
      .meta({ examples: ['four words are easy to keep'] }),
  })
  .meta({
    id: 'SignIn',
    examples: [{ email: 'li.na@example.com', password: 'four words are easy to keep' }],
  });

export const passwordBody = z.strictObject({ current: safeText(256).min(1), next: newPassword }).meta({
  id: 'PasswordChange',
  examples: [{ current: 'four words are easy to keep', next: 'five other words are better still' }],
});

export const invitationBody = z
  .strictObject({
    token: z.string().max(100).meta({ description: 'As it was given to the person.' }),
    password: newPassword,
  })
  .meta({
    id: 'InvitationAnswer',
    examples: [{ token: 'q3m0…', password: 'four words are easy to keep' }],
  });

export const profileBody = z.strictObject({ language }).meta({ id: 'Profile', examples: [{ language: 'en' }] });

/** Who makes this request. */
export const caller = z
  .object({
    kind: z.enum(['user', 'key']),
    id: z
      .string()
      .meta({ description: 'Stands in the log as the author: the id of the key, or `user:` and that of the user.' }),
    name: z.string(),
    email: orNull(z.string()),
    role,
    organisation: orNull(
      z.object({ id: organisationId, kind: organisationKind, name: z.string(), nameEn: orNull(z.string()) }),
    ),
    stations: orNull(z.array(stationId)).meta({
      description: 'The only stations it sees; null: all that its role may.',
    }),
    scopes: orNull(z.array(z.string())).meta({ description: 'What of its role a key may do; null: all.' }),
    language: orNull(language),
    session: orNull(
      z.object({
        id: z.string(),
        method: z.enum(['password', 'oidc']),
        createdAt: utcInstant,
        idleEndsAt: utcInstant.meta({ description: 'When it ends if it is not used.' }),
        expiresAt: utcInstant.meta({ description: 'When it ends in any case.' }),
      }),
    ),
  })
  .meta({ id: 'Caller' });
export type CallerView = z.infer<typeof caller>;

/** A browser that is signed in. */
export const session = z
  .object({
    id: z.string(),
    method: z.enum(['password', 'oidc']),
    address: orNull(z.string()),
    userAgent: orNull(z.string()),
    createdAt: utcInstant,
    lastUsedAt: utcInstant,
    expiresAt: utcInstant,
    current: z.boolean().meta({ description: 'The one that asks.' }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof session>;
