import { Button, NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, bodyOf } from '../../api/client.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { TextField } from '../../parts/fields.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useIntent } from '../../parts/use-intent.ts';
import { emptyLine, fenOf, isWhole, type LineDraft, type NoteDraft, noteOf } from './note-draft.ts';
import { NoteLineFields } from './note-line-fields.tsx';
import { notesTexts } from './notes-texts.ts';

interface NoteDialogProps {
  /** Statement it is about; empty: it is to be typed. */
  statement: string;
  close: () => void;
}

/** Gives money back on lines of a bill, or asks for what was not billed. For good: a note is corrected by another. */
export function NoteDialog({ statement, close }: NoteDialogProps) {
  const say = useTexts(notesTexts);
  const formats = useFormats();
  const queries = useQueryClient();
  const send = useIntent();
  const keys = useRef(1);
  const [draft, setDraft] = useState<NoteDraft>({
    direction: 'credit',
    of: 'statement',
    bill: statement,
    lines: [emptyLine(0)],
  });
  const { direction, of, bill, lines } = draft;
  const setLine = (key: number, line: LineDraft | null) =>
    setDraft({ ...draft, lines: lines.flatMap((each) => (each.key === key ? (line ?? []) : each)) });
  const sum = lines.reduce((all, line) => all + fenOf(line), 0);
  const act = async (text: string) => {
    await send((header) => bodyOf(api.notes.$post({ header, json: noteOf(draft, text) })));
    await queries.invalidateQueries({ queryKey: ['notes'] });
    void queries.invalidateQueries({ queryKey: ['statements'] });
  };
  return (
    <ReasonDialog
      title={say('issue')}
      consequence={say('about')}
      confirm={say(`confirm.${direction}`, { sum: formats.money(sum) })}
      dangerous
      complete={bill.trim() !== '' && lines.length > 0 && lines.every(isWhole)}
      act={act}
      close={close}
    >
      {(errorAt) => (
        <>
          <SegmentedControl
            aria-label={say('direction.label')}
            value={direction}
            onChange={(value) => setDraft({ ...draft, direction: value === 'debit' ? 'debit' : 'credit' })}
            data={(['credit', 'debit'] as const).map((value) => ({ value, label: say(`direction.${value}`) }))}
          />
          {statement === '' && (
            <NativeSelect
              label={say('of.label')}
              value={of}
              data={(['statement', 'swap'] as const).map((value) => ({ value, label: say(`of.${value}`) }))}
              onChange={(event) =>
                setDraft({ ...draft, of: event.currentTarget.value === 'swap' ? 'swap' : 'statement' })
              }
            />
          )}
          <TextField
            label={say(`id.${of}`)}
            value={bill}
            set={(value) => setDraft({ ...draft, bill: value })}
            error={errorAt(`/${of}`)}
            required
          />
          {lines.map((line, at) => (
            <NoteLineFields
              key={line.key}
              line={line}
              at={at}
              note={draft}
              set={(value) => setLine(line.key, value)}
              remove={lines.length > 1 ? () => setLine(line.key, null) : null}
              errorAt={errorAt}
            />
          ))}
          <Button
            size="xs"
            variant="default"
            w="fit-content"
            onClick={() => setDraft({ ...draft, lines: [...lines, emptyLine(keys.current++)] })}
          >
            {say('addLine')}
          </Button>
          <Text size="sm" fw={600} role="status">
            {say('sum', { sum: formats.money(sum) })}
          </Text>
        </>
      )}
    </ReasonDialog>
  );
}
