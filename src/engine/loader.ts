import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineContext } from './context.ts';
import type { Runtime } from './runtime.ts';
import { codesIn } from './station/codes.ts';
import type { Image } from './station/image.ts';
import { loadImages, withNamed } from './station/load.ts';
import { namedBy, type Work } from './station/work.ts';

export interface Loader {
  /** Whether something must be read before these works can be stepped. If so it is being read, and the station stands aside. */
  isNeeded(runtime: Runtime, works: readonly Work[]): boolean;
  isLoading(runtime: Runtime): boolean;
}

/** Reads what steps will need, beside the lane: a taxi that arrives at one station does not make another one wait. */
export function createLoader(
  context: EngineContext,
  onLoaded: (runtime: Runtime) => void,
  onReady: (runtime: Runtime) => void,
): Loader {
  const { pool, clock, profile, log } = context;
  const loading = new Set<Runtime>();
  /** Works whose names are in the image by now. */
  const fetched = new WeakSet<Work>();

  async function load(runtime: Runtime, works: readonly Work[]): Promise<void> {
    const began = clock.monotonic();
    if (runtime.image === null) {
      const [image] = await loadImages(pool, [runtime.station], context.newBay);
      // The new image knows nothing of what was fetched for the old one.
      for (const work of runtime.mailbox) fetched.delete(work);
      if (runtime.dropped) return;
      if (!image) {
        giveUp(runtime);
        return;
      }
      runtime.image = withGreeting(image, runtime.greeted);
      runtime.looksAgain = true;
      onLoaded(runtime);
    }
    const { image } = runtime;
    const codes = codesNeeded(image, works, fetched);
    if (codes.size > 0) runtime.image = { ...image, state: await withNamed(pool, image.state, codes) };
    for (const work of works) fetched.add(work);
    profile.add('load', clock.monotonic() - began);
  }

  /** The station is not in the database any more; the next look at the stations drops it. */
  function giveUp(runtime: Runtime): void {
    const gone = new Error(`there is no station ${runtime.station}`);
    for (const work of runtime.mailbox.splice(0)) if ('reply' in work) work.reply.reject(gone);
  }

  function begin(runtime: Runtime, works: readonly Work[]): void {
    loading.add(runtime);
    load(runtime, works)
      .catch(async (error) => {
        log.warn({ err: error, station: runtime.station }, 'station not read; trying again');
        await sleep(100);
      })
      .finally(() => {
        loading.delete(runtime);
        onReady(runtime);
      });
  }

  return {
    isNeeded(runtime, works) {
      const { image } = runtime;
      const outdated = image && works.some((work) => work.kind === 'reload' && work.version > image.version);
      if (outdated) runtime.image = null;
      if (runtime.image && codesNeeded(runtime.image, works, fetched).size === 0) return false;
      begin(runtime, works);
      return true;
    },
    isLoading: (runtime) => loading.has(runtime),
  };
}

/** A new owner has not been greeted: what the image says of an earlier hello does not count for it. */
export function withGreeting(image: Image, greeted: boolean): Image {
  if (greeted || !image.state.reconciled) return image;
  return { ...image, state: { ...image.state, reconciled: false }, contact: { ...image.contact, reconciled: false } };
}

/** Packs and cars these works name and the image lacks, or has from before they were elsewhere. */
function codesNeeded(image: Image, works: readonly Work[], fetched: WeakSet<Work>): Set<string> {
  const needed = new Set<string>();
  const { packs, vehicles } = image.state;
  const known = (code: string) => (code.length === 17 ? code in vehicles : code in packs);
  for (const work of works) {
    const named = fetched.has(work) ? null : namedBy(work);
    if (named === null) continue;
    if (named === 'everything') {
      for (const code of codesIn(work)) if (!known(code)) needed.add(code);
    } else {
      for (const code of named.codes) if (named.fresh || !known(code)) needed.add(code);
    }
  }
  return needed;
}
