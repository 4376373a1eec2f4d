import { Anchor, Stack, Tabs } from '@mantine/core';
import { IconBatteryOff } from '@tabler/icons-react';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { Problem } from '../../api/problem.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { Charges } from './charges.tsx';
import { Custody } from './custody.tsx';
import { useGradings, useLife, usePack } from './data.ts';
import { Decisions } from './decisions.tsx';
import { Gradings } from './gradings.tsx';
import { HealthHistory } from './health-history.tsx';
import { LifeEvents } from './life-events.tsx';
import { PackHead } from './pack-head.tsx';
import { batteryTexts } from './texts.ts';

const packLength = 24;

/** The life of one pack, by either of its codes. */
export default function BatteryPage() {
  const { code } = useParams({ strict: false }) as { code: string };
  return code.length === packLength ? <PackPage key={code} code={code} /> : <ByCascadeCode code={code} />;
}

function ByCascadeCode({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const life = useLife(code);
  if (life.data) return <Navigate to={`/batteries/${life.data.code}` as never} replace />;
  if (life.error || !life.enabled)
    return <Empty icon={IconBatteryOff} title={say('gone.title')} text={say('gone.text')} />;
  return <PageSkeleton />;
}

function PackPage({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const pack = usePack(code);
  const sees = { events: useLife(code).enabled, gradings: useGradings(code).enabled };
  if (pack.error instanceof Problem && [400, 404].includes(pack.error.status))
    return <Empty icon={IconBatteryOff} title={say('gone.title')} text={say('gone.text')} />;
  if (pack.error && !pack.data) return <ErrorPanel error={pack.error} retry={() => void pack.refetch()} />;
  if (!pack.data) return <PageSkeleton />;
  const { body, etag } = pack.data;
  const tabs = (['health', 'custody', 'charges', 'events', 'decisions', 'gradings'] as const).filter(
    (name) => (name !== 'events' || sees.events) && (name !== 'gradings' || sees.gradings),
  );
  return (
    <Stack>
      <Anchor component={Link} to="/batteries" size="sm">
        {say('all')}
      </Anchor>
      <PackHead pack={body} etag={etag} />
      <Tabs defaultValue="health" keepMounted={false}>
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {say(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((name) => {
          const Part = parts[name];
          return (
            <Tabs.Panel key={name} value={name} pt="sm">
              <Part code={code} />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Stack>
  );
}

const parts = {
  health: HealthHistory,
  custody: Custody,
  charges: Charges,
  events: LifeEvents,
  decisions: Decisions,
  gradings: Gradings,
} as const;
