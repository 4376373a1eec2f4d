import { z } from 'zod';
import { safeText, stationId } from '../ids.ts';
import { organisationId, userRole } from './access.ts';
import { orNull, utcInstant } from './common.ts';
import { email, language } from './session.ts';

export const userId = z.string().regex(/^u[0-9a-f]{12}$/, 'must be a user id');

const fields = {
  name: safeText(100).trim().min(1),
  role: userRole,
  organisation: orNull(organisationId).meta({
    description: 'Needed for fleet and owner; must be of the kind of the role.',
  }),
  stations: z
    .array(stationId)
    .max(1000)
    .meta({ description: 'Needed for staff and maintenance, who see no others; empty for the other roles.' }),
  language,
};

/** A person who signs in. */
export const user = z
  .object({
    id: userId,
    email: z.string(),
    ...fields,
    name: z.string(),
    disabled: z.boolean(),
    hasPassword: z.boolean(),
    invitedUntil: orNull(utcInstant).meta({ description: 'Until when an invitation waits to be taken.' }),
    oidc: z.boolean().meta({ description: 'Has signed in at the OpenID provider.' }),
    lastSignInAt: orNull(utcInstant),
    createdAt: utcInstant,
    edition: z.int(),
  })
  .meta({ id: 'User' });
export type UserView = z.infer<typeof user>;

export const newUser = z
  .strictObject({
    email,
    ...fields,
    organisation: fields.organisation.default(null),
    stations: fields.stations.default([]),
    language: language.default('zh'),
  })
  .meta({
    id: 'NewUser',
    examples: [{ email: 'li.na@example.com', name: 'Li Na', role: 'staff', stations: ['bj-001'], language: 'zh' }],
  });
export type NewUser = z.output<typeof newUser>;

export const userChange = z
  .strictObject({
    name: fields.name.optional(),
    role: fields.role.optional(),
    organisation: fields.organisation.optional(),
    stations: fields.stations.optional(),
    language: language.optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'UserChange', examples: [{ role: 'operations', stations: [] }] });
export type UserChange = z.output<typeof userChange>;

export const invitation = z
  .object({
    token: z.string().meta({ description: 'For `POST /api/v1/session/invitation`. In this answer and nowhere else.' }),
    expiresAt: utcInstant,
  })
  .meta({ id: 'Invitation' });

export const invitedUser = z.object({ user, invitation }).meta({ id: 'InvitedUser' });
