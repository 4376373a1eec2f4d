import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import type { UserView } from '../../../../../schema/wire/api/user.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import type { ShownInvitation } from './invitation-card.tsx';
import { peopleTexts } from './texts.ts';

interface PersonActsProps {
  person: UserView;
  changed: () => void;
  invited: (invitation: ShownInvitation) => void;
}

/** What ends or begins a person's access. */
export function PersonActs({ person, changed, invited }: PersonActsProps) {
  const say = useTexts(peopleTexts);
  const [wish, setWish] = useState<'invite' | 'signOut' | 'disable' | null>(null);
  const intent = useIntent();
  const { id, name, disabled, edition } = person;
  const act = {
    invite: async () => {
      const invitation = await intent((header) => bodyOf(api.users[':id'].invitation.$post({ param: { id }, header })));
      invited({ name, ...invitation });
    },
    signOut: () => bodyOf(api.users[':id'].sessions.$delete({ param: { id } })),
    disable: () =>
      bodyOf(
        api.users[':id'].$patch({
          param: { id },
          header: { 'if-match': `"${edition}"` },
          json: { disabled: !disabled },
        }),
      ),
  };
  const nameOf = { invite: 'inviteAgain', signOut: 'signOut', disable: disabled ? 'enable' : 'disable' } as const;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="sm" aria-label={say('more', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['invite', 'signOut', 'disable'] as const).map((each) => (
            <Menu.Item key={each} onClick={() => setWish(each)}>
              {say(nameOf[each])}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {wish !== null && (
        <ConfirmDialog
          title={`${say(nameOf[wish])}: ${name}`}
          consequence={say(`will.${nameOf[wish]}`)}
          confirm={say(nameOf[wish])}
          dangerous={wish === 'signOut' || (wish === 'disable' && !disabled)}
          act={act[wish]}
          close={() => {
            setWish(null);
            changed();
          }}
        />
      )}
    </>
  );
}
