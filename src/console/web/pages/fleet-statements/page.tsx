import { IconFileInvoice } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { FleetFrame } from '../fleet/frame.tsx';
import { StatementTable } from '../statement/table.tsx';
import { statementTexts } from '../statement/texts.ts';

/** What a fleet owes, month by month. */
export default function FleetStatementsPage() {
  const say = useTexts(statementTexts);
  return (
    <FleetFrame title={say('list.title')} about={say('list.aboutFleet')}>
      {(fleet) => (
        <StatementTable
          key={fleet}
          filter={{ party: fleet, kind: 'fleet' }}
          base="/fleet/statements"
          empty={<Empty icon={IconFileInvoice} title={say('list.empty')} text={say('list.emptyText')} />}
        />
      )}
    </FleetFrame>
  );
}
