import type { Profiler } from 'node:inspector';

/** Parts of a swap's way through the service, in order. */
const stages = [
  'receive',
  'parse',
  'sequence',
  'load',
  'step',
  'fold',
  'encode',
  'statement',
  'publish',
  'live stream',
  'log and metrics',
  'other engine',
  'node: sockets, timers',
  'garbage collection',
] as const;
export type Stage = (typeof stages)[number];

/** The first rule that fits a file decides. Functions count for the nearest caller that has a stage of its own. */
const byFile: readonly [pattern: RegExp, stage: Stage][] = [
  [/node_modules\/xstate|\/machines\//, 'step'],
  [/\/(decode|records?|ids|events|uplink|places)\.(ts|js)$/, 'parse'],
  [/node_modules\/zod/, 'parse'],
  [/\/src\/.*(journal|sequence|reorder|mailbox|intake|window)/, 'sequence'],
  [/\/src\/.*\bload\b|\/image\.(ts|js)$/, 'load'],
  [/\/src\/.*(fold|effects?|row)/, 'fold'],
  [/\/src\/.*encode/, 'encode'],
  [/node_modules\/postgres\/|\/src\/engine\/commit\/|\/src\/db\//, 'statement'],
  [/\/src\/.*(outbox|dispatch|publish|downlink)/, 'publish'],
  [/\/src\/.*(stream|ring|feed|delta)/, 'live stream'],
  [/node_modules\/(pino|prom-client|sonic-boom|thread-stream)|\/(log|metrics)\.(ts|js)$/, 'log and metrics'],
  [/\/src\/plc\//, 'sequence'],
  [/\/src\//, 'other engine'],
  [/\/bench\/children\/floor|fixed-commands/, 'other engine'],
];
/** The client's own code is receive or publish, by what called it. */
const mqttClient = /node_modules\/mqtt(-packet)?\//;
const mqttSend = /^(publish|_sendPacket|_writePacket|_storePacket|writeToStream|generate|writePublish|tapped)$/;

type Node = Profiler.ProfileNode;

/** Share of busy time per stage, 0 to 1. Idle time is left out. */
export function stageShares(profile: Profiler.Profile): Map<Stage, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const stageOf = new Map<number, Stage | 'idle'>();
  for (const node of profile.nodes) stageOf.set(node.id, classify(node, nodes, parents));

  const spent = new Map<Stage, number>();
  let busy = 0;
  profile.samples?.forEach((id, index) => {
    const stage = stageOf.get(id) ?? 'idle';
    if (stage === 'idle') return;
    const us = Math.max(0, profile.timeDeltas?.[index] ?? 0);
    spent.set(stage, (spent.get(stage) ?? 0) + us);
    busy += us;
  });
  return new Map(stages.filter((stage) => spent.has(stage)).map((stage) => [stage, (spent.get(stage) ?? 0) / busy]));
}

function classify(leaf: Node, nodes: Map<number, Node>, parents: Map<number, number>): Stage | 'idle' {
  // `dispatch` is the profiler's own door.
  if (leaf.callFrame.functionName === '(idle)' || leaf.callFrame.functionName === 'dispatch') return 'idle';
  if (leaf.callFrame.functionName === '(garbage collector)') return 'garbage collection';
  let seenMqtt = false;
  for (let node: Node | undefined = leaf; node; node = nodes.get(parents.get(node.id) ?? -1)) {
    const { url, functionName } = node.callFrame;
    if (mqttClient.test(url)) {
      if (mqttSend.test(functionName)) return 'publish';
      seenMqtt = true;
      continue;
    }
    const rule = byFile.find(([pattern]) => pattern.test(url));
    // What the service's code calls in the client is sending; what the client calls by itself is receiving.
    if (rule) return seenMqtt ? 'publish' : rule[1];
  }
  return seenMqtt ? 'receive' : 'node: sockets, timers';
}

/** The functions with the most own time: name, place and share of busy time. */
export function hottest(profile: Profiler.Profile, count: number): { name: string; share: number }[] {
  const names = new Map(
    profile.nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName || '(anonymous)'} ${callFrame.url.replace(/^.*\/(node_modules|src|machines|schema|test)\//, '$1/')}:${callFrame.lineNumber + 1}`,
    ]),
  );
  const spent = new Map<string, number>();
  let busy = 0;
  profile.samples?.forEach((id, index) => {
    const name = names.get(id) ?? '';
    if (name.startsWith('(idle)') || name.startsWith('dispatch ')) return;
    const us = Math.max(0, profile.timeDeltas?.[index] ?? 0);
    spent.set(name, (spent.get(name) ?? 0) + us);
    busy += us;
  });
  return [...spent]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, us]) => ({ name, share: us / busy }));
}
