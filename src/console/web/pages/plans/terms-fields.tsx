import { Button, Checkbox, Fieldset, Group, NativeSelect, SimpleGrid, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { planUnits } from '../../../../../schema/wire/settlement/plan-terms.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ErrorAt } from '../../parts/field-errors.ts';
import { NumberField, TextField } from '../../parts/fields.tsx';
import { type Figure, figures, nextKey, type TermsDraft } from './terms-draft.ts';
import { plansTexts } from './texts.ts';

interface TermsFieldsProps {
  draft: TermsDraft;
  set: (draft: TermsDraft) => void;
  errorAt: ErrorAt;
}

/** A number of the terms, as a person writes it: yuan, months, days. */
function useFigure({ draft, set, errorAt }: TermsFieldsProps) {
  const say = useTexts(plansTexts);
  return (name: Figure) => (
    <NumberField
      key={name}
      label={say(`field.${name}`)}
      value={draft[name] / figures[name]}
      set={(value) => set({ ...draft, [name]: Math.round((value ?? 0) * figures[name]) })}
      error={errorAt(`/terms/${name}`)}
      min={0}
      decimals={figures[name] === 1 ? 0 : figures[name] === 100 ? 2 : 6}
    />
  );
}

const Fields = ({ legend, children }: { legend: string; children: ReactNode }) => (
  <Fieldset legend={legend} p="xs">
    {children}
  </Fieldset>
);

/** What the use of packs costs. */
export function UsageFields(props: TermsFieldsProps) {
  const { draft, set, errorAt } = props;
  const say = useTexts(plansTexts);
  const figure = useFigure(props);
  const added = { key: nextKey(draft.packages), unit: 'swap', above: 0, discountPct: 0 } as const;
  return (
    <Fields legend={say('part.usage')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {(['monthlyFeeFen', 'perSwapMicro', 'perKmMicro', 'perKwhMicro'] as const).map(figure)}
        {planUnits.map((unit) => (
          <NumberField
            key={unit}
            label={say('field.included', { unit: say(`unit.${unit}`) })}
            value={draft.included[unit]}
            set={(value) => set({ ...draft, included: { ...draft.included, [unit]: value ?? 0 } })}
            error={errorAt(`/terms/included/${unit}`)}
            min={0}
          />
        ))}
      </SimpleGrid>
      {draft.packages.map((discount, at) => (
        <DiscountRow
          key={discount.key}
          discount={discount}
          errorAt={(name) => errorAt(`/terms/packages/${at}/${name}`)}
          set={(next) =>
            set({
              ...draft,
              packages: draft.packages.flatMap((each) => (each.key === discount.key ? (next ?? []) : each)),
            })
          }
        />
      ))}
      <Button
        mt="xs"
        size="xs"
        variant="default"
        onClick={() => set({ ...draft, packages: [...draft.packages, added] })}
      >
        {say('addPackage')}
      </Button>
    </Fields>
  );
}

type Discount = TermsDraft['packages'][number];

interface DiscountRowProps {
  discount: Discount;
  /** Null: it is taken away. */
  set: (discount: Discount | null) => void;
  errorAt: (name: string) => string | null;
}

function DiscountRow({ discount, set, errorAt }: DiscountRowProps) {
  const say = useTexts(plansTexts);
  const { unit, above, discountPct } = discount;
  return (
    <Group gap="xs" mt="xs" align="flex-end">
      <NumberField
        label={say('field.above')}
        value={above}
        set={(value) => set({ ...discount, above: value ?? 0 })}
        error={errorAt('above')}
        min={0}
      />
      <NativeSelect
        label={say('field.unit')}
        miw={110}
        value={unit}
        data={planUnits.map((value) => ({ value, label: say(`unit.${value}`) }))}
        onChange={(event) => set({ ...discount, unit: event.currentTarget.value as typeof unit })}
      />
      <NumberField
        label={say('field.discount')}
        value={discountPct}
        set={(value) => set({ ...discount, discountPct: value ?? 0 })}
        error={errorAt('discountPct')}
        min={0}
        max={100}
      />
      <Button variant="subtle" onClick={() => set(null)}>
        {say('remove')}
      </Button>
    </Group>
  );
}

const yuan = 1_000_000;

/** The service fee by time of use, and parking. */
export function FeeFields(props: TermsFieldsProps) {
  const { draft, set, errorAt } = props;
  const say = useTexts(plansTexts);
  const added = { key: nextKey(draft.periods), from: '17:00', to: '22:00', microPerKwh: draft.feePerKwhMicro };
  return (
    <Fields legend={say('part.fees')}>
      <NumberField
        label={say('field.serviceFee')}
        value={draft.feePerKwhMicro / yuan}
        set={(value) => set({ ...draft, feePerKwhMicro: Math.round((value ?? 0) * yuan) })}
        error={errorAt('/terms/serviceFee/microPerKwh')}
        min={0}
        decimals={6}
      />
      {draft.periods.map((period, at) => (
        <PeriodRow
          key={period.key}
          period={period}
          errorAt={(name) => errorAt(`/terms/serviceFee/periods/${at}/${name}`)}
          set={(next) =>
            set({ ...draft, periods: draft.periods.flatMap((each) => (each.key === period.key ? (next ?? []) : each)) })
          }
        />
      ))}
      <Button mt="xs" size="xs" variant="default" onClick={() => set({ ...draft, periods: [...draft.periods, added] })}>
        {say('addPeriod')}
      </Button>
      <ParkingFields {...props} />
    </Fields>
  );
}

type Period = TermsDraft['periods'][number];

interface PeriodRowProps {
  period: Period;
  /** Null: it is taken away. */
  set: (period: Period | null) => void;
  errorAt: (name: string) => string | null;
}

/** Another fee at some hours, all year or in some months. */
function PeriodRow({ period, set, errorAt }: PeriodRowProps) {
  const say = useTexts(plansTexts);
  const { months, microPerKwh } = period;
  return (
    <Group gap="xs" mt="xs" align="flex-end">
      {(['from', 'to'] as const).map((name) => (
        <TextField
          key={name}
          label={say(`field.${name}`)}
          value={period[name]}
          set={(value) => set({ ...period, [name]: value })}
          error={errorAt(name)}
          maxLength={5}
        />
      ))}
      <NumberField
        label={say('field.feeThen')}
        value={microPerKwh / yuan}
        set={(value) => set({ ...period, microPerKwh: Math.round((value ?? 0) * yuan) })}
        error={errorAt('microPerKwh')}
        min={0}
        decimals={6}
      />
      <TagsInput
        label={say('field.months')}
        description={say('field.monthsHint')}
        data={Array.from({ length: 12 }, (_, month) => String(month + 1))}
        value={(months ?? []).map(String)}
        error={errorAt('months')}
        onChange={(value) => set({ ...period, months: value.length === 0 ? undefined : value.map(Number) })}
      />
      <Button variant="subtle" onClick={() => set(null)}>
        {say('remove')}
      </Button>
    </Group>
  );
}

function ParkingFields({ draft, set, errorAt }: TermsFieldsProps) {
  const say = useTexts(plansTexts);
  const { parking } = draft;
  return (
    <>
      <Checkbox
        mt="sm"
        label={say('field.hasParking')}
        checked={parking !== null}
        onChange={(event) =>
          set({ ...draft, parking: event.currentTarget.checked ? { freeMin: 15, microPerMin: yuan / 2 } : null })
        }
      />
      {parking && (
        <SimpleGrid cols={2} spacing="xs">
          <NumberField
            label={say('field.freeMin')}
            value={parking.freeMin}
            set={(value) => set({ ...draft, parking: { ...parking, freeMin: value ?? 0 } })}
            error={errorAt('/terms/parking/freeMin')}
            min={0}
            decimals={0}
          />
          <NumberField
            label={say('field.perMin')}
            value={parking.microPerMin / yuan}
            set={(value) => set({ ...draft, parking: { ...parking, microPerMin: Math.round((value ?? 0) * yuan) } })}
            error={errorAt('/terms/parking/microPerMin')}
            min={0}
            decimals={6}
          />
        </SimpleGrid>
      )}
    </>
  );
}

/** What a lease demands: deposit, term, health of the packs, days to pay. */
export function DemandFields(props: TermsFieldsProps) {
  const { draft, set, errorAt } = props;
  const say = useTexts(plansTexts);
  const figure = useFigure(props);
  return (
    <Fields legend={say('part.demands')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {(['depositFen', 'minimumTermMonths', 'dueDays', 'graceDays'] as const).map(figure)}
        <NumberField
          label={say('field.sohFloorPct')}
          description={say('field.sohFloorHint')}
          value={draft.sohFloorPct}
          set={(sohFloorPct) => set({ ...draft, sohFloorPct })}
          error={errorAt('/terms/sohFloorPct')}
          min={0}
          max={100}
        />
        <NativeSelect
          label={say('field.onSohFloor')}
          value={draft.onSohFloor}
          data={(['refuse', 'accept-with-credit'] as const).map((value) => ({ value, label: say(`floor.${value}`) }))}
          onChange={(event) => set({ ...draft, onSohFloor: event.currentTarget.value as TermsDraft['onSohFloor'] })}
        />
        {figure('sohCreditFen')}
        <TagsInput
          label={say('field.models')}
          description={say('field.modelsHint')}
          value={draft.models}
          error={errorAt('/terms/models')}
          onChange={(models) => set({ ...draft, models })}
        />
      </SimpleGrid>
      <Checkbox
        mt="sm"
        label={say('field.energyTrueUp')}
        checked={draft.energyTrueUp}
        onChange={(event) => set({ ...draft, energyTrueUp: event.currentTarget.checked })}
      />
    </Fields>
  );
}
