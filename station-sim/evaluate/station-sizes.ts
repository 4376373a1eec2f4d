import fs from 'node:fs';

/**
 * Derives the decile table of `sizes.ts` from a list of real swap stations (`district,station,battery_slots`).
 * Usage: pass the CSV file; prints the table.
 */
const file = process.argv[2];
if (!file) {
  console.error('usage: station-sizes <stations.csv>');
  process.exit(2);
}
const rows = fs.readFileSync(file, 'utf8').trim().split('\n').slice(1);
const slots = rows.map((row) => Number(row.split(',')[2])).sort((a, b) => a - b);
const deciles = Array.from({ length: 11 }, (_, i) => slots[Math.round((i / 10) * (slots.length - 1))]);
console.log(`${slots.length} stations, deciles ${deciles.join(', ')}`);
