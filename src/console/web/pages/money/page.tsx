import { Stack, Title } from '@mantine/core';
import { IconFileInvoice } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { DisputeList } from '../fleet-disputes/dispute-list.tsx';
import { StatementTable } from '../statement/table.tsx';
import { CloseMonth } from './close-month.tsx';
import { PaymentFile } from './payment-file.tsx';
import { Suspense } from './suspense.tsx';
import { moneyTexts } from './texts.ts';

/** What operations do with money: bring payments in, say whose they are, answer disputes, close months. */
export default function MoneyPage() {
  const say = useTexts(moneyTexts);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <CloseMonth />
      </PageTitle>
      <Stack gap="xl">
        <PaymentFile />
        <Suspense />
        <section>
          <Title order={2} size="h4" mb="xs">
            {say('disputes')}
          </Title>
          <DisputeList filter={{ state: 'open' }} showParty />
        </section>
        <section>
          <Title order={2} size="h4" mb="xs">
            {say('statements')}
          </Title>
          <StatementTable
            filter={{ kind: 'fleet' }}
            base="/fleet/statements"
            showParty
            empty={<Empty icon={IconFileInvoice} title={say('noStatements')} />}
          />
        </section>
      </Stack>
    </>
  );
}
