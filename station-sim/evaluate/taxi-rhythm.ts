import fs from 'node:fs';

/**
 * Derives the half-hour weights of `traffic/rhythm-weights.ts` from the New York taxi series of the Numenta Anomaly Benchmark
 * (`timestamp,value` per half hour): mean demand per half hour of weekdays and of weekends, over the mean of all half hours.
 * Usage: pass the CSV file; prints the TypeScript file.
 */
const file = process.argv[2];
if (!file) {
  console.error('usage: taxi-rhythm <nyc_taxi_30min.csv>');
  process.exit(2);
}
const rows = fs.readFileSync(file, 'utf8').trim().split('\n').slice(1);
const sums = { weekday: new Array<number>(48).fill(0), weekend: new Array<number>(48).fill(0) };
const counts = { weekday: new Array<number>(48).fill(0), weekend: new Array<number>(48).fill(0) };
let total = 0;
for (const row of rows) {
  const [timestamp = '', value = '0'] = row.split(',');
  const at = new Date(`${timestamp.replace(' ', 'T')}Z`);
  const kind = at.getUTCDay() % 6 === 0 ? 'weekend' : 'weekday';
  const half = at.getUTCHours() * 2 + Math.floor(at.getUTCMinutes() / 30);
  sums[kind][half] = (sums[kind][half] ?? 0) + Number(value);
  counts[kind][half] = (counts[kind][half] ?? 0) + 1;
  total += Number(value);
}
const mean = total / rows.length;
const weights = (kind: 'weekday' | 'weekend') =>
  sums[kind].map((sum, half) => (sum / (counts[kind][half] ?? 1) / mean).toFixed(3).replace(/\.?0+$/, '')).join(', ');

console.log(`/**
 * Demand per half hour over the mean of the week, from 00:00 local time. Derived by \`evaluate/taxi-rhythm.ts\` from
 * github.com/numenta/NAB (data/realKnownCause/nyc_taxi.csv, MIT, (c) Numenta): ${rows.length} half hours of New York taxi
 * demand, ${rows[0]?.slice(0, 10)} to ${rows.at(-1)?.slice(0, 10)}. It is not Beijing; the shape of a taxi fleet's day is what counts.
 */
export const weekdayWeights: readonly number[] = [${weights('weekday')}];

export const weekendWeights: readonly number[] = [${weights('weekend')}];`);
