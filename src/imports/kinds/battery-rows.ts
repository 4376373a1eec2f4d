import { newBattery, packStatus } from '../../../schema/wire/api/battery.ts';
import { movementTarget } from '../../../schema/wire/api/movement.ts';
import { placeOf } from '../../inventory/movement-rules.ts';
import { cellReader, type RowFormat } from './format.ts';

const { code, model, owner, firmware, sohPct } = newBattery.shape;

export const batteryRows: RowFormat = {
  // What each means: docs/imports.md.
  columns: [
    { name: 'code', required: true },
    { name: 'model' },
    { name: 'owner' },
    { name: 'firmware' },
    { name: 'sohPct' },
    { name: 'status' },
    { name: 'place' },
  ],
  read(cells) {
    const row = cellReader(cells);
    const key = row.key('code', code);
    row.text('model', model);
    row.text('owner', owner);
    row.text('firmware', firmware);
    row.number('sohPct', sohPct);
    // Whatever a pack may be: a file may name those that are there already.
    row.text('status', packStatus);
    const text = cells.get('place') ?? '';
    const target = movementTarget.safeParse(targetOf(text === '' ? 'delivery' : text));
    if (target.success) Object.assign(row.data, placeOf(target.data), { target: target.data });
    else row.note('place', 'must be a place such as delivery, workshop/fengtai, vehicle/<VIN> or bj-001/slot/17');
    return { key, data: row.data, problems: row.problems };
  },
};

/** The parts of a place's name; whether they are right says the schema. */
function targetOf(text: string): unknown {
  const [first = '', second, third, ...rest] = text.split('/');
  if (rest.length > 0) return null;
  if (first === 'vehicle') return third === undefined ? { kind: first, vin: second } : null;
  if (second === 'slot') return { kind: second, station: first, slot: Number(third) };
  if (second === 'isolation') return { kind: second, station: first, box: Number(third) };
  if (third !== undefined) return null;
  return second === undefined ? { kind: first } : { kind: first, name: second };
}
