import { Anchor, Group, Table, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReceiptDetail } from '../../../../../schema/wire/api/settlement.ts';
import type { SwapDetail } from '../../../../../schema/wire/api/swap.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { swapTexts } from './texts.ts';

/** The receipt, or null where there is none: asked of the list, for which none is no failure. */
async function findReceipt({ id, vehicle, station, releasedAt }: SwapDetail): Promise<ReceiptDetail | null> {
  if (releasedAt === null) return null;
  const to = new Date(Date.parse(releasedAt) + 1).toISOString();
  const { items } = await bodyOf(api.receipts.$get({ query: { vehicle, station, from: releasedAt, to } }));
  if (!items.some(({ swap }) => swap === id)) return null;
  return await bodyOf(api.receipts[':swap'].$get({ param: { swap: id } }));
}

/** What the swap cost, line by line, and the driver's certificate. */
export function Bill({ swap }: { swap: SwapDetail }) {
  const say = useTexts(swapTexts);
  const receipt = useQuery({ queryKey: ['swap', swap.id, 'receipt'], queryFn: () => findReceipt(swap) });
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('bill.title')}
      </Title>
      {receipt.isPending ? (
        <PageSkeleton rows={2} />
      ) : receipt.error ? (
        <ErrorPanel error={receipt.error} retry={() => void receipt.refetch()} />
      ) : receipt.data === null ? (
        <Text c="dimmed">{say('bill.none')}</Text>
      ) : (
        <Receipt receipt={receipt.data} />
      )}
    </section>
  );
}

function Receipt({ receipt }: { receipt: ReceiptDetail }) {
  const say = useTexts(swapTexts);
  const formats = useFormats();
  const { lines, totalFen, plan, planVersion, tariff, certificate, energyWh } = receipt;
  return (
    <>
      <Table fz="sm" aria-label={say('bill.label')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('bill.line')}</Table.Th>
            <Table.Th ta="right">{say('bill.amount')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ text, amountFen }) => (
            <Table.Tr key={text}>
              <Table.Td>{text}</Table.Td>
              <Table.Td ta="right">{formats.money(amountFen)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th>{say('bill.total')}</Table.Th>
            <Table.Th ta="right">{formats.money(totalFen)}</Table.Th>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Group gap="md" mt={6}>
        <Text size="xs" c="dimmed">
          {say('bill.plan', { plan, version: planVersion })} · {say('bill.tariff', { tariff })} · {say('bill.energy')}:{' '}
          {formats.kWh(energyWh)}
        </Text>
        <Anchor size="sm" href={certificate} target="_blank" rel="noreferrer">
          {say('bill.certificate')} <IconExternalLink size={13} aria-hidden />
        </Anchor>
      </Group>
    </>
  );
}
