import { newVehicle } from '../../../schema/wire/api/vehicle.ts';
import { vin } from '../../../schema/wire/ids.ts';
import { judgeVin } from '../../../schema/wire/vin-check.ts';
import { cellReader, type RowFormat } from './format.ts';

const fields = newVehicle.shape;

export const vehicleRows: RowFormat = {
  columns: [
    {
      name: 'vin',
      required: true,
      about: '17 characters. The check digit must be right in Chinese VINs; elsewhere a wrong one is a warning.',
      example: 'LNBSCB3F6JD100001',
    },
    { name: 'plate', about: 'Number plate.', example: '京AD12345' },
    {
      name: 'fleet',
      about: 'Id of an organisation of kind fleet. A fleet manager may leave it out, or name their own.',
      example: 'blue-taxi',
    },
    { name: 'models', about: 'Pack models it takes; none: any.', example: 'PLN-E50;PLN-E75' },
    { name: 'firmwares', about: 'BMS firmware it accepts; none: any.', example: 'bms-4.1.0' },
    { name: 'mechanicalInterfaces', about: 'Interfaces it takes; none: any.', example: 'frame-a' },
    { name: 'electricalInterfaces', about: 'The same.', example: 'plug-400v' },
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
