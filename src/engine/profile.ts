/** Stages of an input's way through the engine. */
export const stages = ['receive', 'load', 'step', 'fold', 'commit', 'publish'] as const;
export type Stage = (typeof stages)[number];

/** Time spent per stage, milliseconds. `commit` is waiting, the others are work. */
export interface Profile {
  add(stage: Stage, ms: number): void;
  read(): Record<Stage, { ms: number; count: number }>;
}

export function createProfile(): Profile {
  const ms = new Map<Stage, { ms: number; count: number }>(stages.map((stage) => [stage, { ms: 0, count: 0 }]));
  return {
    add(stage, spent) {
      const entry = ms.get(stage);
      if (!entry) return;
      entry.ms += spent;
      entry.count += 1;
    },
    read: () =>
      Object.fromEntries([...ms].map(([stage, entry]) => [stage, { ...entry }])) as ReturnType<Profile['read']>,
  };
}
