import { and, asc, isNotNull, isNull, sql } from 'drizzle-orm';
import type { StationType } from '../../../machines/contract.ts';
import { stationMarks } from '../../../schema/tables/station-marks.ts';
import { stations } from '../../../schema/tables/stations.ts';
import type { BrokerLogin, StationRegistration } from '../../../schema/wire/api/registration.ts';
import { downTopic, telemetryTopic, upTopic } from '../../../schema/wire/topics.ts';
import type { Database } from '../../db/client.ts';
import { OperatorError } from '../../platform/errors.ts';
import { registerStation, retireStation, rotateSecret } from '../register.ts';
import type { OperatorCommand } from './command-line.ts';
import { type WrittenFiles, writeMosquittoFiles } from './mosquitto.ts';

const by = 'operator';

type Order = Exclude<OperatorCommand, { command: 'help' }>;

/** Does what the command line asks for and gives the text to print. */
export async function runOrder(db: Database, order: Order): Promise<string> {
  switch (order.command) {
    case 'add':
      return add(db, order.registration);
    case 'list':
      return list(db, order.all);
    case 'rotate': {
      const login = await rotateSecret(db, order.id, { by });
      if (login === null) throw unknownStation(order.id);
      return `${order.id} has a new broker password; the old one ends with its next login.\n\n${describeLogin(login)}`;
    }
    case 'retire':
      if (!(await retireStation(db, order.id, { by }))) throw unknownStation(order.id);
      return `${order.id} is closed for good. Its history stays.`;
    case 'mosquitto': {
      const users = await readPasswordEntries(db);
      return describeFiles(await writeMosquittoFiles({ ...order, users }), order.options.key);
    }
  }
}

const unknownStation = (id: string): OperatorError =>
  new OperatorError(`There is no station ${id} in service. See "npm run station -- list --all".`);

async function add(db: Database, registration: StationRegistration): Promise<string> {
  const { id, name, bays, slots, powerLimitW } = registration;
  const login = await registerStation(db, registration, { by });
  if (login === null) throw new OperatorError(`There is a station ${id} already: see "npm run station -- list --all".`);
  const size = `${bays.length} ${bays.length === 1 ? 'bay' : 'bays'}, ${slots} slots, ${powerLimitW / 1000} kW`;
  return `${id} is registered: ${name}, ${size}.\n\n${describeLogin(login)}`;
}

function describeLogin({ username, password, clientId }: BrokerLogin): string {
  return [
    `  broker user name  ${username}`,
    `  broker password   ${password}`,
    `  client id         ${clientId}`,
    `  publishes         ${upTopic(username)} (QoS 1), ${telemetryTopic(username)} (QoS 0)`,
    `  subscribes        ${downTopic(username)} (QoS 1)`,
    '',
    'The password is shown this once; only its hash is kept. What the station must do: docs/plc-contract.md.',
    'A Mosquitto broker learns of the change with "npm run station -- mosquitto <folder>" and a reload.',
  ].join('\n');
}

async function list(db: Database, all: boolean): Promise<string> {
  const rows = await db
    .select({ station: stations, mark: stationMarks })
    .from(stations)
    .leftJoin(stationMarks, sql`${stationMarks.station} = ${stations.id}`)
    .where(all ? undefined : isNull(stations.retiredAt))
    .orderBy(asc(stations.id));
  if (rows.length === 0) return 'There is no station yet: register one with "npm run station -- add".';
  const table = rows.map(({ station, mark }) => {
    const type = station.type as StationType;
    return [
      station.id,
      station.retiredAt ? 'closed' : mark?.linkUp && mark.reconciled ? 'online' : 'offline',
      `${type.bays.length} × ${type.bays[0]?.berths ?? 0}`,
      String(type.slots),
      `${type.stationPowerW / 1000} kW`,
      station.simulated ? 'simulated' : 'real',
      `${station.name}, ${station.city}`,
    ];
  });
  return columns([['station', 'link', 'bays × berths', 'slots', 'power', 'kind', 'name'], ...table]);
}

function columns(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function readPasswordEntries(db: Database): Promise<{ user: string; passwordEntry: string }[]> {
  const rows = await db
    .select({ user: stations.id, passwordEntry: stations.mqttPasswordEntry })
    .from(stations)
    .where(and(isNull(stations.retiredAt), isNotNull(stations.mqttPasswordEntry)))
    .orderBy(asc(stations.id));
  return rows.map(({ user, passwordEntry }) => ({ user, passwordEntry: passwordEntry ?? '' }));
}

function describeFiles({ config, stations: count, service }: WrittenFiles, key: string | undefined): string {
  const { port, username, password } = service;
  return [
    `Wrote ${config}, and acl and passwords beside it, for ${count} ${count === 1 ? 'station' : 'stations'}.`,
    ...(key === undefined ? [] : [`A broker that root starts reads ${key} as the user mosquitto: let it.`]),
    'A broker that runs takes over acl and passwords with SIGHUP.',
    '',
    password === null
      ? `Pitlane's own password is the one that was in the folder.`
      : `Pitlane connects with  MQTT_URL=mqtt://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
  ].join('\n');
}
