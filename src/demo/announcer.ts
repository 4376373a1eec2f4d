import type { Swap } from '../../schema/wire/api/swap.ts';

/** One line for people about a swap that has ended. */
export function describeSwap(swap: Swap): string {
  const at = new Date(swap.endedAt ?? swap.inPositionAt).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' });
  const where = `${at}  ${swap.station} bay ${swap.bay}`;
  const car = `taxi ${swap.vehicle}`;
  switch (swap.state) {
    case 'completed': {
      const took = swap.swapTimeMs === null ? '' : ` in ${(swap.swapTimeMs / 1000).toFixed(1)} s`;
      return `${where}  ${car} swapped${took}: ${packText(swap.packOut, swap.packOutSocPct)} out, ${packText(swap.packIn, swap.packInSocPct)} in  (${swap.id})`;
    }
    case 'rolled-back':
      return `${where}  ${car} got its own pack back: ${swap.reason ?? 'no reason given'}  (${swap.id})`;
    case 'refused':
      return `${where}  ${car} refused: ${swap.reason ?? 'no reason given'}  (${swap.id})`;
    case 'needs-person':
      return `${where}  ${car} needs a person: ${swap.reason ?? 'no reason given'}  (${swap.id})`;
    default:
      return `${where}  ${car} ${swap.state}  (${swap.id})`;
  }
}

function packText(code: string | null, socPct: number | null): string {
  const name = code === null ? 'pack' : `…${code.slice(-6)}`;
  return socPct === null ? name : `${name} at ${Math.round(socPct)} %`;
}

const ended = /^swap (\S+) (completed|rolled-back|refused|needs-person)$/;

/** Swaps that came to an end, or to a person, in these lines of the log. */
export function endedSwaps(events: readonly { decided: unknown }[]): string[] {
  return events.flatMap(({ decided }) =>
    (Array.isArray(decided) ? decided : []).flatMap((line) => {
      const id = typeof line === 'string' ? ended.exec(line)?.[1] : undefined;
      return id === undefined ? [] : [id];
    }),
  );
}
