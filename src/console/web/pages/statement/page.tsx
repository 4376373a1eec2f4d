import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Download } from '../../parts/download.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Figure } from '../../parts/figure.tsx';
import { NotFound } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PayState } from '../fleet/states.tsx';
import { NoteDialog } from '../fleet-disputes/note-dialog.tsx';
import { notesTexts } from '../fleet-disputes/notes-texts.ts';
import { Lines } from './lines.tsx';
import { Payments } from './payments.tsx';
import { Receipts } from './receipts.tsx';
import { statementTexts } from './texts.ts';

const useStatement = (id: string) =>
  useQuery({
    queryKey: ['statements', 'one', id],
    queryFn: () => bodyOf(api.statements[':id'].$get({ param: { id } })),
  });
export type Statement = NonNullable<ReturnType<typeof useStatement>['data']>;

/** A statement of a fleet or an owner: every line explained, what was paid, and what may be said against it. */
export default function StatementPage() {
  const { statement, income } = useParams({ strict: false }) as { statement?: string; income?: string };
  const id = statement ?? income ?? '';
  const { data, error, refetch } = useStatement(id);
  if (error instanceof Problem && (error.status === 404 || error.status === 422)) return <NotFound />;
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return (
    <Stack gap="md">
      <Head statement={data} />
      <Figures statement={data} />
      <Lines statement={data} />
      {data.kind === 'fleet' && <Payments statement={data} />}
      {data.kind === 'fleet' && <Receipts statement={data} />}
    </Stack>
  );
}

function Head({ statement: { id, kind, month, party, closedAt } }: { statement: Statement }) {
  const mayIssue = isOneOf(useCaller(), ['admin', 'operations']) && kind === 'fleet';
  const [issuing, setIssuing] = useState(false);
  const say = useTexts(statementTexts);
  const sayNote = useTexts(notesTexts);
  const formats = useFormats();
  const { pathname } = useLocation();
  const [failure, setFailure] = useState<unknown>(null);
  return (
    <div>
      <Anchor component={Link} to={pathname.slice(0, pathname.lastIndexOf('/')) as never} size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={14} aria-hidden /> {say('list.title')}
        </Group>
      </Anchor>
      <PageTitle
        title={say(kind === 'fleet' ? 'titleFleet' : 'titleOwner', { month })}
        about={say('about', { id, party, closed: formats.day(closedAt) })}
      >
        <Download
          name={`${id}.pdf`}
          words="PDF"
          onError={setFailure}
          ask={() => api.statements[':id'].pdf.$get({ param: { id } })}
        />
        <Download
          name={`${id}.csv`}
          words={say('csvLines')}
          onError={setFailure}
          ask={() =>
            api.statements[':id'].lines.$get({ param: { id }, query: {} }, { headers: { Accept: 'text/csv;bom=1' } })
          }
        />
        {kind === 'fleet' && (
          <Download
            name={`${id}-swaps.csv`}
            words={say('csvSwaps')}
            onError={setFailure}
            ask={() =>
              api.statements[':id'].receipts.$get(
                { param: { id }, query: {} },
                { headers: { Accept: 'text/csv;bom=1' } },
              )
            }
          />
        )}
        {mayIssue && (
          <Button variant="default" onClick={() => setIssuing(true)}>
            {sayNote('issue')}
          </Button>
        )}
      </PageTitle>
      {issuing && <NoteDialog statement={id} close={() => setIssuing(false)} />}
      {failure !== null && <ErrorPanel error={failure} />}
    </div>
  );
}

function Figures({ statement }: { statement: Statement }) {
  const say = useTexts(statementTexts);
  const formats = useFormats();
  const { balance, totalFen, receiptsFen, linesFen, notesFen, receiptCount, dueDay, kind } = statement;
  const parts = say('madeOf', {
    swaps: formats.money(receiptsFen),
    lines: formats.money(linesFen),
    notes: formats.money(notesFen),
  });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <Figure
        label={say(kind === 'owner' ? 'income' : 'total')}
        value={formats.money(totalFen)}
        {...(kind === 'fleet' ? { note: parts } : {})}
      />
      {kind === 'fleet' && <Figure label={say('swaps')} value={formats.whole(receiptCount)} />}
      {balance && (
        <Figure
          label={say('left')}
          value={formats.money(balance.openFen)}
          note={say('ofIt', {
            paid: formats.money(balance.paidFen),
            covered: formats.money(balance.coveredFen),
            disputed: formats.money(balance.disputedFen),
          })}
        />
      )}
      {balance && <Figure label={say('due')} value={formats.day(dueDay)} />}
      {balance && (
        <Group>
          <Text size="sm" c="dimmed">
            {say('state')}
          </Text>
          <PayState state={balance.state} />
        </Group>
      )}
    </SimpleGrid>
  );
}
