import { describe, expect, test } from 'vitest';
import type { SwapLog } from '../../schema/wire/api/swap.ts';
import { project, viewAround, zoomed } from '../../src/console/web/pages/network/projection.ts';
import { linesOf } from '../../src/console/web/pages/swap/log-lines.ts';
import { isSwapId, queryOf } from '../../src/console/web/pages/swaps/swap-filter.ts';

describe('the search of swaps', () => {
  test('asks by what is whole, and leaves out what is half written', () => {
    expect(queryOf({ vehicle: 'LNBSCB3F6JD100001', pack: 'PLNPB01', state: 'completed', station: 'bj-001' })).toEqual({
      vehicle: 'LNBSCB3F6JD100001',
      state: 'completed',
      station: 'bj-001',
    });
    expect(queryOf({ state: 'broken', from: 'yesterday' })).toEqual({});
  });

  test("takes times by Beijing's clock", () => {
    expect(queryOf({ from: '2026-05-01T08:00', to: '2026-05-02T00:00' })).toEqual({
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-05-01T16:00:00.000Z',
    });
  });

  test('knows a whole id', () => {
    expect(isSwapId('bj-001.1.42')).toBe(true);
    expect(isSwapId('bj-001.1')).toBe(false);
  });
});

test('a command stands behind the event that led to it', () => {
  const log = {
    events: [
      { n: 3, occurredAt: 'c' },
      { n: 5, occurredAt: 'e' },
    ],
    commands: [
      { id: 'first', eventN: 3, queuedAt: 'c' },
      { id: 'second', eventN: 5, queuedAt: 'e' },
    ],
  } as unknown as SwapLog;
  expect(linesOf(log).map(({ key }) => key)).toEqual(['e3', 'first', 'e5', 'second']);
});

describe('the map', () => {
  test('has north above, east to the right, and a kilometre as long both ways', () => {
    const [x, y] = project([116.4, 39.9]);
    expect(project([116.5, 39.9])[0]).toBeGreaterThan(x);
    expect(project([116.4, 40])[1]).toBeLessThan(y);
    // At 40 degrees, 0.1 degrees of latitude are 11.1 km, of longitude 8.5 km.
    expect((project([116.5, 39.9])[0] - x) / (y - project([116.4, 40])[1])).toBeCloseTo(8.5 / 11.1, 2);
  });

  test('shows all stations, whatever they are, and zooms about its middle', () => {
    for (const points of [[], [project([116.4, 39.9])], [project([116.1, 39.7]), project([116.9, 40.3])]]) {
      const view = viewAround(points, 1);
      for (const [x, y] of points) {
        expect(x >= view.x && x <= view.x + view.width).toBe(true);
        expect(y >= view.y && y <= view.y + view.height).toBe(true);
      }
      const closer = zoomed(view, 0.5);
      expect(closer.width).toBeLessThan(view.width);
      expect(closer.x + closer.width / 2).toBeCloseTo(view.x + view.width / 2);
    }
  });
});
