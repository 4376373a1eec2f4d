import { and, count, eq, isNull, ne } from 'drizzle-orm';
import { z } from 'zod';
import { stations } from '../../schema/tables/stations.ts';
import { stationRegistration } from '../../schema/wire/api/registration.ts';
import type { Database } from '../db/client.ts';
import { registerStation, rotateSecret } from '../stations/register.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';
import { pilotStation } from './seed.ts';

/** Two swap stations for taxis, where Beijing's taxis are: on the north-east third ring and in the north-east of the city. */
const demoStations = [
  {
    id: 'bj-001',
    name: '三元桥换电站 Sanyuanqiao',
    address: '北京市朝阳区三元桥 Sanyuanqiao, Chaoyang',
    location: { lat: 39.9613, lon: 116.4562 },
  },
  {
    id: 'bj-002',
    name: '望京换电站 Wangjing',
    address: '北京市朝阳区望京 Wangjing, Chaoyang',
    location: { lat: 39.9957, lon: 116.4744 },
  },
];

export interface DemoStations {
  ids: string[];
  /** The database was empty: whatever simulators kept of an earlier one is of another world. */
  fresh: boolean;
}

/**
 * Registers the demo stations when there is no station at all, and sees to it that the file has the broker logins of those that are there, in
 * the form the simulator reads.
 */
export async function prepareDemoStations(db: Database, loginsFile: string): Promise<DemoStations> {
  const [counted] = await db.select({ stations: count() }).from(stations).where(ne(stations.id, pilotStation));
  const fresh = counted?.stations === 0;
  const kept = fresh ? {} : await readLogins(loginsFile);
  const logins: Record<string, StationLogin> = {};
  for (const each of demoStations) {
    const by = 'npm start';
    const login = fresh
      ? await registerStation(db, stationRegistration.parse({ ...each, simulated: true }), { by })
      : (kept[each.id] ?? ((await isSimulated(db, each.id)) ? await rotateSecret(db, each.id, { by }) : null));
    if (login) logins[each.id] = { username: login.username, password: login.password };
  }
  await writePrivateJson(loginsFile, logins);
  return { ids: Object.keys(logins), fresh };
}

const stationLogins = z.record(z.string(), z.object({ username: z.string(), password: z.string() }));
type StationLogin = z.infer<typeof stationLogins>[string];

const readLogins = async (path: string): Promise<Record<string, StationLogin>> =>
  stationLogins.safeParse(await readPrivateJson(path)).data ?? {};

async function isSimulated(db: Database, id: string): Promise<boolean> {
  const [found] = await db
    .select({ simulated: stations.simulated })
    .from(stations)
    .where(and(eq(stations.id, id), isNull(stations.retiredAt)));
  return found?.simulated ?? false;
}
