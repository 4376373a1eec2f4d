import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { languages } from '../i18n/language.ts';
import { useLanguage, useTexts } from '../i18n/texts.ts';
import { queryClient } from './query-client.ts';
import { shellTexts } from './texts.ts';

const nameOf = { zh: '中文', en: 'English' } as const;

export function LanguageChoice() {
  const say = useTexts(shellTexts);
  const { language, choose } = useLanguage();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={`${say('language')}: ${nameOf[language]}`}>
          <IconLanguage size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((each) => (
          <Menu.Item
            key={each}
            lang={each}
            onClick={() => {
              choose(each);
              // Texts the service wrote come in the other language, too.
              void queryClient.invalidateQueries();
            }}
          >
            {nameOf[each]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeChoice() {
  const say = useTexts(shellTexts);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Picture = colorScheme === 'dark' ? IconMoon : IconSun;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={`${say('colours.label')}: ${say(`colours.${colorScheme}`)}`}>
          <Picture size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)}>
            {say(`colours.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
