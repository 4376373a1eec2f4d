import { Select, Stack, Tabs } from '@mantine/core';
import { IconBuildingWarehouse } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { CustodyAudit } from './custody-audit.tsx';
import { useStations } from './data.ts';
import { TakeForm } from './take-form.tsx';
import { Takes } from './takes.tsx';
import { stockTexts } from './texts.ts';
import { WorkOrders } from './work-orders.tsx';

type Tab = 'take' | 'orders' | 'audit';

/** What is really in the slots, what has to be taken out of them, and whether the sum is right. */
export default function StockPage() {
  const say = useTexts(stockTexts);
  const { tab = 'take', station } = useSearch({ strict: false }) as { tab?: Tab; station?: string };
  const navigate = useNavigate();
  const show = (search: { tab?: Tab; station?: string }) =>
    void navigate({ to: '.', search: search as never, replace: true });
  return (
    <>
      <PageTitle title={say('title')} about={say('about')} />
      <Tabs
        value={tab}
        onChange={(value) => show({ tab: (value ?? 'take') as Tab, ...(station ? { station } : {}) })}
        keepMounted={false}
      >
        <Tabs.List>
          {(['take', 'orders', 'audit'] as const).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {say(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="take" pt="md">
          <TakePanel station={station ?? null} choose={(id) => show({ tab: 'take', ...(id ? { station: id } : {}) })} />
        </Tabs.Panel>
        <Tabs.Panel value="orders" pt="md">
          <WorkOrders />
        </Tabs.Panel>
        <Tabs.Panel value="audit" pt="md">
          <CustodyAudit />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface TakePanelProps {
  station: string | null;
  choose: (station: string | null) => void;
}

function TakePanel({ station, choose }: TakePanelProps) {
  const say = useTexts(stockTexts);
  const stations = useStations();
  const mayTake = isOneOf(useCaller(), ['staff', 'maintenance', 'operations', 'admin']);
  if (stations.error) return <ErrorPanel error={stations.error} retry={() => void stations.refetch()} />;
  const all = stations.data?.items ?? [];
  const chosen = station ?? (all.length === 1 ? (all[0]?.id ?? null) : null);
  return (
    <Stack>
      <Select
        label={say('station')}
        data={all.map(({ id, name }) => ({ value: id, label: `${id} · ${name}` }))}
        value={chosen}
        onChange={choose}
        searchable
        maw={360}
      />
      {chosen === null ? (
        <Empty icon={IconBuildingWarehouse} title={say('choose.title')} text={say('choose.text')} />
      ) : (
        <>
          {mayTake && <TakeForm key={chosen} station={chosen} />}
          <Takes station={chosen} />
        </>
      )}
    </Stack>
  );
}
