import { Alert, Button, Text } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { boardTexts } from './texts.ts';

/** A controller that nobody has adopted yet. */
export function AdoptNotice({ station, journalId }: { station: string; journalId: string }) {
  const say = useTexts(boardTexts);
  const [isAsking, setIsAsking] = useState(false);
  const intent = useIntent();
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
      <Button size="xs" color="red" onClick={() => setIsAsking(true)}>
        {say('adopt.button')}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={say('adopt.title')}
          consequence={say('adopt.consequence')}
          confirm={say('adopt.button')}
          dangerous
          act={(reason) =>
            intent((header) =>
              bodyOf(
                api.stations[':id'].journal.adopt.$post({
                  param: { id: station },
                  header,
                  json: { journalId, reason },
                }),
              ),
            )
          }
          close={() => setIsAsking(false)}
        />
      )}
    </Alert>
  );
}
