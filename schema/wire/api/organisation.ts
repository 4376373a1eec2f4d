import { z } from 'zod';
import { safeText } from '../ids.ts';
import { organisationId, organisationKind } from './access.ts';
import { orNull, utcInstant } from './common.ts';

const fields = {
  name: safeText(100).trim().min(1),
  nameEn: orNull(safeText(100).trim().min(1)),
};

/** A party: who runs stations, drives taxis, owns packs or supervises. */
export const organisation = z
  .object({
    id: organisationId,
    kind: organisationKind,
    name: z.string(),
    nameEn: orNull(z.string()),
    createdAt: utcInstant,
    edition: z.int(),
  })
  .meta({ id: 'Organisation' });
export type OrganisationView = z.infer<typeof organisation>;

export const newOrganisation = z
  .strictObject({ id: organisationId, kind: organisationKind, name: fields.name, nameEn: fields.nameEn.default(null) })
  .meta({
    id: 'NewOrganisation',
    examples: [{ id: 'blue-taxi', kind: 'fleet', name: '蓝色出租', nameEn: 'Blue Taxi' }],
  });

export const organisationChange = z
  .strictObject({ name: fields.name.optional(), nameEn: fields.nameEn.optional() })
  .meta({ id: 'OrganisationChange', examples: [{ nameEn: 'Blue Taxi Co.' }] });
