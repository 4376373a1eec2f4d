import { newBattery } from '../../../schema/wire/api/battery.ts';
import { movementTarget } from '../../../schema/wire/api/movement.ts';
import { placeOf } from '../../inventory/movement-rules.ts';
import { cellReader, type RowFormat } from './format.ts';

const { code, model, owner, firmware, sohPct, status } = newBattery.shape;

export const batteryRows: RowFormat = {
  columns: [
    {
      name: 'code',
      required: true,
      about: 'GB/T 34014 code of the pack, 24 characters, with a day that exists.',
      example: 'PLNPE50VC4SD0SE1R0000007',
    },
    {
      name: 'model',
      about:
        'A known model. Needed for a new pack. Of a pack in a station or a vehicle it must be what the pack itself says.',
      example: 'PLN-E50',
    },
    { name: 'owner', about: 'Id of an organisation of kind owner.', example: 'pack-bank' },
    {
      name: 'firmware',
      about: 'Of the BMS. Taken for packs outside stations and vehicles; elsewhere the BMS has the last word.',
      example: 'bms-4.1.0',
    },
    { name: 'sohPct', about: 'State of health, 0 to 110. Taken as `firmware` is.', example: '98.5' },
    {
      name: 'status',
      about:
        'inService (default), quarantined, resting, retired, secondLife or recycled. Of a known pack it must be what it is.',
      example: 'inService',
    },
    {
      name: 'place',
      about:
        'Where a new pack stands: `delivery` (default), `truck`, `workshop`, `secondLifeSite`, `recycler`, each with a name if you like ' +
        '(`workshop/fengtai`); `vehicle/<VIN>`; `bj-001/slot/17`; `bj-001/isolation/1`. A known pack never changes place by a file.',
      example: 'workshop/fengtai',
    },
  ],
  read(cells) {
    const row = cellReader(cells);
    const key = row.key('code', code);
    row.text('model', model);
    row.text('owner', owner);
    row.text('firmware', firmware);
    row.number('sohPct', sohPct);
    row.text('status', status);
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
