import { expect } from 'vitest';
import { settled } from './checks.ts';
import { test, useConsole } from './harness.ts';

const site = useConsole();
const times = 5;
const mostMs = 1_000;

const firstPaint = `new Promise((done) => {
  new PerformanceObserver((list, observer) => {
    const [paint] = list.getEntriesByName('first-contentful-paint');
    if (!paint) return;
    observer.disconnect();
    done(paint.startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

test.for([
  { role: 'operations', path: '/network' },
  { role: 'staff', path: '/stations/bj-001' },
] as const)(
  '$path paints its first content within a second in a browser that has been there',
  async ({ role, path }) => {
    const page = await site.open(role, path);
    await settled(page);
    const paints: number[] = [];
    for (let time = 0; time < times; time++) {
      await page.reload();
      paints.push((await page.evaluate(firstPaint)) as number);
    }
    console.log(`${path}: first content after ${paints.map(Math.round).join(', ')} ms`);
    expect(paints.toSorted((a, b) => a - b)[Math.floor(times / 2)]).toBeLessThanOrEqual(mostMs);
  },
);
