import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { type StationRegistration, stationRegistration } from '../../../schema/wire/api/registration.ts';
import { stationId } from '../../../schema/wire/ids.ts';
import { OperatorError } from '../../platform/errors.ts';
import { type MosquittoOptions, mosquittoOptions } from './mosquitto.ts';

export const usage = `Stations of this Pitlane: register, list, give a new broker password, close for good.

  npm run station -- add <id> --name <text> --lat <degrees> --lon <degrees> [options]
      --city <text>          default Beijing
      --address <text>
      --bays <n>             1 to 8, default 1
      --berths <1|2>         shuttle berths of each bay, default 2
      --slots <n>            1 to 400, default 60
      --power-kw <n>         limit of all chargers together, default 1600
      --slot-power-kw <n>    limit of one charger, default 60
      --isolation-boxes <n>  0 to 9, default 2
      --simulated            may run faster than the clock and be given faults
  npm run station -- list [--all]        with --all also those closed for good
  npm run station -- rotate <id>         a new broker password; the old one ends with the next login
  npm run station -- retire <id>         closed for good; its history stays
  npm run station -- mosquitto <folder>  writes mosquitto.conf, acl and passwords for these stations
      --cert <file> --key <file>  TLS for the stations, on port 8883 of every address; without: plain, on loopback only
      --port <n>             port for stations, default 8883 with TLS, else 1883
      --service-port <n>     port for Pitlane itself, on loopback, default 1884
      --service-secret <s>   password of Pitlane itself; default: the one in the folder, else a new one

It works on the database of DATABASE_URL, else on the embedded one in DATA_DIR, whether or not npm start runs it.`;

export type OperatorCommand =
  | { command: 'help' }
  | { command: 'add'; registration: StationRegistration }
  | { command: 'list'; all: boolean }
  | { command: 'rotate' | 'retire'; id: string }
  | { command: 'mosquitto'; folder: string; options: MosquittoOptions };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const optionsOf = {
  add: {
    ...{ name: text, lat: text, lon: text, city: text, address: text, bays: text, berths: text, slots: text },
    ...{ 'power-kw': text, 'slot-power-kw': text, 'isolation-boxes': text, simulated: flag },
  },
  list: { all: flag },
  rotate: {},
  retire: {},
  mosquitto: { cert: text, key: text, port: text, 'service-port': text, 'service-secret': text },
} as const;
type Verb = keyof typeof optionsOf;
type Value = string | boolean | undefined;
type Values = Readonly<Record<string, Value>>;

/** @throws OperatorError with a sentence for each mistake. */
export function readCommandLine(argv: readonly string[]): OperatorCommand {
  const [verb, ...rest] = argv;
  if (verb === undefined || verb === 'help' || argv.includes('--help')) return { command: 'help' };
  if (!Object.hasOwn(optionsOf, verb)) throw mistake(`There is no command "${verb}".`);
  const { values, positionals } = split(verb as Verb, rest);
  switch (verb as Verb) {
    case 'add':
      return { command: 'add', registration: registrationOf(onlyOne(positionals, 'the id of the station'), values) };
    case 'list':
      if (positionals.length > 0) throw mistake('list takes no id.');
      return { command: 'list', all: values.all === true };
    case 'rotate':
    case 'retire':
      return { command: verb as 'rotate' | 'retire', id: idOf(onlyOne(positionals, 'the id of the station')) };
    case 'mosquitto':
      return {
        command: 'mosquitto',
        folder: onlyOne(positionals, 'the folder to write to'),
        options: check(mosquittoOptions, values),
      };
  }
}

function split(verb: Verb, args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options: NonNullable<ParseArgsConfig['options']> = optionsOf[verb];
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Values, positionals };
  } catch (error) {
    throw mistake((error as Error).message);
  }
}

function onlyOne(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw mistake(`This command needs ${what}.`);
  if (second !== undefined) throw mistake(`"${second}" is one argument too many.`);
  return first;
}

const idOf = (given: string): string => check(z.object({ id: stationId }), { id: given }).id;

/** A text that is no number stays as it is, so that the schema says what is wrong with it. */
const number = (value: Value): unknown =>
  typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;

const watts = (value: Value): unknown => {
  const kilowatts = number(value);
  return typeof kilowatts === 'number' ? Math.round(kilowatts * 1000) : kilowatts;
};

const bayCount = z.object({ bays: z.int().min(1).max(8) });

function registrationOf(id: string, values: Values): StationRegistration {
  const missing = ['name', 'lat', 'lon'].filter((name) => values[name] === undefined);
  if (missing.length > 0) throw mistake(`A station needs ${missing.map((name) => `--${name}`).join(', ')}.`);
  const { bays } = check(bayCount, { bays: number(values.bays ?? '1') });
  const berths = number(values.berths ?? '2');
  return check(stationRegistration, {
    id,
    name: values.name,
    city: values.city,
    address: values.address,
    location: { lat: number(values.lat), lon: number(values.lon) },
    simulated: values.simulated,
    bays: Array.from({ length: bays }, (_, index) => ({ bay: String(index + 1), berths })),
    slots: number(values.slots),
    powerLimitW: watts(values['power-kw']),
    slotPowerW: watts(values['slot-power-kw']),
    isolationBoxes: number(values['isolation-boxes']),
  });
}

/** What a field of a schema is called on the command line, where it is not `--field`. */
const optionNames: Record<string, string> = {
  id: 'The id',
  'location.lat': '--lat',
  'location.lon': '--lon',
  powerLimitW: '--power-kw, in W',
  slotPowerW: '--slot-power-kw, in W',
  isolationBoxes: '--isolation-boxes',
};

function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) => {
    const field = path.join('.');
    const name = field.endsWith('berths') ? '--berths' : (optionNames[field] ?? `--${field}`);
    return `${name}: ${message}.`;
  });
  throw mistake([...new Set(sentences)].join('\n'));
}

const mistake = (sentence: string): OperatorError => new OperatorError(`${sentence}\nTry "npm run station -- --help".`);
