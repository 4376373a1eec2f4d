import { parseArgs } from 'node:util';
import { startChromium } from '../helpers/chromium.ts';
import { bytesTable, readConsoleBytes } from './console/bytes.ts';
import { startCity } from './console/city.ts';
import { watch, watchScript } from './console/watch.ts';

const usage = `npm run bench:console [-- options]
  --minutes <n>    how long the network page is watched (10)
  --stations <n>   how many stations (310)
  --changes <n>    changes of each station per second (2)
  --bytes          instead of that, the script each page makes a browser fetch, as a table`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    stations: { type: 'string', default: '310' },
    changes: { type: 'string', default: '2' },
    bytes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const city = await startCity({ stations: Number(values.stations), changesPerS: Number(values.changes) });
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.addInitScript(watchScript);
    await page.goto(`${city.url}/network`);
    await page.locator('[data-testid=link][data-link=live]').waitFor({ timeout: 60_000 });
    const began = performance.now();
    await page.reload();
    await page.locator('[data-testid=link][data-link=live]').waitFor({ timeout: 60_000 });
    const liveMs = Math.round(performance.now() - began);
    const paint = (await page.evaluate(
      'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null',
    )) as number | null;
    await watch(page, 10);
    const figures = await watch(page, Number(values.minutes) * 60);
    console.log(JSON.stringify({ firstContentfulPaintMs: paint && Math.round(paint), liveMs, ...figures }, null, 2));
  } finally {
    await browser.close();
    await city.stop();
  }
}

if (values.help) console.log(usage);
else if (values.bytes) console.log(bytesTable(readConsoleBytes()));
else await main();
