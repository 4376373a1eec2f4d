import type { Asset, AssetFields, NewAsset } from '../../schema/wire/api/second-life.ts';
import type { GradeTerms } from '../../schema/wire/cascade/grading.ts';
import { ApiError } from '../api/problem.ts';
import type { RetiredPack } from './retired-pack.ts';

/** What of an asset is judged by the grading of its pack. */
export type Work = Pick<Asset, 'function' | 'powerW' | 'energyWh' | 'socMinPct' | 'socMaxPct' | 'reservePct'>;

/** Why the pack may have no second life at all, whatever it would do; null: it may. */
export function lifeRefusal({ thermalEvents, grading }: RetiredPack): string | null {
  if (thermalEvents > 0) return 'The pack has had a thermal event: it never has a second life. Hand it to a recycler.';
  if (grading === null) return 'The pack has not been graded: grade it first (POST /api/v1/gradings).';
  return grading.grade === 'recycle' ? 'The pack is graded recycle: hand it to a recycler.' : null;
}

const outside = new Set(['truck', 'workshop', 'delivery', 'secondLifeSite']);

/** Why a pack does not become an asset now; null: it may. */
export function makingRefusal(pack: RetiredPack): string | null {
  const { status, kind, place } = pack;
  if (status === 'secondLife') return 'The pack has its second life already.';
  if (status !== 'retired') return `The pack is ${status}: only one that is retired has a second life.`;
  if (!outside.has(kind))
    return `The pack is at ${place}: take it out first, and record where to (POST /api/v1/movements).`;
  return lifeRefusal(pack);
}

/** What the pack still holds by its grading; null: nobody has described its model. */
export function usableWhOf({ nominalWh, grading }: RetiredPack): number | null {
  const sohPct = grading?.sohPct ?? null;
  return nominalWh === null || sohPct === null ? null : Math.floor((nominalWh * sohPct) / 100);
}

/** What a black-out is met with when nobody says. */
const backupReservePct = 60;

/** The work that is asked for, with what its author left to the service. @throws 422 where only its author can say. */
export function workOf(body: NewAsset, pack: RetiredPack): Work {
  const energyWh = body.energyWh ?? usableWhOf(pack);
  if (energyWh === null || energyWh < 1)
    throw bad('/energyWh', 'is needed: nobody has described the model of the pack');
  const reservePct = body.reservePct ?? (body.function === 'backup' ? backupReservePct : 0);
  return { ...body, energyWh, reservePct };
}

/** The work of an asset after a change. */
export const changedWork = (now: Work, change: AssetFields): Work => ({
  function: change.function ?? now.function,
  powerW: change.powerW ?? now.powerW,
  energyWh: change.energyWh ?? now.energyWh,
  socMinPct: change.socMinPct ?? now.socMinPct,
  socMaxPct: change.socMaxPct ?? now.socMaxPct,
  reservePct: change.reservePct ?? now.reservePct,
});

/** Work that the grading does not bear, or that contradicts itself. @throws */
export function requireWork(work: Work, pack: RetiredPack, terms: GradeTerms): void {
  const { socMinPct, socMaxPct, reservePct, energyWh } = work;
  if (socMinPct >= socMaxPct) throw bad('/socMaxPct', `must be above socMinPct (${socMinPct})`);
  if (reservePct > socMaxPct) throw bad('/reservePct', `must not be above socMaxPct (${socMaxPct})`);
  const usableWh = usableWhOf(pack);
  if (usableWh !== null && energyWh > usableWh)
    throw bad('/energyWh', `is more than the pack still holds by its grading (${usableWh} Wh)`);
  if (!terms.functions.includes(work.function))
    throw new ApiError(
      'change-refused',
      `Grade ${pack.grading?.grade} permits ${terms.functions.join(', ')}, not ${work.function}.`,
      { current: { pack: pack.code, grade: pack.grading?.grade, functions: terms.functions } },
    );
}

export const bad = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid-body', `The body is not valid at ${pointer.slice(1)}: ${detail}`, {
    errors: [{ pointer, detail }],
  });
