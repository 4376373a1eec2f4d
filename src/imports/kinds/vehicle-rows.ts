import { newVehicle } from '../../../schema/wire/api/vehicle.ts';
import { vin } from '../../../schema/wire/ids.ts';
import { judgeVin } from '../../../schema/wire/vin-check.ts';
import { cellReader, type RowFormat } from './format.ts';

const fields = newVehicle.shape;

export const vehicleRows: RowFormat = {
  // What each means: docs/imports.md.
  columns: [
    { name: 'vin', required: true },
    { name: 'plate' },
    { name: 'fleet' },
    { name: 'models' },
    { name: 'firmwares' },
    { name: 'mechanicalInterfaces' },
    { name: 'electricalInterfaces' },
  ],
  read(cells, { organisation }) {
    const row = cellReader(cells);
    const key = row.key('vin', vin);
    const verdict = key === '' ? 'ok' : judgeVin(key);
    if (verdict !== 'ok') row.note('vin', 'has a wrong check digit', verdict === 'warning');
    row.text('plate', fields.plate);
    row.text('fleet', fields.fleet);
    row.list('models', fields.models);
    row.list('firmwares', fields.firmwares);
    row.list('mechanicalInterfaces', fields.mechanicalInterfaces);
    row.list('electricalInterfaces', fields.electricalInterfaces);
    if (organisation !== null) {
      if ((row.data.fleet ?? organisation) !== organisation) row.note('fleet', `must be ${organisation}`);
      row.data.fleet = organisation;
    }
    return { key, data: row.data, problems: row.problems };
  },
};
