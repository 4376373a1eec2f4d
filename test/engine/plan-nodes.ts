/** Every scan of a table in a plan, in words. */
export function scansIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(scansIn);
  if (plan === null || typeof plan !== 'object') return [];
  const node = plan as Record<string, unknown>;
  const own =
    node['Relation Name'] !== undefined && String(node['Node Type']).endsWith('Scan')
      ? [`${node['Node Type']} of ${node['Relation Name']}${node['Index Cond'] ? ' by key' : ''}`]
      : [];
  return [...own, ...Object.values(node).flatMap(scansIn)];
}

/** Nested loops of a plan that compare every row of one side with every row of the other, in words. */
export function squareLoopsIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(squareLoopsIn);
  if (plan === null || typeof plan !== 'object') return [];
  const node = plan as Record<string, unknown>;
  const below = Object.values(node).flatMap(squareLoopsIn);
  if (node['Node Type'] !== 'Nested Loop') return below;
  const inner = (node.Plans as Record<string, unknown>[]).find((side) => side['Parent Relationship'] === 'Inner') ?? {};
  // Looked up row by row, or made of the row itself.
  const byRow = /= \(*\w+\.\w+/.test(JSON.stringify(inner)) || inner['Function Name'] === 'jsonb_populate_record';
  return byRow ? below : [...below, `${inner['Node Type']} ${inner.Alias}`];
}
