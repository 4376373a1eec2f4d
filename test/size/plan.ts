/** A node of a plan as PostgreSQL gives it in JSON, with what was counted while it ran. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

/** What a list may cost, whatever stands in the tables. */
export interface Limits {
  /** Rows taken from tables and indexes, those thrown away included. */
  rowsRead: number;
  rowsSorted: number;
}

const loopsOf = (node: PlanNode): number => node['Actual Loops'] ?? 0;
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

function rowsReadBy(node: PlanNode): number {
  if (!/Scan$/.test(node['Node Type']) || node['Relation Name'] === undefined) return 0;
  const {
    'Actual Rows': rows = 0,
    'Rows Removed by Filter': filtered = 0,
    'Rows Removed by Index Recheck': rechecked = 0,
  } = node;
  return (rows + filtered + rechecked) * loopsOf(node);
}

const rowsSortedBy = (node: PlanNode): number =>
  /Sort$/.test(node['Node Type'])
    ? (node.Plans ?? []).reduce((sum, child) => sum + (child['Actual Rows'] ?? 0) * loopsOf(child), 0)
    : 0;

export const rowsRead = (plan: PlanNode): number => nodesOf(plan).reduce((sum, node) => sum + rowsReadBy(node), 0);
export const rowsSorted = (plan: PlanNode): number => Math.max(...nodesOf(plan).map(rowsSortedBy));

/** Sentences on what is wrong with a plan; none when it is by index and bounded. `isBig` tells which tables grow with the fleet. */
export function faultsOf(plan: PlanNode, isBig: (table: string) => boolean, limits: Limits): string[] {
  const faults: string[] = [];
  for (const node of nodesOf(plan)) {
    const table = node['Relation Name'] ?? '';
    if (node['Node Type'] === 'Seq Scan' && loopsOf(node) > 0 && isBig(table))
      faults.push(`reads ${table} from end to end`);
  }
  const read = rowsRead(plan);
  if (read > limits.rowsRead) faults.push(`reads ${Math.round(read)} rows`);
  const sorted = rowsSorted(plan);
  if (sorted > limits.rowsSorted) faults.push(`sorts ${Math.round(sorted)} rows`);
  return faults;
}

/** The plan as a tree of lines, with the rows each node gave and threw away. */
export function planText(node: PlanNode, depth = 0): string {
  const named = [node['Relation Name'], node['Index Name'] && `by ${node['Index Name']}`].filter(Boolean).join(' ');
  const removed = node['Rows Removed by Filter'] ?? 0;
  const line = `${'  '.repeat(depth)}${node['Node Type']} ${named}: ${node['Actual Rows'] ?? 0} rows${
    removed > 0 ? `, ${removed} thrown away` : ''
  }, ${loopsOf(node)} times`;
  return [line, ...(node.Plans ?? []).map((child) => planText(child, depth + 1))].join('\n');
}
