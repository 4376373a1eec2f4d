import { expect, test } from 'vitest';
import { buildArena } from './harness/arena.ts';
import { sendTaxis } from './harness/driver.ts';
import { judgeMotions } from './judge/ledger.ts';

test('arena', async () => {
  const t0 = performance.now();
  const arena = await buildArena({ stations: 3, seed: 'try' });
  try {
    console.log('built', performance.now() - t0);
    await sendTaxis(arena);
    await new Promise((d) => setTimeout(d, 2000));
    const replays = arena.journals.read();
    console.log(judgeMotions(replays), [...replays.values()].map((r) => r.packs.size), arena.spy.lastSeq('fa-001'));
    expect(judgeMotions(replays).violations).toEqual([]);
  } finally {
    await arena.end();
    console.log('ended', performance.now() - t0);
  }
}, 60000);
