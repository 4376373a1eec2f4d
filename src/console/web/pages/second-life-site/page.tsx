import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconPlant2 } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../../api/problem.ts';
import { isOneOf, useCaller } from '../../app/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { Empty } from '../../parts/nothing-here.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SiteDialog } from '../second-life/site-dialog.tsx';
import { useMayReadLoad, useSite } from './data.ts';
import { Dispatch } from './dispatch.tsx';
import { Plans } from './plans.tsx';
import { Signals } from './signals.tsx';
import { SiteAlarms } from './site-alarms.tsx';
import { SiteAssets } from './site-assets.tsx';
import { SiteTariffs } from './site-tariffs.tsx';
import { siteTexts } from './texts.ts';

/** A site where second-life assets work: what they do to its peak and its bill. */
export default function SecondLifeSitePage() {
  const { site: id } = useParams({ strict: false }) as { site: string };
  const say = useTexts(siteTexts);
  const formats = useFormats();
  const { language } = useLanguage();
  const mayRead = useMayReadLoad();
  const mayChange = isOneOf(useCaller(), ['admin', 'operations']);
  const [changing, setChanging] = useState(false);
  const site = useSite(id);
  if (site.error instanceof Problem && [400, 404].includes(site.error.status))
    return <Empty icon={IconPlant2} title={say('gone.title')} text={say('gone.text')} />;
  if (site.error && !site.data) return <ErrorPanel error={site.error} retry={() => void site.refetch()} />;
  if (!site.data) return <PageSkeleton />;
  const { name, nameEn, importLimitW, exportLimitW } = site.data;
  const limits = say('head', { import: formats.kW(importLimitW), export: formats.kW(exportLimitW) });
  return (
    <Stack>
      <Anchor component={Link} to="/second-life" size="sm">
        {say('all')}
      </Anchor>
      <PageTitle title={language === 'en' ? (nameEn ?? name) : name} about={`${id} · ${limits}`}>
        {mayChange && (
          <Button variant="default" onClick={() => setChanging(true)}>
            {say('change')}
          </Button>
        )}
      </PageTitle>
      {changing && <SiteDialog site={site.data} close={() => setChanging(false)} />}
      {mayRead && <SiteAlarms site={site.data} />}
      {mayRead ? <Dispatch key={id} site={id} /> : <Text c="dimmed">{say('notYours')}</Text>}
      <SiteAssets site={id} />
      {mayRead && <Signals site={id} />}
      {mayRead && <Plans site={id} />}
      <SiteTariffs site={id} />
    </Stack>
  );
}
