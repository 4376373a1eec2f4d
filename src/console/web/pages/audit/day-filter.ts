const day = /^\d{4}-\d\d-\d\d$/;
const dayMs = 86_400_000;

/** From and to of a day in Beijing as somebody has written it; nothing as long as it is none. */
export function dayFilter(written: string): { from?: string; to?: string } {
  if (!day.test(written)) return {};
  const begin = new Date(`${written}T00:00:00+08:00`);
  return { from: begin.toISOString(), to: new Date(begin.getTime() + dayMs).toISOString() };
}
