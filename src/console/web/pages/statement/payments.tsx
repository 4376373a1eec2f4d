import { Table, Text, Title } from '@mantine/core';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { Statement } from './page.tsx';
import { statementTexts } from './texts.ts';

/** What was paid of it, in the order in which it was found to be its own. */
export function Payments({ statement: { id, payments, balance } }: { statement: Statement }) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {say('payments')}
      </Title>
      {payments.length === 0 && (
        <Text size="sm" c="dimmed">
          {balance && balance.openFen > 0 ? say('noPayments', { id }) : say('nothingToPay')}
        </Text>
      )}
      {payments.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table verticalSpacing="xs" aria-label={say('payments')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{say('paidOn')}</Table.Th>
                <Table.Th scope="col">{say('payment')}</Table.Th>
                <Table.Th scope="col" ta="right">
                  {say('amount')}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {payments.map(({ payment, n, amountFen, undoes, paidAt }) => (
                <Table.Tr key={`${payment} ${n}`}>
                  <Table.Td>{formats.day(paidAt)}</Table.Td>
                  <Table.Td>
                    <Text size="xs">{payment}</Text>
                    {undoes !== null && <Text size="xs">{say('undone', { n: undoes })}</Text>}
                  </Table.Td>
                  <Table.Td ta="right">{formats.money(amountFen)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
