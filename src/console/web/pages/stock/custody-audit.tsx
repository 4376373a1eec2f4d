import { Alert, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import type { CustodyAudit as Audit } from '../../../../../schema/wire/api/battery.ts';
import type { InventoryCounts } from '../../../../../schema/wire/api/inventory.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { packTexts } from '../../parts/pack-texts.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useAudit, useCountsByPlace } from './data.ts';
import { stockTexts } from './texts.ts';

/** Whether every pack is in one place and no place has two: the sum, and the rules it rests on. */
export function CustodyAudit() {
  const say = useTexts(stockTexts);
  const audit = useAudit();
  const counts = useCountsByPlace();
  const again = () => {
    void audit.refetch();
    void counts.refetch();
  };
  const error = audit.error ?? counts.error;
  if (error) return <ErrorPanel error={error} retry={again} />;
  if (!audit.data || !counts.data) return <PageSkeleton rows={4} />;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {say('audit.about')}
        </Text>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={audit.isFetching}
          onClick={again}
        >
          {say('audit.run')}
        </Button>
      </Group>
      <Equation counts={counts.data} />
      <Findings audit={audit.data} />
    </Stack>
  );
}

/** Each place with its packs, and what they add up to. */
function Equation({ counts: { counts, total } }: { counts: InventoryCounts }) {
  const say = useTexts(stockTexts);
  const sayPack = useTexts(packTexts);
  const formats = useFormats();
  const holds = counts.reduce((sum, { packs }) => sum + packs, 0) === total;
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {say('audit.equation')}
        </Title>
        <StateBadge
          color={holds ? 'green' : 'red'}
          icon={holds ? IconCircleCheck : IconAlertTriangle}
          words={say(holds ? 'audit.holds' : 'audit.fails')}
          size="lg"
          value={holds ? 'holds' : 'fails'}
        />
      </Group>
      <Group gap="sm" align="baseline">
        {counts.map(({ place, packs }, index) => (
          <Group key={place} gap="sm" align="baseline" wrap="nowrap">
            {index > 0 && <Text size="xl">+</Text>}
            <Term words={place ? sayPack(`place.${place}`) : '–'} value={formats.whole(packs)} />
          </Group>
        ))}
        <Text size="xl">=</Text>
        <Term words={say('audit.packs')} value={formats.whole(total)} />
      </Group>
    </Card>
  );
}

const Term = ({ words, value }: { words: string; value: string }) => (
  <div>
    <Text size="xl" fw={700}>
      {value}
    </Text>
    <Text size="xs" c="dimmed">
      {words}
    </Text>
  </div>
);

function Findings({ audit }: { audit: Audit }) {
  const say = useTexts(stockTexts);
  const formats = useFormats();
  const { examined, places, stations, unknown, violations } = audit;
  const clean = violations.length === 0;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {say('audit.examined', {
          n: formats.whole(examined),
          places: formats.whole(places),
          stations: formats.whole(stations),
        })}{' '}
        {unknown > 0 && say('audit.unknown', { n: unknown })}
      </Text>
      <Alert
        color={clean ? 'green' : 'red'}
        icon={clean ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        title={clean ? say('audit.clean') : say('audit.violations', { count: violations.length })}
        styles={{ title: { color: 'var(--mantine-color-text)' } }}
        data-testid="audit"
      />
      {!clean && (
        <Table.ScrollContainer minWidth={700}>
          <Table fz="sm" aria-label={say('audit.violations', { count: violations.length })}>
            <Table.Thead>
              <Table.Tr>
                {(['rule', 'place', 'packs', 'detail'] as const).map((name) => (
                  <Table.Th key={name}>{say(`audit.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {violations.map(({ rule, station, place, packs, detail }) => (
                <Table.Tr key={`${rule} ${place} ${packs.join()} ${detail}`}>
                  <Table.Td>{say(`audit.name.${rule}`)}</Table.Td>
                  <Table.Td>{place ?? station ?? '–'}</Table.Td>
                  <Table.Td ff="monospace">{packs.join(', ')}</Table.Td>
                  <Table.Td>{detail}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
