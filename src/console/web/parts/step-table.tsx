import { ScrollArea, Table } from '@mantine/core';
import type { SwapStep } from '../../../../schema/wire/api/swap.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { useReasonWords } from './reason-words.ts';
import { stationTexts } from './station-texts.ts';

/** The same as the timeline, in rows: step, attempt, budget and what it took. */
export function StepTable({ steps }: { steps: readonly SwapStep[] }) {
  const say = useTexts(stationTexts);
  return (
    <ScrollArea type="auto">
      <Table striped withRowBorders={false} verticalSpacing={3} fz="xs" aria-label={say('timeline.label')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('timeline.step')}</Table.Th>
            <Table.Th>{say('timeline.track')}</Table.Th>
            <Table.Th ta="right">{say('timeline.attempt')}</Table.Th>
            <Table.Th ta="right">{say('timeline.budget')}</Table.Th>
            <Table.Th ta="right">{say('timeline.actual')}</Table.Th>
            <Table.Th>{say('timeline.result')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((step) => (
            <StepRow key={step.ordinal} step={step} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function StepRow({ step }: { step: SwapStep }) {
  const reasonWords = useReasonWords();
  const say = useTexts(stationTexts);
  const formats = useFormats();
  const over = step.actualMs !== null && step.actualMs > step.budgetMs;
  const words = [
    say(`result.${step.result}`),
    step.reason === null ? null : reasonWords(step.reason),
    over ? say('timeline.over') : null,
  ].filter(Boolean);
  return (
    <Table.Tr>
      <Table.Td>{say(`step.${step.step}`)}</Table.Td>
      <Table.Td>{say(`track.${step.track}`)}</Table.Td>
      <Table.Td ta="right">{step.attempt}</Table.Td>
      <Table.Td ta="right">{formats.seconds(step.budgetMs)}</Table.Td>
      <Table.Td ta="right">{formats.seconds(step.actualMs)}</Table.Td>
      <Table.Td>{words.join(' · ')}</Table.Td>
    </Table.Tr>
  );
}
