import { z } from 'zod';
import { organisationId, userRole } from '../../../schema/wire/api/access.ts';
import { email, language } from '../../../schema/wire/api/session.ts';
import { safeText, stationId } from '../../../schema/wire/ids.ts';
import { cellReader, type RowFormat } from './format.ts';

const name = safeText(80).min(1);
const stations = z.array(stationId).max(400);

export const userRows: RowFormat = {
  columns: [
    { name: 'email', required: true, about: 'One address in any case is one person.', example: 'li.na@example.com' },
    { name: 'name', about: 'Needed for a new user.', example: 'Li Na' },
    {
      name: 'role',
      about:
        'admin, operations, staff, fleet, owner, regulator or maintenance. Needed for a new user. An admin stays one: that is changed on the user.',
      example: 'fleet',
    },
    { name: 'organisation', about: 'Needed for the roles fleet and owner, of that kind.', example: 'blue-taxi' },
    { name: 'stations', about: 'Needed for the roles staff and maintenance.', example: 'bj-001;bj-002' },
    { name: 'language', about: 'zh (default) or en.', example: 'zh' },
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
