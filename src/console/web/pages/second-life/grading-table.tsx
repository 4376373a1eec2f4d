import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Grading } from '../../../../../schema/wire/api/grading.ts';
import { visualFindings } from '../../../../../schema/wire/cascade/grading.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { GradeBadge } from '../../parts/grade-badge.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { useGradingList } from './data.ts';
import { secondLifeTexts } from './texts.ts';

export function GradingTable() {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const gradings = useGradingList();
  const items = gradings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('gradings.title')}
      </Title>
      {gradings.data && items.length === 0 && <Text c="dimmed">{say('gradings.none')}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={720} maxHeight={360}>
          <Table fz="sm" stickyHeader aria-label={say('gradings.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('gradings.when')}</Table.Th>
                <Table.Th>{say('gradings.pack')}</Table.Th>
                <Table.Th>{say('retired.grade')}</Table.Th>
                <Table.Th>{say('retired.soh')}</Table.Th>
                <Table.Th>{say('gradings.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((grading) => (
                <Table.Tr key={grading.id}>
                  <Table.Td>{formats.dayAndTime(grading.testedAt)}</Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={`/batteries/${grading.pack}`} ff="monospace" size="sm">
                      {grading.pack}
                    </Anchor>
                  </Table.Td>
                  <Table.Td miw={120}>
                    <GradeBadge grade={grading.grade} />
                  </Table.Td>
                  <Table.Td>{formats.pct(grading.sohPct)}</Table.Td>
                  <Table.Td>
                    <Reasons of={grading} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton of={gradings} />
    </section>
  );
}

/** Why the grade is not better. */
function Reasons({ of }: { of: Grading }) {
  const say = useTexts(secondLifeTexts);
  const formats = useFormats();
  const words = of.reasons.map(({ reason, measured, demanded }) => {
    const name = say(`reason.${reason}`);
    if (typeof measured === 'string') {
      const found = visualFindings.filter((each) => measured.includes(each)).map((each) => say(`finding.${each}`));
      return found.length === 0 ? name : `${name} (${found.join(', ')})`;
    }
    return measured === null || demanded === null
      ? name
      : `${name} (${say('gradings.wanted', { measured: formats.tenth(measured), demanded })})`;
  });
  return <Text size="xs">{words.length === 0 ? '–' : words.join(' · ')}</Text>;
}
