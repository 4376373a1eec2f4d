import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { command } from '../../schema/wire/api/command.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { notFound } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import { type Scope, sees } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { readCommand } from './command-queries.ts';

const shared = {
  ...access(...overseers),
  method: 'get' as const,
  tags: ['log'],
  responses: { 200: json(command, 'The command.'), ...problems('not-found') },
};

const encoded = createRoute({
  ...shared,
  path: '/{id}',
  summary: 'A command with its delivery state',
  request: {
    params: z.object({
      id: z.string().openapi({ description: 'With its slashes as `%2F`; or unencoded, see below.' }),
    }),
  },
});

const plain = createRoute({
  ...shared,
  path: '/{station}/{bay}/{machine}/{instance}/{step}',
  summary: 'The same, with the id as it stands',
  request: {
    params: z.object({
      station: z.string(),
      bay: z.string(),
      machine: z.string(),
      instance: z.string(),
      step: z.string().openapi({ example: '7.42.0' }),
    }),
  },
});

const action = createRoute({
  ...shared,
  path: '/{station}/{bay}/action/{n}',
  summary: "A person's command to a bay",
  request: { params: z.object({ station: z.string(), bay: z.string(), n: z.string() }) },
});

export const commandPath = (id: string): string => `/api/v1/commands/${encodeURIComponent(id)}`;

export const commandRoutes = ({ db }: { db: Database }) => {
  const read = async (scope: Scope, id: string) => {
    const found = await readCommand(db, id);
    if (found === null || !sees(scope, found.station)) throw notFound('command');
    return found;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(encoded, async (c) => c.json(await read(c.get('caller').scope, c.req.valid('param').id), 200))
    .openapi(plain, async (c) => {
      const { station, bay, machine, instance, step } = c.req.valid('param');
      return c.json(await read(c.get('caller').scope, `${station}/${bay}/${machine}/${instance}/${step}`), 200);
    })
    .openapi(action, async (c) => {
      const { station, bay, n } = c.req.valid('param');
      return c.json(await read(c.get('caller').scope, `${station}/${bay}/action/${n}`), 200);
    });
};
