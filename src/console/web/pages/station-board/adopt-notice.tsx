import { Alert, Button, Text } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useState } from 'react';
import { newIdempotencyKey } from '../../../../client/client.ts';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { boardTexts } from './texts.ts';

/** A controller that nobody has adopted yet. */
export function AdoptNotice({ station, journalId }: { station: string; journalId: string }) {
  const say = useTexts(boardTexts);
  const [intent, setIntent] = useState<string | null>(null);
  return (
    <Alert
      color="yellow"
      icon={<IconCpu aria-hidden />}
      title={say('adopt.title')}
      data-testid="adopt"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Text size="sm" mb="sm">
        {say('adopt.text', { journal: journalId })}
      </Text>
      <Button size="xs" color="red" onClick={() => setIntent(newIdempotencyKey())}>
        {say('adopt.button')}
      </Button>
      {intent !== null && (
        <ReasonDialog
          title={say('adopt.title')}
          consequence={say('adopt.consequence')}
          confirm={say('adopt.button')}
          dangerous
          act={(reason) =>
            bodyOf(
              api.stations[':id'].journal.adopt.$post({
                param: { id: station },
                header: { 'idempotency-key': intent },
                json: { journalId, reason },
              }),
            )
          }
          close={() => setIntent(null)}
        />
      )}
    </Alert>
  );
}
