import { Badge, Button, Group, Text } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import type { Plan } from '../../../../../schema/wire/api/plan.ts';
import { api, bodyOf } from '../../api/client.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { NewPlanDialog } from './new-plan-dialog.tsx';
import { plansTexts } from './texts.ts';
import { VersionDialog } from './version-dialog.tsx';
import { VersionsDrawer } from './versions-drawer.tsx';

/** What leases cost, version by version. A version is never changed; a change is the next one, for leases to come. */
export default function PlansPage() {
  const say = useTexts(plansTexts);
  const formats = useFormats();
  const { language } = useLanguage();
  const mayPublish = isOneOf(useCaller(), ['admin', 'operations']);
  const [wish, setWish] = useState<{ act: 'versions' | 'publish'; plan: Plan } | { act: 'new' } | null>(null);
  const list = usePages(['plans', 'list'], (page) => bodyOf(api.plans.$get({ query: page })));
  const close = () => setWish(null);
  return (
    <>
      <PageTitle title={say('title')} about={say('about')}>
        {mayPublish && <Button onClick={() => setWish({ act: 'new' })}>{say('newPlan')}</Button>}
      </PageTitle>
      <PagedTable
        label={say('title')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty icon={IconFileText} title={say('empty.title')} text={say('empty.text')} />}
        columns={[
          {
            head: say('plan'),
            cell: ({ id, name, nameEn, isWalkIn }) => (
              <>
                <Text size="sm" fw={600}>
                  {language === 'en' ? (nameEn ?? name) : name}
                </Text>
                <Text size="xs" c="dimmed">
                  {isWalkIn ? `${id} · ${say('walkIn')}` : id}
                </Text>
              </>
            ),
          },
          { head: say('owner'), cell: ({ owner }) => owner ?? say('operator') },
          { head: say('version'), cell: ({ version }) => formats.whole(version), right: true },
          {
            head: say('state'),
            cell: ({ closedAt }) => (
              <Badge variant="default" tt="none">
                {closedAt === null ? say('open') : say('closed', { day: formats.day(closedAt) })}
              </Badge>
            ),
          },
          {
            head: say('acts'),
            cell: (plan) => (
              <Group gap={4} wrap="nowrap">
                <Button size="compact-xs" variant="default" onClick={() => setWish({ act: 'versions', plan })}>
                  {say('versions')}
                </Button>
                {mayPublish && plan.closedAt === null && (
                  <Button size="compact-xs" variant="default" onClick={() => setWish({ act: 'publish', plan })}>
                    {say('publish')}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {wish?.act === 'new' && <NewPlanDialog close={close} />}
      {wish?.act === 'versions' && <VersionsDrawer plan={wish.plan.id} close={close} />}
      {wish?.act === 'publish' && <VersionDialog plan={wish.plan} close={close} />}
    </>
  );
}
