import { Alert, Button, List, Text, TextInput } from '@mantine/core';
import { IconCalendarCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { moneyTexts } from './texts.ts';

interface Waiting {
  party: string;
  problem: string;
}

/** Closes a month by hand, and says who waits for what. */
export function CloseMonth() {
  const say = useTexts(moneyTexts);
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const [month, setMonth] = useState('');
  const [waiting, setWaiting] = useState<readonly Waiting[] | null>(null);
  const intent = useIntent();
  const act = async () => {
    const closed = await intent((header) => bodyOf(api.statements.close.$post({ header, json: { month } })));
    setWaiting(
      [...closed.fleets, ...closed.owners]
        .filter(({ outcome }) => outcome === 'waiting')
        .map(({ party, problem }) => ({ party, problem: problem ?? '' })),
    );
    void queries.invalidateQueries({ queryKey: ['statements'] });
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCalendarCheck size={16} aria-hidden />}
        onClick={() => setIsAsking(true)}
      >
        {say('close')}
      </Button>
      {waiting !== null && (
        <Alert
          color={waiting.length === 0 ? 'green' : 'yellow'}
          icon={<IconCalendarCheck aria-hidden />}
          title={say(waiting.length === 0 ? 'closed' : 'waits', { month })}
          withCloseButton
          closeButtonLabel={say('hide')}
          onClose={() => setWaiting(null)}
        >
          <List size="sm">
            {waiting.map(({ party, problem }) => (
              <List.Item key={party}>
                <Text size="sm">{`${party}: ${problem}`}</Text>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {isAsking && (
        <ConfirmDialog
          title={say('close')}
          consequence={say('closeAbout')}
          confirm={say('close')}
          dangerous
          complete={/^20\d\d-\d\d$/.test(month)}
          act={act}
          close={() => setIsAsking(false)}
        >
          <TextInput
            type="month"
            label={say('month')}
            value={month}
            required
            onChange={(event) => setMonth(event.currentTarget.value)}
          />
        </ConfirmDialog>
      )}
    </>
  );
}
