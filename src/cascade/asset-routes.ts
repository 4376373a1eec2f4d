import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AssetChange, NewAsset } from '../../schema/wire/api/second-life.ts';
import { runActed } from '../acts/of-request.ts';
import type { ApiEnv } from '../api/context.ts';
import { answerOne, etagOf, expectedEditions, staleEdition } from '../api/etag.ts';
import { once } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import type { Statement } from '../db/statement.ts';
import { actStatement, changeStatement, faultStatement, type HeldAsset, requireChangeable } from './asset-acts.ts';
import * as route from './asset-route-definitions.ts';
import { bad, changedWork, makingRefusal, requireWork, workOf } from './asset-rules.ts';
import {
  type AssetRow,
  assetOf,
  findAsset,
  findAssetOf,
  lastEventAt,
  listAssetEvents,
  listAssets,
  toAsset,
} from './assets.ts';
import { toGrading } from './gradings.ts';
import { makeAsset, nextCascadeCode } from './make-asset.ts';
import { readPipeline } from './pipeline.ts';
import { currentPolicy, readPolicy } from './policies.ts';
import { type RetiredPack, readRetiredPack } from './retired-pack.ts';
import { readSite } from './sites.ts';

export const secondLifeAssetRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) => {
  async function held(c: Context<ApiEnv>, code: string): Promise<HeldAsset> {
    const caller = c.get('caller');
    // The asset before its pack: then whoever changes it in between is noticed by its edition.
    const found = await findAsset(db, caller, code);
    const pack = found && (await readRetiredPack(db, caller, found.asset.pack));
    if (!found || !pack) throw notFound('asset');
    return { ...found, pack, lastAt: await lastEventAt(db, found.asset) };
  }

  const stepped = (c: Context<ApiEnv>, code: string, step: (asset: HeldAsset) => Promise<Statement<Row>>) =>
    once(c, {
      effect: async () => step(await held(c, code)),
      answer: async (row) => {
        if (row === null) throw changedAtOnce(await held(c, code));
        const asset = assetOf(row);
        return c.json(asset, 200, { ETag: etagOf(asset.edition) });
      },
    });

  return new OpenAPIHono<ApiEnv>()
    .openapi(route.list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listAssets(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(route.pipeline, async (c) => c.json(await readPipeline(db, c.get('caller')), 200))
    .openapi(route.one, async (c) => {
      const found = await findAsset(db, c.get('caller'), c.req.valid('param').code);
      if (found === null) throw notFound('asset');
      const asset = toAsset(found);
      return answerOne(c, asset, asset.edition);
    })
    .openapi(route.events, async (c) => {
      const { code } = c.req.valid('param');
      if ((await findAsset(db, c.get('caller'), code)) === null) throw notFound('asset');
      return c.json(await listAssetEvents(db, code, c.req.valid('query')), 200);
    })
    .openapi(route.make, (c) => {
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => {
          const pack = await readRetiredPack(db, c.get('caller'), body.pack);
          if (pack === null) throw notFound('pack');
          const refusal = makingRefusal(pack);
          if (refusal !== null) throw new ApiError('change-refused', refusal, { current: await shown(db, pack) });
          return making(db, { pack, body, by: c.get('caller').key, now: now() });
        },
        answer: async (row) => {
          if (row === null) {
            const pack = await readRetiredPack(db, c.get('caller'), body.pack);
            const current = pack && (await shown(db, pack));
            throw new ApiError('change-refused', 'Somebody else has changed the pack at once.', { current });
          }
          const made = assetOf(row);
          return c.json(made, 201, {
            Location: `/api/v1/second-life-assets/${made.code}`,
            ETag: etagOf(made.edition),
          });
        },
      });
    })
    .openapi(route.change, async (c) => {
      const before = await held(c, c.req.valid('param').code);
      const { edition } = before.asset;
      const expected = expectedEditions(c);
      if (expected !== null && !expected.includes(edition)) throw staleEdition(toAsset(before), edition);
      const row = await runActed(
        c,
        db,
        await changing(db, before, c.req.valid('json'), { by: c.get('caller').key, now: now() }),
      );
      if (row === null) {
        const now = await held(c, before.asset.code);
        throw expected !== null && !expected.includes(now.asset.edition)
          ? staleEdition(toAsset(now), now.asset.edition)
          : changedAtOnce(now);
      }
      const asset = assetOf(row);
      return c.json(asset, 200, { ETag: etagOf(asset.edition) });
    })
    .openapi(route.act, (c) =>
      stepped(c, c.req.valid('param').code, async (asset) => {
        const { minOhmPerV } = (await currentPolicy(db)).terms;
        return actStatement(asset, c.req.valid('json'), { by: c.get('caller').key, now: now(), minOhmPerV });
      }),
    )
    .openapi(route.fault, (c) =>
      stepped(c, c.req.valid('param').code, async (asset) => {
        await requireController(db, c, asset.asset);
        return faultStatement(asset, c.req.valid('json'), { by: c.get('caller').key, now: now() });
      }),
    );
};

type Row = Record<string, unknown>;

const changedAtOnce = (held: HeldAsset): ApiError =>
  new ApiError('change-refused', 'Somebody else has changed the asset or its pack at once.', {
    current: toAsset(held),
  });

/** The pack as a refusal shows it, with what it has become. */
async function shown(db: Database, pack: RetiredPack): Promise<object> {
  const { code, status, place, edition, thermalEvents, grading } = pack;
  const found = await findAssetOf(db, code);
  return {
    pack: code,
    status,
    place,
    edition,
    thermalEvents,
    grading: grading && toGrading(grading),
    asset: found && toAsset(found),
  };
}

/** What the policy a pack was graded under says of its grade; gradings and policies are for ever. */
async function termsOf(db: Database, { grading }: RetiredPack) {
  const policy = grading && (await readPolicy(db, grading.policy));
  if (!policy || grading.grade === 'recycle') throw new Error('a pack without a grade came as far as its work');
  return policy.terms[grading.grade];
}

async function requireSite(db: Database, id: string): Promise<void> {
  if ((await readSite(db, everySite, id)) === null) throw bad('/site', 'is not the id of a second-life site');
}

const everySite = { role: 'admin', organisation: null, stations: null } as const;

async function making(
  db: Database,
  { pack, body, by, now }: { pack: RetiredPack; body: NewAsset; by: string; now: number },
): Promise<Statement<Row>> {
  await requireSite(db, body.site);
  const work = workOf(body, pack);
  requireWork(work, pack, await termsOf(db, pack));
  const code = await nextCascadeCode(db, { pack: pack.code, policy: await currentPolicy(db), now });
  return makeAsset(pack, { ...body, ...work }, { code, by, at: new Date(now).toISOString() });
}

async function changing(
  db: Database,
  held: HeldAsset,
  change: AssetChange,
  by: { by: string; now: number },
): Promise<Statement<Row>> {
  requireChangeable(held);
  const { reason: _, ...fields } = change;
  if (fields.site !== undefined) await requireSite(db, fields.site);
  requireWork(changedWork(toAsset(held), fields), held.pack, await termsOf(db, held.pack));
  return changeStatement(held, change, by);
}

/** A key of role service reports only where it is the site's own, or the site has none. */
async function requireController(db: Database, c: Context<ApiEnv>, { site }: AssetRow): Promise<void> {
  const { role, key } = c.get('caller');
  if (role !== 'service') return;
  const own = (await readSite(db, everySite, site))?.controllerKey ?? null;
  if (own !== null && own !== key) throw new ApiError('forbidden', `Another key reports for the site ${site}.`);
}
