import { NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Role, role as roleSchema } from '../../../../../schema/wire/api/access.ts';
import { api, bodyOf } from '../../api/client.ts';
import { shellTexts } from '../../app/texts.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { type Binding, BindingFields, isBound } from '../people/binding-fields.tsx';
import { keysTexts } from './texts.ts';

interface KeyDialogProps {
  close: () => void;
  /** The secret is in this answer and nowhere else. */
  made: (label: string, secret: string) => void;
}

/** What a program may do, and until when. */
export function KeyDialog({ close, made }: KeyDialogProps) {
  const say = useTexts(keysTexts);
  const roles = useTexts(shellTexts);
  const [label, setLabel] = useState('');
  const [role, setRole] = useState<Role>('service');
  const [binding, setBinding] = useState<Binding>({ organisation: null, stations: [] });
  const [scopes, setScopes] = useState<string[]>([]);
  const [until, setUntil] = useState('');
  const intent = useIntent();
  const act = async () => {
    const json = {
      label: label.trim(),
      role,
      ...binding,
      scopes: scopes.length === 0 ? null : scopes,
      expiresAt: until === '' ? null : `${until}T23:59:59+08:00`,
    };
    const { key } = await intent((header) => bodyOf(api.keys.$post({ header, json })));
    made(label.trim(), key);
  };
  return (
    <ConfirmDialog
      title={say('make')}
      consequence={say('makeAbout')}
      confirm={say('make')}
      complete={label.trim() !== '' && isBound(role, binding)}
      act={act}
      close={close}
    >
      <TextInput
        label={say('label')}
        description={say('labelHint')}
        value={label}
        maxLength={100}
        required
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <NativeSelect
        label={say('role')}
        value={role}
        data={roleSchema.options.map((each) => ({ value: each, label: roles(`role.${each}`) }))}
        onChange={(event) => {
          setRole(event.currentTarget.value as Role);
          setBinding({ organisation: null, stations: [] });
        }}
      />
      <BindingFields role={role} value={binding} change={setBinding} anyStations />
      <TagsInput label={say('scopes')} description={say('scopesHint')} value={scopes} onChange={setScopes} />
      <TextInput
        type="date"
        label={say('until')}
        description={say('untilHint')}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
