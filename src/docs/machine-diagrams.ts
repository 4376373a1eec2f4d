import { baySpec } from '../../machines/bay/spec.ts';
import { cycleSpec } from '../../machines/cycle/spec.ts';
import { stateDiagram, stepDiagram } from '../../machines/diagram.ts';
import { leaseSpec } from '../../machines/lease/spec.ts';
import { stepSpec } from '../../machines/track/step-spec.ts';
import type { GeneratedFile } from './generated-file.ts';

const note = 'Written by `npm run docs:generate` from the machine itself. A test fails when it differs.';

const legend =
  '[inside it](../track/step.diagram.md) all are alike. Guards stand in brackets, timers behind `after`. What `anywhere` does is done in ' +
  'every state of the region around it.';

const page = (path: string, ...paragraphs: string[]): GeneratedFile => ({ path, text: `${paragraphs.join('\n\n')}\n` });
const fenced = (diagram: string): string => `\`\`\`mermaid\n${diagram}\`\`\``;

/** A diagram beside each machine, and one of the step that both are made of. */
export function machineDiagrams(): GeneratedFile[] {
  return [
    page(
      'machines/bay/bay.diagram.md',
      '# The bay',
      note,
      `Each step of the shuttle is drawn as one state; ${legend}`,
      fenced(stateDiagram(baySpec)),
    ),
    page(
      'machines/cycle/cycle.diagram.md',
      '# The cycle',
      note,
      `Robot and shuttle run in parallel and meet at the exchange. Each step is drawn as one state; ${legend}`,
      fenced(stateDiagram(cycleSpec)),
    ),
    page(
      'machines/lease/lease.diagram.md',
      '# The lease',
      note,
      'Every event of a running lease is noted, and `deciding` then finds the state it is in now. What `anywhere` does is done in every state of ' +
        'the region around it. Guards stand in brackets.',
      fenced(stateDiagram(leaseSpec)),
    ),
    page(
      'machines/track/step.diagram.md',
      '# A step',
      note,
      'What is inside every step of [the bay](../bay/bay.diagram.md) and of [the cycle](../cycle/cycle.diagram.md). `next` is the step or plan ' +
        'that follows when it is proved, `decide` where the machine chooses another way, `abandon` the person who takes a step of the bay off ' +
        'its hands (`reset`). On the robot track the events and timers are called `robot…`.',
      fenced(stepDiagram(stepInside(), ['next', 'decide'])),
    ),
  ];
}

const stepInside = () =>
  stepSpec({
    track: 'shuttle',
    step: 'step' as never,
    home: '#track',
    next: '#track.next',
    decide: '#track.decide',
    abandon: 'abandon',
  });
