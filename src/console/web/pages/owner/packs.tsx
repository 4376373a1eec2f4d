import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconBattery } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Download } from '../../parts/download.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { type PlaceView, usePlaceWords } from '../../parts/pack-place.ts';
import { type PackStatus, PackStatusBadge } from '../../parts/pack-status.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { AgeingDrawer } from './ageing-drawer.tsx';
import { ownerTexts } from './texts.ts';

interface PacksProps {
  owner: string;
  month: string;
}

/** Pack by pack. */
export function Packs({ owner, month }: PacksProps) {
  const say = useTexts(ownerTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  const [shown, show] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const ask = (query: { month: string; limit?: string; cursor?: string }, headers: Record<string, string> = {}) =>
    api.owners[':owner'].packs.$get({ param: { owner }, query }, { headers });
  const list = usePages(['owners', 'packs', owner, month], (page) => bodyOf(ask({ month, ...page })));
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('packs')}
        </Title>
        <Download
          name={`packs-${owner}-${month}.csv`}
          words="CSV"
          onError={setFailure}
          ask={() => ask({ month }, { Accept: 'text/csv;bom=1' })}
        />
      </Group>
      {failure !== null && <ErrorPanel error={failure} />}
      <PagedTable
        label={say('packs')}
        list={list}
        keyOf={({ code }) => code}
        minWidth={900}
        empty={<Empty icon={IconBattery} title={say('noPacks')} />}
        columns={[
          {
            head: say('code'),
            cell: ({ code, model }) => (
              <Stack gap={0}>
                <Anchor component={Link} to={`/batteries/${code}` as never} size="sm">
                  {code}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {model}
                </Text>
              </Stack>
            ),
          },
          { head: say('state'), cell: ({ status }) => <PackStatusBadge status={status as PackStatus} /> },
          {
            head: say('place'),
            cell: ({ place }) => placeWords(place as PlaceView | null),
          },
          { head: say('utilisation'), cell: ({ utilisation }) => formats.pct(utilisation * 100), right: true },
          { head: say('fitted'), cell: ({ swaps }) => formats.whole(swaps), right: true },
          { head: say('income'), cell: ({ incomeFen }) => formats.money(incomeFen), right: true },
          {
            head: say('soh'),
            cell: ({ sohPct, sohLowPct, sohHighPct }) => (
              <Stack gap={0}>
                <Text size="sm">{formats.pct(sohPct)}</Text>
                {sohLowPct !== null && (
                  <Text size="xs" c="dimmed">{`${formats.tenth(sohLowPct)}–${formats.tenth(sohHighPct)}`}</Text>
                )}
              </Stack>
            ),
            right: true,
          },
          { head: say('value'), cell: ({ residual }) => formats.money(residual?.valueFen), right: true },
          {
            head: say('acts'),
            cell: ({ code }) => (
              <Button size="compact-xs" variant="default" onClick={() => show(code)}>
                {say('ageing')}
              </Button>
            ),
          },
        ]}
      />
      {shown !== null && <AgeingDrawer owner={owner} code={shown} close={() => show(null)} />}
    </section>
  );
}
