import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { grading, gradingId, newGrading } from '../../schema/wire/api/grading.ts';
import { grades } from '../../schema/wire/cascade/grading.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { access, actors } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { gradingOf, judge, listGradings, readGrading, refuseGrading, toGrading, writeGrading } from './gradings.ts';
import { currentPolicy } from './policies.ts';
import { readRetiredPack } from './retired-pack.ts';
import { viewers } from './viewers.ts';

const tags = ['second life'];

const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Gradings of retired packs, newest first',
  request: { query: pageQuery.extend({ pack: packCode.optional(), grade: z.enum(grades).optional() }) },
  responses: { 200: json(pageOf(grading), 'A page of gradings.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A grading, with its test and what else it was made of',
  request: { params: z.object({ id: gradingId }), headers: ifNoneMatch },
  responses: { ...oneAnswer(grading, 'The grading.'), ...problems('not-found') },
});

const create = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/',
  tags,
  summary: 'Grade a retired pack by its test',
  description: `In the manner of GB/T 34015: visual check, insulation, residual energy at 25 °C until consecutive results agree, and if you like a 5 s pulse
test. The pack is retired and in a workshop. The policy gives A, B, C or recycle; a pack that had a thermal event is recycled whatever it measures. A
pack that is wrecked, so that nobody can measure it, is graded recycle by what was seen and why it cannot be tested (untestable). A
test made again names the grading it \`replaces\`: of two people who grade a pack at once one is refused and shown what the other found.`,
  request: { headers: idempotencyKey, body: jsonBody(newGrading) },
  responses: {
    201: { ...json(grading, 'Graded.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

export const gradingRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listGradings(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readGrading(db, c.get('caller'), c.req.valid('param').id);
      if (found === null) throw notFound('grading');
      return answerOne(c, found) as never;
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      const caller = c.get('caller');
      return once(c, {
        effect: async () => {
          const [pack, policy] = await Promise.all([readRetiredPack(db, caller, body.pack), currentPolicy(db)]);
          if (pack === null) throw notFound('pack');
          refuseGrading(pack, body);
          const judged = judge(pack, body, policy, now());
          return writeGrading(pack, body, judged, { policy: policy.version, by: caller.key });
        },
        answer: async (row) => {
          if (row === null) {
            const pack = await readRetiredPack(db, caller, body.pack);
            const current = pack && { ...pack, grading: pack.grading && toGrading(pack.grading) };
            throw new ApiError('change-refused', 'Somebody else has graded or changed the pack at once.', { current });
          }
          const made = gradingOf(row);
          return c.json(made, 201, { Location: `/api/v1/gradings/${made.id}` });
        },
      });
    });
