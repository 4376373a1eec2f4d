import { z } from 'zod';
import { organisationId, userRole } from '../../../schema/wire/api/access.ts';
import { email, language } from '../../../schema/wire/api/session.ts';
import { safeText, stationId } from '../../../schema/wire/ids.ts';
import { cellReader, type RowFormat } from './format.ts';

const name = safeText(80).min(1);
const stations = z.array(stationId).max(400);

export const userRows: RowFormat = {
  // What each means: docs/imports.md.
  columns: [
    { name: 'email', required: true },
    { name: 'name' },
    { name: 'role' },
    { name: 'organisation' },
    { name: 'stations' },
    { name: 'language' },
  ],
  read(cells) {
    const row = cellReader(cells);
    const key = row.key('email', email as unknown as z.ZodType<string>);
    row.text('name', name);
    row.text('role', userRole);
    row.text('organisation', organisationId);
    row.list('stations', stations);
    row.text('language', language);
    return { key, data: row.data, problems: row.problems };
  },
};
