import { Anchor, Button, Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { type Icon, IconCircleCheck, IconClipboardList, IconUserCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { WorkOrder } from '../../../../../schema/wire/api/inventory.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { useOrders } from './data.ts';
import { stockTexts } from './texts.ts';

type State = WorkOrder['state'];
const states = ['open', 'assigned', 'closed'] as const;
const looks: Readonly<Record<State, { color: string; icon: Icon }>> = {
  open: { color: 'orange', icon: IconClipboardList },
  assigned: { color: 'blue', icon: IconUserCheck },
  closed: { color: 'gray', icon: IconCircleCheck },
};

/** Packs that have to be taken out of their slots. */
export function WorkOrders() {
  const say = useTexts(stockTexts);
  const [state, setState] = useState<State | 'any'>('open');
  const orders = useOrders(state === 'any' ? null : state);
  const [wish, setWish] = useState<{ order: WorkOrder; what: 'assign' | 'close' } | null>(null);
  const items = orders.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {say('order.about')}
      </Text>
      <SegmentedControl
        aria-label={say('order.show')}
        value={state}
        onChange={(value) => setState(value as State | 'any')}
        data={[...states, 'any' as const].map((value) => ({ value, label: say(`order.${value}`) }))}
        w="fit-content"
      />
      {orders.isPending && <PageSkeleton rows={3} />}
      {orders.error && <ErrorPanel error={orders.error} retry={() => void orders.refetch()} />}
      {orders.data && items.length === 0 && (
        <Empty icon={IconClipboardList} title={say('order.none.title')} text={say('order.none.text')} />
      )}
      {items.length > 0 && <OrderTable orders={items} ask={(order, what) => setWish({ order, what })} />}
      <MoreButton of={orders} />
      {wish?.what === 'assign' && <AssignDialog order={wish.order} close={() => setWish(null)} />}
      {wish?.what === 'close' && <CloseDialog order={wish.order} close={() => setWish(null)} />}
    </Stack>
  );
}

interface OrderTableProps {
  orders: readonly WorkOrder[];
  ask: (order: WorkOrder, what: 'assign' | 'close') => void;
}

function OrderTable({ orders, ask }: OrderTableProps) {
  const say = useTexts(stockTexts);
  const names = ['id', 'place', 'pack', 'reason', 'state', 'who', 'opened'] as const;
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table fz="sm" aria-label={say('tab.orders')}>
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name}>{say(`order.${name}`)}</Table.Th>
            ))}
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map((order) => (
            <Row key={order.id} order={order} ask={(what) => ask(order, what)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ order, ask }: { order: WorkOrder; ask: (what: 'assign' | 'close') => void }) {
  const say = useTexts(stockTexts);
  const formats = useFormats();
  const mayAct = isOneOf(useCaller(), ['staff', 'maintenance', 'operations', 'admin']);
  const { id, station, slot, pack, reason, state, assignee, openedAt, closedBy, closedNote } = order;
  return (
    <Table.Tr>
      <Table.Td>{id}</Table.Td>
      <Table.Td>
        {station} · {say('slot')} {slot}
      </Table.Td>
      <Table.Td>
        <Anchor component={Link} to={`/batteries/${pack}`} ff="monospace" size="sm">
          {pack}
        </Anchor>
      </Table.Td>
      <Table.Td>{reason}</Table.Td>
      <Table.Td miw={120}>
        <StateBadge {...looks[state]} words={say(`order.${state}`)} value={state} />
      </Table.Td>
      <Table.Td>{[assignee, closedBy, closedNote].filter((each) => each !== null).join(' · ') || '–'}</Table.Td>
      <Table.Td>{formats.dayAndTime(openedAt)}</Table.Td>
      <Table.Td>
        {mayAct && state !== 'closed' && (
          <Group gap={4} wrap="nowrap">
            <Button size="xs" variant="default" onClick={() => ask('assign')}>
              {say('order.assign')}
            </Button>
            <Button size="xs" variant="default" onClick={() => ask('close')}>
              {say('order.done')}
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function CloseDialog({ order: { id }, close }: { order: WorkOrder; close: () => void }) {
  const say = useTexts(stockTexts);
  const client = useQueryClient();
  const send = useIntent();
  const act = async (note: string) => {
    const param = { id: String(id) };
    await send((header) => bodyOf(api['work-orders'][':id'].close.$post({ param, header, json: { note } })));
    await client.invalidateQueries({ queryKey: ['work-orders'] });
  };
  return (
    <ReasonDialog
      title={say('order.doneTitle', { id })}
      consequence={say('order.doneAbout')}
      confirm={say('order.done')}
      act={act}
      close={close}
    />
  );
}
