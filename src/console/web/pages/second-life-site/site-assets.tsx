import { Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCalendar,
  IconCircleCheck,
  IconHourglassEmpty,
  IconPlayerPause,
  IconRecycle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Asset } from '../../../../../schema/wire/api/second-life.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { AssetDialog } from '../second-life/asset-dialog.tsx';
import { RecyclingDialog } from '../second-life/recycling-dialog.tsx';
import { type ActHere, AssetActDialog, isActHere } from './asset-act-dialog.tsx';
import { AssetChangeDialog, isChangeable } from './asset-change-dialog.tsx';
import { AssetHistoryDialog } from './asset-history-dialog.tsx';
import { useSiteAssets } from './data.ts';
import { siteTexts } from './texts.ts';

/** An act of its life, or what leads elsewhere. */
type Wanted = ActHere | 'recycle' | 'change' | 'history';

const looks: Readonly<Record<Asset['state'], { color: string; icon: Icon }>> = {
  planned: { color: 'blue', icon: IconCalendar },
  commissioned: { color: 'green', icon: IconCircleCheck },
  faulted: { color: 'red', icon: IconAlertTriangle },
  outOfService: { color: 'yellow', icon: IconPlayerPause },
  endOfLife: { color: 'gray', icon: IconHourglassEmpty },
  recycled: { color: 'gray', icon: IconRecycle },
};

/** The assets of a site, and what each takes now. */
export function SiteAssets({ site }: { site: string }) {
  const say = useTexts(siteTexts);
  const assets = useSiteAssets(site);
  const isManager = isOneOf(useCaller(), ['admin', 'operations']);
  const [wish, setWish] = useState<{ asset: Asset; act: Wanted } | null>(null);
  const [adding, setAdding] = useState(false);
  if (assets.error) return <ErrorPanel error={assets.error} retry={() => void assets.refetch()} />;
  const items = assets.data?.items ?? [];
  const names = ['code', 'pack', 'function', 'power', 'energy', 'state', 'acts'] as const;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('assets')}
        </Title>
        {isManager && (
          <Button size="xs" variant="default" onClick={() => setAdding(true)}>
            {say('addAsset')}
          </Button>
        )}
      </Group>
      {assets.data && items.length === 0 && <Text c="dimmed">{say('noAssets')}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={980}>
          <Table fz="sm" aria-label={say('assets')}>
            <Table.Thead>
              <Table.Tr>
                {names.map((name) => (
                  <Table.Th key={name}>{say(`column.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((asset) => (
                <Row key={asset.code} asset={asset} ask={(act) => setWish({ asset, act })} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {adding && <AssetDialog pack="" site={site} close={() => setAdding(false)} />}
      {wish?.act === 'recycle' && <RecyclingDialog pack={wish.asset.pack} close={() => setWish(null)} />}
      {wish?.act === 'change' && <AssetChangeDialog asset={wish.asset} close={() => setWish(null)} />}
      {wish?.act === 'history' && <AssetHistoryDialog code={wish.asset.code} close={() => setWish(null)} />}
      {wish && isActHere(wish.act) && <AssetActDialog asset={wish.asset} act={wish.act} close={() => setWish(null)} />}
    </section>
  );
}

function Row({ asset, ask }: { asset: Asset; ask: (act: Wanted) => void }) {
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const { code, pack, powerW, energyWh, state, acts } = asset;
  const caller = useCaller();
  const mayAct = isOneOf(caller, ['admin', 'operations', 'staff', 'maintenance']);
  const isManager = isOneOf(caller, ['admin', 'operations']);
  return (
    <Table.Tr>
      <Table.Td ff="monospace">{code}</Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/batteries/${pack}`} ff="monospace" size="sm">
          {pack}
        </Anchor>
      </Table.Td>
      <Table.Td>{say(`function.${asset.function}`)}</Table.Td>
      <Table.Td>{formats.kW(powerW)}</Table.Td>
      <Table.Td>{formats.kWh(energyWh)}</Table.Td>
      <Table.Td miw={130}>
        <StateBadge {...looks[state]} words={say(`state.${state}`)} value={state} />
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {mayAct &&
            acts.filter(isActHere).map((act) => (
              <Button key={act} size="xs" variant="default" onClick={() => ask(act)}>
                {say(`act.${act}`)}
              </Button>
            ))}
          {isManager && isChangeable(asset) && (
            <Button size="xs" variant="default" onClick={() => ask('change')}>
              {say('act.change')}
            </Button>
          )}
          {isManager && acts.includes('recycle') && (
            <Button size="xs" variant="default" onClick={() => ask('recycle')}>
              {say('act.recycle')}
            </Button>
          )}
          <Button size="xs" variant="subtle" onClick={() => ask('history')}>
            {say('act.history')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
