import { z } from 'zod';
import { safeText, stationId } from '../ids.ts';
import { organisationId, role } from './access.ts';
import { orNull, utcInstant } from './common.ts';

export const keyId = z.string().regex(/^[0-9a-f]{12}$/, 'must be the id of a key');

/**
 * What a key may be narrowed to: `<first part of the path>:read` or `:write`, such as `swaps:read` for GET under /api/v1/swaps. It follows from
 * the path, so a new route needs no new word.
 */
export const scope = z
  .string()
  .regex(/^[a-z][a-z-]{0,40}:(?:read|write)$/, 'must be a scope such as swaps:read')
  .meta({ examples: ['swaps:read'] });

const fields = {
  label: safeText(100).trim().min(1),
  stations: z
    .array(stationId)
    .max(1000)
    .meta({ description: 'The only stations it sees; empty: all that its role may.' }),
  scopes: orNull(z.array(scope).min(1).max(100)).meta({ description: 'What of its role it may do; null: all.' }),
  expiresAt: orNull(z.iso.datetime({ offset: true })),
};

/** A key of the API, without the secret, which is kept nowhere. */
export const apiKey = z
  .object({
    id: keyId,
    prefix: z.string().meta({ description: 'How the key begins.' }),
    label: z.string(),
    role,
    organisation: orNull(organisationId),
    stations: z.array(stationId),
    scopes: orNull(z.array(z.string())),
    createdAt: utcInstant,
    createdBy: orNull(z.string()).meta({ description: 'A user or a key; null: the command line.' }),
    expiresAt: orNull(utcInstant),
    revokedAt: orNull(utcInstant),
    lastUsedAt: orNull(utcInstant).meta({ description: 'To the minute.' }),
    edition: z.int(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof apiKey>;

export const newKey = z
  .strictObject({
    label: fields.label,
    role,
    organisation: orNull(organisationId).default(null).meta({ description: 'Needed for fleet and owner.' }),
    stations: fields.stations.default([]),
    scopes: fields.scopes.default(null),
    expiresAt: fields.expiresAt.default(null),
  })
  .meta({
    id: 'NewApiKey',
    examples: [{ label: 'dispatch of Blue Taxi', role: 'fleet', organisation: 'blue-taxi', scopes: ['swaps:read'] }],
  });
export type NewApiKey = z.output<typeof newKey>;

export const keyChange = z
  .strictObject({
    label: fields.label.optional(),
    scopes: fields.scopes.optional(),
    expiresAt: fields.expiresAt.optional(),
  })
  .meta({ id: 'ApiKeyChange', examples: [{ label: 'dispatch of Blue Taxi, new server' }] });
export type KeyChange = z.output<typeof keyChange>;

export const shownKey = z
  .object({
    key: z.string().meta({ description: 'In this answer and nowhere else: only its hash is kept.' }),
    apiKey,
  })
  .meta({ id: 'ShownApiKey' });
