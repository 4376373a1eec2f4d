import { Badge, Button, Group, NativeSelect, Text } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type UserRole, userRole } from '../../../../../schema/wire/api/access.ts';
import type { UserView } from '../../../../../schema/wire/api/user.ts';
import { api, bodyOf } from '../../api/client.ts';
import { shellTexts } from '../../app/texts.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useNow } from '../../parts/use-now.ts';
import { usePages } from '../../parts/use-pages.ts';
import { InvitationCard, type ShownInvitation } from './invitation-card.tsx';
import { PersonActs } from './person-acts.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { peopleTexts } from './texts.ts';

/** Who may sign in, as what, and where. */
export default function PeoplePage() {
  const say = useTexts(peopleTexts);
  const roles = useTexts(shellTexts);
  const queries = useQueryClient();
  const [role, setRole] = useState<UserRole | 'all'>('all');
  const [editing, edit] = useState<UserView | 'new' | null>(null);
  const [invited, setInvited] = useState<ShownInvitation | null>(null);
  const list = usePages(['users', 'list', role], (page) =>
    bodyOf(api.users.$get({ query: { ...(role === 'all' ? {} : { role }), ...page } })),
  );
  const changed = () => void queries.invalidateQueries({ queryKey: ['users'] });
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <NativeSelect
          aria-label={say('filter')}
          value={role}
          data={[
            { value: 'all', label: say('all') },
            ...userRole.options.map((each) => ({ value: each, label: roles(`role.${each}`) })),
          ]}
          onChange={(event) => setRole(event.currentTarget.value as typeof role)}
        />
        <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => edit('new')}>
          {say('invite')}
        </Button>
      </PageTitle>
      {invited && <InvitationCard invited={invited} close={() => setInvited(null)} />}
      <PeopleTable list={list} edit={edit} changed={changed} invited={setInvited} />
      {editing !== null && (
        <PersonDialog
          person={editing === 'new' ? null : editing}
          close={() => edit(null)}
          changed={changed}
          invited={setInvited}
        />
      )}
    </>
  );
}

interface PeopleTableProps {
  list: ReturnType<typeof usePages<UserView>>;
  edit: (person: UserView) => void;
  changed: () => void;
  invited: (invitation: ShownInvitation) => void;
}

function PeopleTable({ list, edit, changed, invited }: PeopleTableProps) {
  const say = useTexts(peopleTexts);
  const roles = useTexts(shellTexts);
  const formats = useFormats();
  const now = useNow(60_000);
  return (
    <PagedTable
      label={say('title')}
      list={list}
      keyOf={({ id }) => id}
      minWidth={860}
      empty={<Empty icon={IconUsers} title={say('empty')} />}
      columns={[
        {
          head: say('person'),
          cell: ({ name, email }) => (
            <>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {email}
              </Text>
            </>
          ),
        },
        { head: say('role'), cell: ({ role }) => roles(`role.${role}`) },
        {
          head: say('bound'),
          cell: ({ organisation, stations }) => (
            <Text size="sm">{organisation ?? (stations.length > 0 ? stations.join(', ') : say('everything'))}</Text>
          ),
        },
        { head: say('state'), cell: (person) => <Standing person={person} /> },
        { head: say('lastSignIn'), cell: ({ lastSignInAt }) => formats.ago(lastSignInAt, now) },
        {
          head: say('acts'),
          cell: (person) => (
            <Group gap={4} wrap="nowrap">
              <Button size="compact-xs" variant="default" onClick={() => edit(person)}>
                {say('change')}
              </Button>
              <PersonActs person={person} changed={changed} invited={invited} />
            </Group>
          ),
        },
      ]}
    />
  );
}

function Standing({ person: { disabled, hasPassword, invitedUntil, oidc } }: { person: UserView }) {
  const say = useTexts(peopleTexts);
  const formats = useFormats();
  if (disabled) {
    return (
      <Badge variant="light" color="red" c="var(--mantine-color-text)" tt="none">
        {say('disabled')}
      </Badge>
    );
  }
  if (!hasPassword && !oidc && invitedUntil !== null) {
    return <Text size="sm">{say('invitedUntil', { at: formats.dayAndTime(invitedUntil) })}</Text>;
  }
  return <Text size="sm">{say(oidc ? 'byOidc' : hasPassword ? 'byPassword' : 'cannotYet')}</Text>;
}
