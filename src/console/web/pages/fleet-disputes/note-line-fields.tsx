import { Button, Fieldset, NativeSelect, SimpleGrid } from '@mantine/core';
import { useTexts } from '../../i18n/texts.ts';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { addedKinds, type LineDraft, type NoteDraft, units } from './note-draft.ts';
import { notesTexts } from './notes-texts.ts';

interface NoteLineFieldsProps {
  line: LineDraft;
  /** From 0. */
  at: number;
  note: NoteDraft;
  set: (line: LineDraft) => void;
  /** Null: it is the only one. */
  remove: (() => void) | null;
  errorAt: ErrorAt;
}

export function NoteLineFields({ line, at, note, set, remove, errorAt }: NoteLineFieldsProps) {
  const say = useTexts(notesTexts);
  const wrong = (name: string) => errorAt(`/lines/${at}/${name}`) ?? null;
  return (
    <Fieldset legend={say('line.legend', { n: at + 1 })} p="xs">
      <SimpleGrid cols={2} spacing="xs">
        <AboutFields line={line} note={note} set={set} wrong={wrong} />
        <NumberField
          label={say('line.quantity')}
          value={line.quantity}
          set={(quantity) => set({ ...line, quantity })}
          error={wrong('quantity')}
          min={0}
          decimals={6}
          required
        />
        <NativeSelect
          label={say('line.unit')}
          value={line.unit}
          data={units.map((value) => ({ value, label: say(`unit.${value}`) }))}
          onChange={(event) => set({ ...line, unit: event.currentTarget.value as LineDraft['unit'] })}
        />
        <NumberField
          label={say('line.price')}
          value={line.yuan}
          set={(yuan) => set({ ...line, yuan })}
          error={wrong('unitPriceMicro')}
          min={0}
          decimals={6}
          required
        />
        <TextField
          label={say('line.rule')}
          value={line.rule}
          set={(rule) => set({ ...line, rule })}
          error={wrong('rule')}
          maxLength={200}
          required
        />
      </SimpleGrid>
      {remove && (
        <Button size="compact-xs" variant="subtle" mt="xs" onClick={remove}>
          {say('line.remove')}
        </Button>
      )}
    </Fieldset>
  );
}

interface AboutFieldsProps extends Pick<NoteLineFieldsProps, 'line' | 'note' | 'set'> {
  wrong: (name: string) => string | null;
}

/** The line of the bill that is corrected, or on a debit what no line has. */
function AboutFields({ line, note, set, wrong }: AboutFieldsProps) {
  const say = useTexts(notesTexts);
  const isNew = note.direction === 'debit' && line.line === null;
  return (
    <>
      {note.direction === 'debit' && (
        <NativeSelect
          label={say('line.about')}
          value={isNew ? 'new' : 'line'}
          data={[
            { value: 'line', label: say('line.corrects') },
            { value: 'new', label: say('line.missing') },
          ]}
          onChange={(event) => set({ ...line, line: event.currentTarget.value === 'new' ? null : 1 })}
        />
      )}
      {isNew ? (
        <NativeSelect
          label={say('line.kind')}
          value={line.kind}
          error={wrong('kind')}
          data={addedKinds.map((value) => ({ value, label: say(`kind.${value}`) }))}
          onChange={(event) => set({ ...line, kind: event.currentTarget.value as LineDraft['kind'] })}
        />
      ) : (
        <NumberField
          label={say('line.number')}
          value={line.line}
          set={(value) => set({ ...line, line: value ?? 1 })}
          error={wrong('line')}
          min={1}
          decimals={0}
          required
        />
      )}
      {note.of === 'statement' && (
        <TextField
          label={say('line.swap')}
          description={say('line.swapHint')}
          value={line.swap}
          set={(swap) => set({ ...line, swap })}
          error={wrong('swap')}
        />
      )}
    </>
  );
}
