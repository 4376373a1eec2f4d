import { Badge, Button, Card, Table, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { SessionView } from '../../../../../schema/wire/api/session.ts';
import { api, bodyOf } from '../../api/client.ts';
import { queryClient } from '../../app/query-client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { accountTexts } from './texts.ts';

const queryKey = ['account', 'sessions'];

/** Every browser that is signed in as this person; each can be signed out from here. */
export function SessionsCard() {
  const say = useTexts(accountTexts);
  const sessions = useQuery({ queryKey, queryFn: () => bodyOf(api.sessions.$get()) });
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        {say('sessions.title')}
      </Title>
      {sessions.isPending && <PageSkeleton rows={2} />}
      {sessions.error && <ErrorPanel error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data && (
        <Table.ScrollContainer minWidth={620}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(['browser', 'address', 'since', 'used', 'ends'] as const).map((each) => (
                  <Table.Th key={each} scope="col">
                    {say(`sessions.${each}`)}
                  </Table.Th>
                ))}
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sessions.data.items.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

function SessionRow({ session }: { session: SessionView }) {
  const say = useTexts(accountTexts);
  const formats = useFormats();
  const end = useMutation({
    mutationFn: () => bodyOf(api.sessions[':id'].$delete({ param: { id: session.id } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <Table.Tr>
      <Table.Td>{browserOf(session.userAgent) ?? say('sessions.unknown')}</Table.Td>
      <Table.Td>{session.address ?? say('sessions.unknown')}</Table.Td>
      <Table.Td>{formats.dayAndTime(session.createdAt)}</Table.Td>
      <Table.Td>{formats.dayAndTime(session.lastUsedAt)}</Table.Td>
      <Table.Td>{formats.dayAndTime(session.expiresAt)}</Table.Td>
      <Table.Td ta="right">
        {session.current ? (
          <Badge variant="light">{say('sessions.here')}</Badge>
        ) : (
          <Button size="compact-sm" variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            {say('sessions.end')}
          </Button>
        )}
        {end.error && <ErrorPanel error={end.error} />}
      </Table.Td>
    </Table.Tr>
  );
}

const families = ['Edg', 'OPR', 'MicroMessenger', 'Firefox', 'Chrome', 'Safari'];
const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'];
const shortNames: Readonly<Record<string, string>> = {
  Edg: 'Edge',
  OPR: 'Opera',
  MicroMessenger: 'WeChat',
  'Mac OS X': 'macOS',
};

/** Enough to know one's own browsers again. */
function browserOf(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const found = [families, systems].flatMap((names) => names.find((name) => userAgent.includes(name)) ?? []);
  return found.length === 0 ? userAgent.slice(0, 40) : found.map((name) => shortNames[name] ?? name).join(', ');
}
