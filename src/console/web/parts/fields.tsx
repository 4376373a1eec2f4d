import { NumberInput, TextInput } from '@mantine/core';

interface FieldProps<T> {
  label: string;
  value: T;
  set: (value: T) => void;
  /** What is wrong with it; null: nothing. */
  error?: string | null;
  description?: string;
  required?: boolean;
}

export function TextField({ set, maxLength = 100, type, ...props }: FieldProps<string> & TextFieldProps) {
  return (
    <TextInput
      {...props}
      {...(type === undefined ? {} : { type })}
      maxLength={maxLength}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

interface TextFieldProps {
  maxLength?: number;
  type?: 'date' | 'datetime-local';
  placeholder?: string;
}

interface NumberFieldProps {
  min?: number;
  max?: number;
  /** Digits behind the point; 0: whole numbers. */
  decimals?: number;
  suffix?: string;
}

/** Null: nothing is written in it. */
export function NumberField({ value, set, decimals = 2, ...props }: FieldProps<number | null> & NumberFieldProps) {
  return (
    <NumberInput
      {...props}
      value={value ?? ''}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      onChange={(next) => set(typeof next === 'number' ? next : null)}
    />
  );
}
