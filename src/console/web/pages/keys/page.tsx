import { Alert, Badge, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKeyView } from '../../../../../schema/wire/api/key.ts';
import { api, bodyOf } from '../../api/client.ts';
import { shellTexts } from '../../app/texts.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { partTexts } from '../../parts/texts.ts';
import { useNow } from '../../parts/use-now.ts';
import { usePages } from '../../parts/use-pages.ts';
import { KeyDialog } from './key-dialog.tsx';
import { keysTexts } from './texts.ts';

/** Keys of programs: what each may do, when it was used; making one shows its secret once. */
export default function KeysPage() {
  const say = useTexts(keysTexts);
  const queries = useQueryClient();
  const [isMaking, setIsMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyView | null>(null);
  const [shown, setShown] = useState<{ label: string; secret: string } | null>(null);
  const changed = () => void queries.invalidateQueries({ queryKey: ['keys'] });
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIsMaking(true)}>
          {say('make')}
        </Button>
      </PageTitle>
      {shown && <Secret {...shown} close={() => setShown(null)} />}
      <KeyTable revoke={setRevoking} />
      {isMaking && (
        <KeyDialog
          close={() => setIsMaking(false)}
          made={(label, secret) => {
            setShown({ label, secret });
            changed();
          }}
        />
      )}
      {revoking && (
        <ConfirmDialog
          title={say('revokeTitle', { label: revoking.label })}
          consequence={say('revokeAbout')}
          confirm={say('revoke')}
          dangerous
          act={() => bodyOf(api.keys[':id'].$delete({ param: { id: revoking.id } }))}
          close={() => {
            setRevoking(null);
            changed();
          }}
        />
      )}
    </>
  );
}

function KeyTable({ revoke }: { revoke: (key: ApiKeyView) => void }) {
  const say = useTexts(keysTexts);
  const roles = useTexts(shellTexts);
  const formats = useFormats();
  const now = useNow(60_000);
  const list = usePages(['keys', 'list'], (page) => bodyOf(api.keys.$get({ query: page })));
  return (
    <PagedTable
      label={say('title')}
      list={list}
      keyOf={({ id }) => id}
      minWidth={820}
      empty={<Empty icon={IconKey} title={say('empty.title')} text={say('empty.text')} />}
      columns={[
        {
          head: say('label'),
          cell: ({ label, prefix }) => (
            <>
              <Text size="sm" fw={600}>
                {label}
              </Text>
              <Text size="xs" c="dimmed">
                {prefix}…
              </Text>
            </>
          ),
        },
        { head: say('role'), cell: ({ role }) => roles(`role.${role}`) },
        {
          head: say('bound'),
          cell: ({ organisation, stations, scopes }) => (
            <Text size="sm">
              {[organisation, stations.join(', ') || null, scopes?.join(', ') ?? null]
                .filter((each) => each !== null)
                .join(' · ') || say('everything')}
            </Text>
          ),
        },
        { head: say('used'), cell: ({ lastUsedAt }) => formats.ago(lastUsedAt, now) },
        { head: say('until'), cell: (key) => <Validity apiKey={key} /> },
        {
          head: say('acts'),
          cell: (key) =>
            key.revokedAt === null && (
              <Button size="compact-xs" variant="default" onClick={() => revoke(key)}>
                {say('revoke')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function Validity({ apiKey: { revokedAt, expiresAt } }: { apiKey: ApiKeyView }) {
  const say = useTexts(keysTexts);
  const formats = useFormats();
  if (revokedAt !== null) {
    return (
      <Badge color="red" variant="light" c="var(--mantine-color-text)" tt="none">
        {say('revoked', { at: formats.day(revokedAt) })}
      </Badge>
    );
  }
  return <Text size="sm">{expiresAt === null ? say('forever') : formats.dayAndTime(expiresAt)}</Text>;
}

function Secret({ label, secret, close }: { label: string; secret: string; close: () => void }) {
  const say = useTexts(keysTexts);
  const parts = useTexts(partTexts);
  return (
    <Alert
      color="green"
      mb="md"
      icon={<IconKey aria-hidden />}
      title={say('shown', { label })}
      withCloseButton
      closeButtonLabel={say('close')}
      onClose={close}
      data-testid="secret"
    >
      <Text size="sm" mb="xs">
        {say('shownText')}
      </Text>
      <Group gap="xs">
        <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {secret}
        </Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="compact-sm" onClick={copy}>
              {parts(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
