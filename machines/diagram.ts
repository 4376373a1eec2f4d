import { listed, nameOf, type Ref, type StateSpec, type TransitionSpec } from './runtime/spec.ts';

/** A state with where it lies. */
export interface Node {
  path: readonly string[];
  spec: StateSpec;
  parent: Node | null;
}

/** A transition; `to` null: it stays where it is. */
export interface Edge {
  from: Node;
  to: Node | null;
  label: string;
}

interface Options {
  /** A step stands as one state; what is inside it has a diagram of its own. */
  isStep(spec: StateSpec): boolean;
}

/** Every step of both machines is made by `stepSpec`, and only they have a gate. */
const steps: Options = { isStep: (spec) => spec.states?.gate !== undefined };

/** Mermaid `stateDiagram-v2` of a machine. Regions stand apart by `--`; guards in brackets; timers as `after`. */
export function stateDiagram(spec: StateSpec, options: Options = steps): string {
  const root = treeOf(spec);
  const edges = edgesOf(root);
  // Mermaid knows regions only inside a state.
  const body =
    spec.type === 'parallel'
      ? [`  state "${keyOf(root)}" as ${idOf(root)} {`, ...draw(root, edges, options, '    '), '  }']
      : draw(root, edges, options, '  ');
  return `${['stateDiagram-v2', ...body].join('\n')}\n`;
}

/** A step alone: the first state of a machine of its own, where what lies outside is drawn as plain states. */
export function stepDiagram(step: StateSpec, outside: readonly string[]): string {
  const around = Object.fromEntries(outside.map((name) => [name, {}]));
  return stateDiagram({ id: 'track', initial: 'step', states: { step, ...around } }, { isStep: () => false });
}

export function treeOf(spec: StateSpec): Node {
  return { path: [spec.id ?? 'machine'], spec, parent: null };
}

export const childrenOf = (node: Node): Node[] =>
  Object.entries(node.spec.states ?? {}).map(([key, spec]) => childNode(node, key, spec));

function childNode(parent: Node, key: string, spec: StateSpec): Node {
  return { path: [...parent.path, key], spec, parent };
}

function find(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const key of path) {
    const spec = node.spec.states?.[key];
    if (!spec) throw new Error(`no state ${[...node.path, key].join('.')}`);
    node = childNode(node, key, spec);
  }
  return node;
}

function targetOf(root: Node, from: Node, target: string): Node {
  if (target.startsWith('#')) return find(root, target.slice(1).split('.').slice(1));
  if (target.startsWith('.')) return find(root, [...from.path.slice(1), ...target.slice(1).split('.')]);
  return find(root, [...from.path.slice(1, -1), ...target.split('.')]);
}

export function edgesOf(root: Node): Edge[] {
  const all = (node: Node): Edge[] => [...ownEdges(root, node), ...childrenOf(node).flatMap(all)];
  return all(root);
}

function ownEdges(root: Node, from: Node): Edge[] {
  const { always, on = {}, after = {} } = from.spec;
  const edge = (event: string, transition: TransitionSpec): Edge => ({
    from,
    to: transition.target === undefined ? null : targetOf(root, from, transition.target),
    label: [event, guardText(transition.guard)].filter(Boolean).join(' '),
  });
  return [
    ...listed(always).map((transition) => edge('', transition)),
    ...Object.entries(on).flatMap(([event, list]) => listed(list).map((transition) => edge(event, transition))),
    ...Object.entries(after).flatMap(([delay, list]) =>
      listed(list).map((transition) => edge(`after ${delay}`, transition)),
    ),
  ];
}

/** `[settled done]`: a guard, and those of its parameters that the place does not already tell. */
function guardText(guard: string | Ref | undefined): string {
  if (guard === undefined) return '';
  const params = typeof guard === 'string' ? {} : (guard.params ?? {});
  const told = Object.entries(params).filter(([name, value]) => name !== 'track' && typeof value === 'string');
  const own = nameOf(guard).endsWith('PlanIs') || told.every(([name]) => name !== 'step') ? told : [];
  return `[${[nameOf(guard), ...own.map(([, value]) => value)].join(' ')}]`;
}

export const isWithin = (node: Node, outer: Node): boolean =>
  outer.path.every((key, index) => node.path[index] === key);
const isSame = (a: Node, b: Node): boolean => a.path.length === b.path.length && isWithin(a, b);
const idOf = (node: Node): string => node.path.join('_').replaceAll('-', '_');
const keyOf = (node: Node): string => node.path.at(-1) ?? '';

/** The inside of a compound or parallel state. */
function draw(node: Node, edges: readonly Edge[], options: Options, indent: string): string[] {
  const children = childrenOf(node);
  const inner = `${indent}  `;
  if (node.spec.type === 'parallel') {
    const own = anywhere(node, edges, indent);
    const regions = children.map((child) => [
      `${indent}state "${keyOf(child)}" as ${idOf(child)} {`,
      ...draw(child, edges, options, inner),
      `${indent}}`,
    ]);
    return [...(own.length > 0 ? [own] : []), ...regions].flatMap((lines, index) =>
      index === 0 ? lines : [`${indent}--`, ...lines],
    );
  }
  const start = children.find((child) => keyOf(child) === node.spec.initial);
  return [
    ...(start ? [`${indent}[*] --> ${idOf(start)}`] : []),
    ...children.flatMap((child) => drawChild(child, edges, options, indent)),
    ...crossing(node, edges, indent),
    ...anywhere(node, edges, indent),
  ];
}

function drawChild(child: Node, edges: readonly Edge[], options: Options, indent: string): string[] {
  const name = `${indent}state "${keyOf(child)}" as ${idOf(child)}`;
  const final = child.spec.type === 'final' ? [`${indent}${idOf(child)} --> [*]`] : [];
  if (!child.spec.states || options.isStep(child.spec)) {
    const inner = child.spec.states ? [] : ownLabels(child, edges);
    return [name, ...inner.map((label) => `${indent}${idOf(child)} : ${label}`), ...final];
  }
  return [`${name} {`, ...draw(child, edges, options, `${indent}  `), `${indent}}`];
}

/** Transitions that stay where they are. */
const ownLabels = (node: Node, edges: readonly Edge[]): string[] =>
  unique(edges.filter(({ from, to }) => isSame(from, node) && to === null).map(({ label }) => label));

/**
 * Edges between two children of this state, or between what lies in them. Mermaid draws none from inside one composite state to the inside
 * of another, so each end is lifted to the child it lies in.
 */
function crossing(node: Node, edges: readonly Edge[], indent: string): string[] {
  const lines = new Map<string, string[]>();
  const children = childrenOf(node);
  for (const { from, to, label } of edges) {
    const source = children.find((child) => isWithin(from, child));
    const target = to && children.find((child) => isWithin(to, child));
    if (!source || !target || (isSame(source, target) && !isSame(from, to))) continue;
    const arrow = `${indent}${idOf(source)} --> ${idOf(target)}`;
    lines.set(arrow, [...(lines.get(arrow) ?? []), isSame(from, source) || !label ? label : shortened(label)]);
  }
  return [...lines].map(([arrow, labels]) => {
    const text = unique(labels).filter(Boolean).join('<br>');
    return text ? `${arrow} : ${text}` : arrow;
  });
}

/** Out of a step that is drawn as one state, only the reason counts: the guard, or the event where there is none. */
const shortened = (label: string): string => /\[.*\]/.exec(label)?.[0] ?? label;

/** Transitions of a composite state itself: they are taken wherever inside it the machine is. */
function anywhere(node: Node, edges: readonly Edge[], indent: string): string[] {
  const own = edges.filter(({ from, to }) => isSame(from, node) && (to === null || isWithin(to, node)));
  if (own.length === 0) return [];
  const id = `${idOf(node)}_anywhere`;
  const staying = unique(own.filter(({ to }) => to === null).map(({ label }) => label));
  const going = own.filter(({ to }) => to !== null);
  return [
    `${indent}state "anywhere" as ${id}`,
    ...staying.map((label) => `${indent}${id} : ${label}`),
    ...going.map(({ to, label }) => `${indent}${id} --> ${to ? idOf(to) : id} : ${label}`),
  ];
}

const unique = (labels: readonly string[]): string[] => [...new Set(labels)];
