import dagre from '@dagrejs/dagre';
import { childrenOf, type Edge, edgesOf, isWithin, type Node, treeOf } from '../../../../../../machines/diagram.ts';
import type { StateSpec } from '../../../../../../machines/runtime/spec.ts';

/** A state in the drawing; places are within the whole drawing. */
export interface Box {
  /** As in `bayStates`: without the machine's own name. */
  path: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  depth: number;
  /** Holds other states that are drawn. */
  group: boolean;
  initial: boolean;
  final: boolean;
}

export interface Arrow {
  from: string;
  to: string;
  points: readonly { x: number; y: number }[];
}

export interface Chart {
  width: number;
  height: number;
  boxes: readonly Box[];
  arrows: readonly Arrow[];
}

type Naming = (path: string, key: string) => string;

const padding = 10;
const titleHeight = 22;
const stateHeight = 30;

/** A step is drawn as one state: all steps are alike inside. */
const isStep = (spec: StateSpec): boolean => spec.states?.gate !== undefined;

const pathOf = (node: Node): string => node.path.slice(1).join('.');
const keyOf = (node: Node): string => node.path.at(-1) ?? '';

/** Chinese signs are twice as wide. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, sign) => sum + ((sign.codePointAt(0) ?? 0) > 0x2e80 ? 13 : 7), 24);

/** The whole chart of a machine, laid out from its definition. */
export function layOut(spec: StateSpec, naming: Naming): Chart {
  const root = treeOf(spec);
  const edges = edgesOf(root);
  return inside(root, edges, naming, 0);
}

/** What lies in a state, with its own corner at 0, 0. */
function inside(node: Node, edges: readonly Edge[], naming: Naming, depth: number): Chart {
  const parts = childrenOf(node).map((child) => ({ child, chart: partOf(child, edges, naming, depth) }));
  return node.spec.type === 'parallel' ? beside(node, parts) : arranged(node, parts, edges);
}

interface Part {
  child: Node;
  chart: Chart;
}

/** A child with its frame. */
function partOf(child: Node, edges: readonly Edge[], naming: Naming, depth: number): Chart {
  const name = naming(pathOf(child), keyOf(child));
  const group = child.spec.states !== undefined && !isStep(child.spec);
  const content = group ? inside(child, edges, naming, depth + 1) : { width: 0, height: 0, boxes: [], arrows: [] };
  const width = Math.max(widthOf(name), group ? content.width + 2 * padding : 0);
  const height = group ? content.height + titleHeight + padding : stateHeight;
  const box: Box = {
    path: pathOf(child),
    name,
    x: 0,
    y: 0,
    width,
    height,
    depth,
    group,
    initial: false,
    final: child.spec.type === 'final',
  };
  const moved = movedBy(content, padding, titleHeight);
  return { width, height, boxes: [box, ...moved.boxes], arrows: moved.arrows };
}

/** Regions of a parallel state: one under the other, the small ones in rows. */
function beside(node: Node, parts: readonly Part[]): Chart {
  const widest = Math.max(...parts.map(({ chart }) => chart.width));
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  const placed: Chart[] = [];
  for (const { chart } of parts) {
    if (x > 0 && x + chart.width > widest) {
      x = 0;
      y += rowHeight + padding;
      rowHeight = 0;
    }
    placed.push(movedBy(chart, x, y));
    x += chart.width + padding;
    rowHeight = Math.max(rowHeight, chart.height);
  }
  return { ...merged(node, placed), width: widest, height: y + rowHeight };
}

/** States one after the other, laid out by the transitions between them. */
function arranged(node: Node, parts: readonly Part[], edges: readonly Edge[]): Chart {
  const graph = new dagre.graphlib.Graph({ directed: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 34, marginx: 2, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { child, chart } of parts) graph.setNode(keyOf(child), { width: chart.width, height: chart.height });
  for (const [from, to] of crossings(parts, edges)) graph.setEdge(from, to);
  dagre.layout(graph);
  const placed = parts.map(({ child, chart }) => {
    const at = graph.node(keyOf(child)) as { x: number; y: number };
    return movedBy(chart, at.x - chart.width / 2, at.y - chart.height / 2);
  });
  const prefix = pathOf(node) === '' ? '' : `${pathOf(node)}.`;
  const arrows = graph.edges().map(({ v, w }) => ({
    from: `${prefix}${v}`,
    to: `${prefix}${w}`,
    points: (graph.edge(v, w) as { points: { x: number; y: number }[] }).points,
  }));
  const whole = merged(node, placed);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { ...whole, arrows: [...whole.arrows, ...arrows], width, height };
}

/** Each end of a transition is lifted to the child it lies in; those within one child are drawn there. */
function crossings(parts: readonly Part[], edges: readonly Edge[]): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const { from, to } of edges) {
    const source = parts.find(({ child }) => isWithin(from, child))?.child;
    const target = to && parts.find(({ child }) => isWithin(to, child))?.child;
    if (!source || !target || source === target) continue;
    found.set(`${keyOf(source)} ${keyOf(target)}`, [keyOf(source), keyOf(target)]);
  }
  return [...found.values()];
}

function merged(node: Node, placed: readonly Chart[]): Pick<Chart, 'boxes' | 'arrows'> {
  const first = [pathOf(node), node.spec.initial].filter(Boolean).join('.');
  return {
    boxes: placed
      .flatMap(({ boxes }) => boxes)
      .map((box) => (node.spec.initial !== undefined && box.path === first ? { ...box, initial: true } : box)),
    arrows: placed.flatMap(({ arrows }) => arrows),
  };
}

const movedBy = (chart: Chart, dx: number, dy: number): Chart => ({
  ...chart,
  boxes: chart.boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })),
  arrows: chart.arrows.map((arrow) => ({
    ...arrow,
    points: arrow.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
  })),
});
