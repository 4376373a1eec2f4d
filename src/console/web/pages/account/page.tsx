import { Card, Select, SimpleGrid, Stack, Table, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../api/client.ts';
import { queryClient } from '../../app/query-client.ts';
import { sessionQuery, useCaller } from '../../app/session.ts';
import { shellTexts } from '../../app/texts.ts';
import { type Language, languages } from '../../i18n/language.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { accountTexts } from './texts.ts';

/** What a person sees and changes of their own account. */
export default function AccountPage() {
  const say = useTexts(accountTexts);
  return (
    <>
      <PageTitle title={say('title')} />
      <Stack>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <PersonCard />
          <PasswordCard />
        </SimpleGrid>
        <SessionsCard />
      </Stack>
    </>
  );
}

function PersonCard() {
  const say = useTexts(accountTexts);
  const sayRole = useTexts(shellTexts);
  const { language } = useLanguage();
  const { name, email, role, organisation, stations } = useCaller();
  const { name: zh, nameEn: en } = organisation ?? { name: '–', nameEn: null };
  const rows = [
    [say('person.name'), name],
    [say('person.email'), email],
    [say('person.role'), sayRole(`role.${role}`)],
    [say('person.organisation'), language === 'en' ? (en ?? zh) : zh],
    [say('person.stations'), stations?.join(', ') ?? say('person.allStations')],
  ];
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        {say('person.title')}
      </Title>
      <Table variant="vertical" mb="md">
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row">{label}</Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <LanguageOfLetters />
    </Card>
  );
}

/** What the service writes without being asked comes in this language; the pages' own language is chosen in the frame. */
function LanguageOfLetters() {
  const say = useTexts(accountTexts);
  const { language } = useCaller();
  const change = useMutation({
    mutationFn: (next: Language) => bodyOf(api.session.$patch({ json: { language: next } })),
    onSuccess: (caller) => queryClient.setQueryData(sessionQuery.queryKey, caller),
  });
  return (
    <>
      <Select
        label={say('person.language')}
        data={languages.map((each) => ({ value: each, label: each === 'zh' ? '中文' : 'English' }))}
        value={language ?? 'zh'}
        allowDeselect={false}
        disabled={change.isPending}
        onChange={(next) => {
          const chosen = languages.find((each) => each === next);
          if (chosen) change.mutate(chosen);
        }}
      />
      {change.error && <ErrorPanel error={change.error} />}
    </>
  );
}
