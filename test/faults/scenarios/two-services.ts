import { waitFor } from '../../helpers/wait-for.ts';
import type { Arena } from '../harness/arena.ts';
import { conclude, sendTaxis } from '../harness/driver.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';

/**
 * Two services; the one that owns the stations is frozen in the middle of swaps, until the other has taken them all, and then continues
 * with everything it had in memory.
 */
export async function freezeOwner(arena: Arena, owner: Service, other: Service): Promise<void> {
  const frozen = arena.spy.next('liftVehicle commanded', (seen) => commandOf(seen, 'liftVehicle'), {
    act: () => owner.freeze(),
  });
  const epoch = await highestEpoch(arena);
  await sendTaxis(arena);
  await frozen;
  await waitFor('the other service to own every station', async () => takenOver(arena, epoch), { withinMs: 30_000 });
  const moved = arena.spy.next('a command of the new owner', (seen) => {
    const command = seen.way === 'down' && seen.message.kind === 'command' ? seen.message : null;
    return command !== null && command.epoch > epoch;
  });
  await moved;
  owner.thaw();
  await sendTaxis(arena);
  arena.count('owners frozen', 1);
  await conclude(arena, other);
  if (!other.running() || !owner.running()) throw new Error('a service has ended');
}

async function highestEpoch(arena: Arena): Promise<number> {
  const [row] = await arena.database.sql<{ epoch: number }[]>`
    select coalesce(max(epoch), 0)::float8 as epoch from partition_leases`;
  return row?.epoch ?? 0;
}

async function takenOver(arena: Arena, epoch: number): Promise<boolean> {
  const [row] = await arena.database.sql<{ old: number }[]>`
    select count(*)::int as old from partition_leases l
    where exists (select from stations s where s.partition = l.partition) and l.epoch <= ${epoch}`;
  return row?.old === 0;
}
