import type { Page } from 'playwright-core';

/** Before the page's own scripts: counts what keeps it from its reader. */
export const watchScript = `
window.pitlaneLongTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.pitlaneLongTasks.push(entry.duration);
}).observe({ type: 'longtask', buffered: true });
`;

export interface Watched {
  seconds: number;
  longTasks: number;
  /** Of all tasks of 50 ms and more. */
  worstLongTaskMs: number;
  /** Longest stretch without an answer, of all stretches of 10 ms, that only one in twenty exceeded. */
  p95TaskMs: number;
  heapGrowthMB: number;
}

/** A chain of short timers: how long each comes late is how long the page was busy. */
const beatScript = `new Promise((resolve) => {
  const gaps = [];
  const end = performance.now() + SECONDS * 1000;
  const channel = new MessageChannel();
  let last = performance.now();
  channel.port1.onmessage = () => setTimeout(() => {
    const now = performance.now();
    gaps.push(Math.max(0, now - last - 20));
    last = now;
    if (now > end) resolve(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.95)]);
    else channel.port2.postMessage(0);
  }, 20);
  channel.port2.postMessage(0);
})`;

/** Looks at a page for so long. The heap is what is left after a collection. */
export async function watch(page: Page, seconds: number): Promise<Watched> {
  const devtools = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const before = await heap();
  await page.evaluate('window.pitlaneLongTasks.length = 0');
  const p95TaskMs = (await page.evaluate(beatScript.replace('SECONDS', String(seconds)))) as number;
  const longTasks = (await page.evaluate('window.pitlaneLongTasks')) as number[];
  const after = await heap();
  return {
    seconds,
    longTasks: longTasks.length,
    worstLongTaskMs: Math.round(Math.max(0, ...longTasks)),
    p95TaskMs: Math.round(p95TaskMs * 10) / 10,
    heapGrowthMB: Math.round(((after - before) / 1e6) * 10) / 10,
  };
}
