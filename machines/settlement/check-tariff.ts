import type { Tariff } from '../../schema/wire/settlement/tariff.ts';
import { covers, timeOfMinute } from './tariff.ts';

export interface TariffFault {
  /** RFC 6901, into the table. */
  pointer: string;
  detail: string;
}

const underneath = ['peak', 'flat', 'valley'] as const;
const dayMinutes = 1440;

/** What keeps a table from pricing every instant of its days exactly once; none: it may be published. */
export function tariffFaults(tariff: Tariff): TariffFault[] {
  return [...dayFaults(tariff), ...hourFaults(tariff), ...criticalFaults(tariff), ...priceFaults(tariff)];
}

const dayFaults = ({ validFrom, validTo }: Tariff): TariffFault[] =>
  validFrom < validTo ? [] : [{ pointer: '/validTo', detail: 'must be after validFrom' }];

/** A range may run over midnight or over the whole day, but not begin at its end. */
function hourFaults({ periods }: Tariff): TariffFault[] {
  const late = underneath.flatMap((period) =>
    periods[period].flatMap(({ from }, index) =>
      from === '24:00' ? [{ pointer: `/periods/${period}/${index}/from`, detail: 'must be before 24:00' }] : [],
    ),
  );
  const covering = minutesWhere((minute) => {
    const times = underneath.flatMap((period) => periods[period]).filter((range) => covers(range, minute)).length;
    return times === 1 ? null : times === 0 ? 'is in no period' : 'is in more than one period';
  });
  return [...late, ...covering.map((detail) => ({ pointer: '/periods', detail }))];
}

function criticalFaults({ periods }: Tariff): TariffFault[] {
  return Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month) => {
    const ranges = periods.critical.filter(({ months }) => months.includes(month)).flatMap(({ hours }) => hours);
    return minutesWhere((minute) =>
      ranges.filter((range) => covers(range, minute)).length > 1 ? 'is critical twice' : null,
    ).map((detail) => ({ pointer: '/periods/critical', detail: `month ${month}: ${detail}` }));
  });
}

function priceFaults({ prices, periods }: Tariff): TariffFault[] {
  const free = [...underneath, 'critical' as const]
    .filter((period) => prices[period] === 0)
    .map((period) => ({ pointer: `/prices/${period}`, detail: 'must be above 0' }));
  const unused =
    prices.critical !== undefined && periods.critical.length === 0
      ? [{ pointer: '/prices/critical', detail: 'has no hours' }]
      : [];
  return [...free, ...unused];
}

/** The first minute of every stretch about which there is something to say. */
function minutesWhere(say: (minute: number) => string | null): string[] {
  const found: string[] = [];
  let before: string | null = null;
  for (let minute = 0; minute < dayMinutes; minute++) {
    const said = say(minute);
    if (said !== null && said !== before) found.push(`${timeOfMinute(minute)} ${said}`);
    before = said;
  }
  return found;
}
