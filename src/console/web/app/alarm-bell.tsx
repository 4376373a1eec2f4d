import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../i18n/texts.ts';
import { useAlarmWatch } from './alarm-watch.ts';
import { isOneOf, useCaller } from './session.ts';
import { shellTexts } from './texts.ts';

/** Those who may acknowledge. */
const watchers = ['admin', 'operations', 'staff', 'maintenance'] as const;

/** How much waits for somebody, and the way there. */
export function AlarmBell() {
  const say = useTexts(shellTexts);
  const watches = isOneOf(useCaller(), watchers);
  const count = useAlarmWatch(watches);
  if (!watches) return null;
  return (
    <Indicator label={count > 99 ? '99+' : count} size={18} offset={4} color="red" disabled={count === 0}>
      <ActionIcon
        component={Link}
        to="/alarms"
        variant="subtle"
        size="lg"
        aria-label={say('unseenAlarms', { n: count })}
        data-testid="bell"
        data-unseen={count}
      >
        <IconBell size={20} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Indicator>
  );
}
