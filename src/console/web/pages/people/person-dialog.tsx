import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type UserRole, userRole } from '../../../../../schema/wire/api/access.ts';
import type { UserView } from '../../../../../schema/wire/api/user.ts';
import { api, bodyOf } from '../../api/client.ts';
import { shellTexts } from '../../app/texts.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { type Binding, BindingFields, isBound } from './binding-fields.tsx';
import type { ShownInvitation } from './invitation-card.tsx';
import { peopleTexts } from './texts.ts';

interface PersonDialogProps {
  /** Null: a new one. */
  person: UserView | null;
  close: () => void;
  changed: () => void;
  invited: (invitation: ShownInvitation) => void;
}

/** Who it is, what they may do, and where. */
export function PersonDialog({ person, close, changed, invited }: PersonDialogProps) {
  const say = useTexts(peopleTexts);
  const roles = useTexts(shellTexts);
  const [email, setEmail] = useState(person?.email ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [role, setRole] = useState<UserRole>(person?.role ?? 'staff');
  const [language, setLanguage] = useState<'zh' | 'en'>(person?.language ?? 'zh');
  const [binding, setBinding] = useState<Binding>({
    organisation: person?.organisation ?? null,
    stations: person?.stations ?? [],
  });
  const intent = useIntent();
  const act = async () => {
    const fields = { name: name.trim(), role, language, ...binding };
    if (person) {
      const header = { 'if-match': `"${person.edition}"` };
      await bodyOf(api.users[':id'].$patch({ param: { id: person.id }, header, json: fields }));
    } else {
      const json = { email: email.trim(), ...fields };
      const made = await intent((header) => bodyOf(api.users.$post({ header, json })));
      invited({ name: made.user.name, ...made.invitation });
    }
    changed();
  };
  return (
    <ConfirmDialog
      title={person ? say('changeTitle', { name: person.name }) : say('inviteTitle')}
      confirm={say(person ? 'change' : 'invite')}
      complete={name.trim() !== '' && (person !== null || email.includes('@')) && isBound(role, binding)}
      act={act}
      close={close}
    >
      {person === null && (
        <TextInput
          type="email"
          label={say('email')}
          value={email}
          required
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={say('name')}
        value={name}
        maxLength={100}
        required
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={say('role')}
        description={say(`can.${role}`)}
        value={role}
        data={userRole.options.map((each) => ({ value: each, label: roles(`role.${each}`) }))}
        onChange={(event) => {
          setRole(event.currentTarget.value as UserRole);
          setBinding({ organisation: null, stations: [] });
        }}
      />
      <BindingFields role={role} value={binding} change={setBinding} />
      <NativeSelect
        label={say('language')}
        value={language}
        data={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
        onChange={(event) => setLanguage(event.currentTarget.value === 'en' ? 'en' : 'zh')}
      />
    </ConfirmDialog>
  );
}
