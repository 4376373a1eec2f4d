import { Button, FileButton, Text } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useState } from 'react';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import classes from './drop-field.module.css';
import { maxBytes } from './send-file.ts';
import { importsTexts } from './texts.ts';

interface DropFieldProps {
  file: File | null;
  choose: (file: File | null) => void;
  hint: string;
}

/** A file is dropped here, or chosen by the button, which a keyboard reaches. */
export function DropField({ file, choose, hint }: DropFieldProps) {
  const say = useTexts(importsTexts);
  const formats = useFormats();
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState<'notCsv' | 'tooLarge' | null>(null);
  const take = (given: File | null | undefined) => {
    if (!given) return;
    const fault = !/\.csv$/i.test(given.name) && given.type !== 'text/csv' ? 'notCsv' : null;
    const why = fault ?? (given.size > maxBytes ? 'tooLarge' : null);
    setWrong(why);
    choose(why === null ? given : null);
  };
  return (
    <section
      className={classes.field}
      aria-label={say('drop.label')}
      data-over={over ? '' : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <IconFileTypeCsv size={36} stroke={1.4} aria-hidden />
      <Text fw={500}>
        {file ? `${file.name} · ${say('drop.size', { kb: formats.tenth(file.size / 1000) })}` : say('drop.here')}
      </Text>
      <Text size="xs" c="dimmed" mb="sm" ff="monospace">
        {hint}
      </Text>
      <FileButton onChange={take} accept=".csv,text/csv" inputProps={{ 'aria-label': say('drop.label') }}>
        {(props) => (
          <Button {...props} variant="default">
            {say(file ? 'drop.other' : 'drop.choose')}
          </Button>
        )}
      </FileButton>
      {wrong !== null && (
        <Text role="alert" c="red" size="sm" mt="xs">
          {say(`drop.${wrong}`)}
        </Text>
      )}
    </section>
  );
}
