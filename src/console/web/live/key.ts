import type { StreamDelta } from '../../../../schema/wire/api/stream.ts';

/** Names a thing among all of its kind, and its kind. */
export function keyOf({ type, value }: StreamDelta): string {
  switch (type) {
    case 'bay':
      return `bay ${value.station}/${value.bay}`;
    case 'slot':
      return `slot ${value.station}/${value.slot}`;
    case 'telemetry':
      return `telemetry ${value.station}`;
    default:
      return `${type} ${value.id}`;
  }
}

export const stationOf = (delta: StreamDelta): string =>
  delta.type === 'station' ? delta.value.id : delta.value.station;
