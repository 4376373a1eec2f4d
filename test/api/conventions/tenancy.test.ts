import { beforeAll, expect, test } from 'vitest';
import type { Role } from '../../../schema/wire/api/access.ts';
import { reaches } from '../../../src/api/reach.ts';
import { table } from '../access-table.ts';
import { createReadWorld } from '../fixture.ts';

interface Operation {
  name: string;
  description: string;
  roles: Role[];
  tenancy: Record<string, string> | undefined;
}

let operations: Operation[];
beforeAll(async () => {
  const world = await createReadWorld();
  const { paths } = (await (await world.app.request('/openapi.json')).json()) as {
    paths: Record<
      string,
      Record<string, { description?: string; 'x-roles'?: Role[]; 'x-tenancy'?: Record<string, string> }>
    >;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { description = '', ...operation }]) => {
      const roles = operation['x-roles'];
      const name = `${method.toUpperCase()} ${path}`;
      return roles === undefined ? [] : [{ name, description, roles, tenancy: operation['x-tenancy'] }];
    }),
  );
  await world.end();
}, 60_000);

test('every route says of each of its roles how far it sees, and says it in words too', () => {
  expect(operations.length).toBeGreaterThan(100);
  for (const { name, description, roles, tenancy } of operations) {
    expect(tenancy, `${name}: say in src/api/reach.ts whose things these are`).toBeDefined();
    expect(Object.keys(tenancy ?? {}).sort(), name).toEqual([...roles].sort());
    for (const reach of Object.values(tenancy ?? {})) expect(reaches, name).toContain(reach);
    expect(description, name).toMatch(/For: .*\.$/m);
  }
});

test('what it says is what the walk over roles and tenants finds', () => {
  const compared = operations.flatMap(({ name, roles, tenancy }) => {
    const line = table[name];
    if (line?.kind !== 'one' && line?.kind !== 'many') return [];
    const bound = roles.filter((role) => tenancy?.[role] !== 'all').sort();
    expect(bound, name).toEqual([...line.own, ...(line.none ?? [])].sort());
    return [name];
  });
  expect(compared.length).toBeGreaterThan(80);
});
