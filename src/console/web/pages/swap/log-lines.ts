import type { ApiCommand } from '../../../../../schema/wire/api/command.ts';
import type { LogEvent } from '../../../../../schema/wire/api/log.ts';
import type { SwapLog } from '../../../../../schema/wire/api/swap.ts';

export type LogLine =
  | {
      kind: 'event';
      key: string;
      at: string;
      event: LogEvent;
      /** What was commanded, where the station says what became of it. */
      of: ApiCommand['type'] | null;
    }
  | { kind: 'command'; key: string; at: string; command: ApiCommand };

/** One order of both: by the number of the event in the log. A command stands behind the event that led to it, at the same moment. */
export function linesOf({ events, commands }: SwapLog): LogLine[] {
  const typeOf = new Map<string, ApiCommand['type']>(commands.map(({ id, type }) => [id, type]));
  const atOf = new Map(events.map(({ n, occurredAt }) => [n, occurredAt]));
  const lines: { n: number; line: LogLine }[] = [
    ...events.map((event) => ({
      n: event.n,
      line: {
        kind: 'event' as const,
        key: `e${event.n}`,
        at: event.occurredAt,
        event,
        of: typeOf.get(event.cause ?? '') ?? null,
      },
    })),
    ...commands.map((command) => ({
      n: command.eventN,
      line: { kind: 'command' as const, key: command.id, at: atOf.get(command.eventN) ?? command.queuedAt, command },
    })),
  ];
  return lines.toSorted((a, b) => a.n - b.n).map(({ line }) => line);
}
